#include "column/lattice.h"

#include <string.h>

enum {
    NUMBERS = NX_CLASS_INTEGER | NX_CLASS_NEGATIVE | NX_CLASS_BEYOND_INT64 |
        NX_CLASS_BEYOND_UINT64 | NX_CLASS_LEADING_ZERO | NX_CLASS_DECIMAL,
    TIMES = NX_CLASS_TIME_S | NX_CLASS_TIME_MS | NX_CLASS_TIME_US | NX_CLASS_TIME_NS,
    DATES = NX_CLASS_DATE | TIMES | NX_CLASS_NAIVE | NX_CLASS_ZONED | NX_CLASS_BEYOND_NS
};

static nx_type
number_type(nx_class_set classes)
{
    if (classes & NX_CLASS_DECIMAL) {
        return NX_TYPE_FLOAT64;
    }
    if (classes & (NX_CLASS_BEYOND_UINT64 | NX_CLASS_LEADING_ZERO)) {
        return NX_TYPE_DIGITS;
    }
    if (classes & NX_CLASS_BEYOND_INT64) {
        return classes & NX_CLASS_NEGATIVE ? NX_TYPE_DIGITS : NX_TYPE_UINT64;
    }
    return NX_TYPE_INT64;
}

static nx_type
date_type(nx_class_set classes)
{
    if ((classes & NX_CLASS_NAIVE) && (classes & NX_CLASS_ZONED)) {
        return NX_TYPE_STRING;
    }
    if (classes & NX_CLASS_TIME_NS) {
        return classes & NX_CLASS_BEYOND_NS ? NX_TYPE_STRING : NX_TYPE_DATETIME_NS;
    }
    if (classes & NX_CLASS_TIME_US) {
        return NX_TYPE_DATETIME_US;
    }
    if (classes & NX_CLASS_TIME_MS) {
        return NX_TYPE_DATETIME_MS;
    }
    return classes & NX_CLASS_TIME_S ? NX_TYPE_DATETIME_S : NX_TYPE_DATETIME_D;
}

nx_type
nx_type_of_classes(nx_class_set classes)
{
    const int families = ((classes & NUMBERS) != 0) + ((classes & DATES) != 0) +
                         ((classes & NX_CLASS_BOOL) != 0);
    if (classes == 0) {
        return NX_TYPE_NONE;
    }
    if ((classes & NX_CLASS_OTHER) || families > 1) {
        return NX_TYPE_STRING;
    }
    if (classes & NX_CLASS_BOOL) {
        return NX_TYPE_BOOL;
    }
    return classes & NUMBERS ? number_type(classes) : date_type(classes);
}

nx_type
nx_type_final(nx_type type)
{
    if (type == NX_TYPE_NONE) {
        return NX_TYPE_FLOAT64;
    }
    return type == NX_TYPE_DIGITS ? NX_TYPE_STRING : type;
}

size_t
nx_type_width(nx_type type)
{
    switch (type) {
        case NX_TYPE_NONE:
            return 0;
        case NX_TYPE_BOOL:
        case NX_TYPE_INT8:
        case NX_TYPE_UINT8:
            return 1;
        case NX_TYPE_INT16:
        case NX_TYPE_UINT16:
        case NX_TYPE_FLOAT16:
            return 2;
        case NX_TYPE_INT32:
        case NX_TYPE_UINT32:
        case NX_TYPE_FLOAT32:
            return 4;
        case NX_TYPE_DIGITS:
        case NX_TYPE_STRING:
            return 16;
        default:
            return 8;
    }
}

bool
nx_type_is_time(nx_type type)
{
    return (type >= NX_TYPE_DATETIME_D && type <= NX_TYPE_DATETIME_NS) ||
           type == NX_TYPE_DATETIME_H || type == NX_TYPE_DATETIME_M;
}

bool
nx_type_integer_range(nx_type type, int64_t *low, uint64_t *high)
{
    switch (type) {
        case NX_TYPE_INT8:
        case NX_TYPE_INT16:
        case NX_TYPE_INT32:
        case NX_TYPE_INT64:
            *high = UINT64_MAX >> (65 - 8 * nx_type_width(type));
            *low = -(int64_t)*high - 1;
            return true;
        case NX_TYPE_UINT8:
        case NX_TYPE_UINT16:
        case NX_TYPE_UINT32:
        case NX_TYPE_UINT64:
            *high = UINT64_MAX >> (64 - 8 * nx_type_width(type));
            *low = 0;
            return true;
        default:
            return false;
    }
}

const char *
nx_type_name(nx_type type)
{
    static const char *const names[NX_TYPE_COUNT] = {
        "none",           "bool",           "int64",          "uint64",
        "string",         "float64",        "datetime64[D]",  "datetime64[s]",
        "datetime64[ms]", "datetime64[us]", "datetime64[ns]", "string",
        "int8",           "int16",          "int32",          "uint8",
        "uint16",         "uint32",         "float16",        "float32",
        "datetime64[h]",  "datetime64[m]",
    };
    return names[type];
}

nx_type
nx_type_of_name(const char *name)
{
    for (nx_type type = NX_TYPE_NONE + 1; type < NX_TYPE_COUNT; type++) {
        if (nx_type_final(type) == type && strcmp(nx_type_name(type), name) == 0) {
            return type;
        }
    }
    return NX_TYPE_NONE;
}

const char *
nx_class_phrase(nx_class_set classes)
{
    static const struct {
        nx_class_set class;
        const char *phrase;
    } phrases[] = {
        {NX_CLASS_OTHER, "text"},
        {NX_CLASS_BOOL, "a bool"},
        {NX_CLASS_BEYOND_NS, "a time that nanoseconds cannot reach"},
        {NX_CLASS_TIME_NS, "a time in nanoseconds"},
        {NX_CLASS_TIME_US, "a time in microseconds"},
        {NX_CLASS_TIME_MS, "a time in milliseconds"},
        {NX_CLASS_ZONED, "a time with a zone"},
        {NX_CLASS_TIME_S, "a time"},
        {NX_CLASS_DATE, "a date"},
        {NX_CLASS_DECIMAL, "a decimal"},
        {NX_CLASS_LEADING_ZERO, "an integer with a leading zero"},
        {NX_CLASS_BEYOND_UINT64, "an integer beyond 64 bits"},
        {NX_CLASS_BEYOND_INT64, "an integer beyond int64"},
        {NX_CLASS_NEGATIVE, "a negative integer"},
        {NX_CLASS_INTEGER, "an integer"},
    };
    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++) {
        if (classes & phrases[i].class) {
            return phrases[i].phrase;
        }
    }
    return "no value";
}
