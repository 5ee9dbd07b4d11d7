#include "arrow/arrow_type.h"

#include <string.h>

enum {
    DAY_S = 86400,
    DAY_MS = 86400000
};

/* Of rows with one name, the first is how it leaves; of rows with one format, the
 * first is what it becomes. */
static const nx_arrow_type types[] = {
    {"bool", "b", NX_ARROW_BITS, NX_ARROW_ZERO, 1, 0, 1},
    {"int8", "c", NX_ARROW_FIXED, NX_ARROW_ZERO, 1, 1, 1},
    {"int16", "s", NX_ARROW_FIXED, NX_ARROW_ZERO, 2, 2, 1},
    {"int32", "i", NX_ARROW_FIXED, NX_ARROW_ZERO, 4, 4, 1},
    {"int64", "l", NX_ARROW_FIXED, NX_ARROW_ZERO, 8, 8, 1},
    {"uint8", "C", NX_ARROW_FIXED, NX_ARROW_ZERO, 1, 1, 1},
    {"uint16", "S", NX_ARROW_FIXED, NX_ARROW_ZERO, 2, 2, 1},
    {"uint32", "I", NX_ARROW_FIXED, NX_ARROW_ZERO, 4, 4, 1},
    {"uint64", "L", NX_ARROW_FIXED, NX_ARROW_ZERO, 8, 8, 1},
    {"float16", "e", NX_ARROW_FIXED, NX_ARROW_NAN, 2, 2, 1},
    {"float32", "f", NX_ARROW_FIXED, NX_ARROW_NAN, 4, 4, 1},
    {"float64", "g", NX_ARROW_FIXED, NX_ARROW_NAN, 8, 8, 1},
    {"datetime64[D]", "tdD", NX_ARROW_FIXED, NX_ARROW_NAT, 8, 4, 1},
    {"datetime64[s]", "tss:", NX_ARROW_FIXED, NX_ARROW_NAT, 8, 8, 1},
    {"datetime64[ms]", "tsm:", NX_ARROW_FIXED, NX_ARROW_NAT, 8, 8, 1},
    {"datetime64[us]", "tsu:", NX_ARROW_FIXED, NX_ARROW_NAT, 8, 8, 1},
    {"datetime64[ns]", "tsn:", NX_ARROW_FIXED, NX_ARROW_NAT, 8, 8, 1},
    {"timedelta64[s]", "tDs", NX_ARROW_FIXED, NX_ARROW_NAT, 8, 8, 1},
    {"timedelta64[ms]", "tDm", NX_ARROW_FIXED, NX_ARROW_NAT, 8, 8, 1},
    {"timedelta64[us]", "tDu", NX_ARROW_FIXED, NX_ARROW_NAT, 8, 8, 1},
    {"timedelta64[ns]", "tDn", NX_ARROW_FIXED, NX_ARROW_NAT, 8, 8, 1},
    {"string", "vu", NX_ARROW_VIEWS, NX_ARROW_ZERO, 16, 16, 1},
    /* Leave only. */
    {"datetime64[h]", "tss:", NX_ARROW_FIXED, NX_ARROW_NAT, 8, 8, 3600},
    {"datetime64[m]", "tss:", NX_ARROW_FIXED, NX_ARROW_NAT, 8, 8, 60},
    {"timedelta64[W]", "tDs", NX_ARROW_FIXED, NX_ARROW_NAT, 8, 8, 7 * DAY_S},
    {"timedelta64[D]", "tDs", NX_ARROW_FIXED, NX_ARROW_NAT, 8, 8, DAY_S},
    {"timedelta64[h]", "tDs", NX_ARROW_FIXED, NX_ARROW_NAT, 8, 8, 3600},
    {"timedelta64[m]", "tDs", NX_ARROW_FIXED, NX_ARROW_NAT, 8, 8, 60},
    /* Come only, or leave when they are asked for. */
    {"string", "u", NX_ARROW_UTF8, NX_ARROW_ZERO, 16, 4, 1},
    {"string", "U", NX_ARROW_LARGE_UTF8, NX_ARROW_ZERO, 16, 8, 1},
    {"datetime64[D]", "tdm", NX_ARROW_FIXED, NX_ARROW_NAT, 8, 8, DAY_MS},
    {"float64", "n", NX_ARROW_NULLS, NX_ARROW_NAN, 8, 0, 1},
};

enum {
    TYPE_COUNT = sizeof types / sizeof types[0]
};

const nx_arrow_type *
nx_arrow_type_of_name(const char *name)
{
    for (size_t i = 0; i < TYPE_COUNT; i++) {
        if (strcmp(types[i].name, name) == 0) {
            return &types[i];
        }
    }
    return NULL;
}

const nx_arrow_type *
nx_arrow_type_of_format(const char *format, bool *zoned)
{
    /* What follows the colon of a timestamp is its zone. */
    const bool timestamp = strncmp(format, "ts", 2) == 0 && strlen(format) >= 4;
    *zoned = timestamp && format[4] != '\0';
    for (size_t i = 0; i < TYPE_COUNT; i++) {
        if (timestamp ? strncmp(types[i].format, format, 4) == 0
                      : strcmp(types[i].format, format) == 0) {
            return &types[i];
        }
    }
    return NULL;
}

bool
nx_arrow_type_is_string(const nx_arrow_type *type)
{
    return type->layout == NX_ARROW_VIEWS || type->layout == NX_ARROW_UTF8 ||
           type->layout == NX_ARROW_LARGE_UTF8;
}

bool
nx_arrow_type_is_shared(const nx_arrow_type *type)
{
    return type->layout == NX_ARROW_FIXED && type->width == type->arrow_width &&
           type->factor == 1;
}

const char *
nx_arrow_format_word(const char *format)
{
    /* The longest prefixes come first. */
    static const struct {
        const char *prefix;
        const char *word;
    } words[] = {
        {"+ud", "dense union"},
        {"+us", "sparse union"},
        {"+vl", "list view"},
        {"+vL", "large list view"},
        {"+w", "fixed-size list"},
        {"+l", "list"},
        {"+L", "large list"},
        {"+s", "struct"},
        {"+m", "map"},
        {"+r", "run-end encoded"},
        {"tt", "time of day"},
        {"ti", "interval"},
        {"d:", "decimal"},
        {"w:", "fixed-size binary"},
        {"vz", "binary view"},
        {"z", "binary"},
        {"Z", "large binary"},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strncmp(format, words[i].prefix, strlen(words[i].prefix)) == 0) {
            return words[i].word;
        }
    }
    return "unknown";
}

uint64_t
nx_arrow_missing_bits(const nx_arrow_type *type)
{
    if (type->missing == NX_ARROW_NAT) {
        return UINT64_C(1) << 63;
    }
    if (type->missing == NX_ARROW_ZERO) {
        return 0;
    }
    return type->width == 2   ? 0x7E00
           : type->width == 4 ? 0x7FC00000
                              : UINT64_C(0x7FF8000000000000);
}
