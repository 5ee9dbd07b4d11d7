#include "csv/csv_field.h"

#include <string.h>

static bool
is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t';
}

nx_csv_field
nx_csv_field_value(nx_csv_field field, const nx_csv_dialect *dialect)
{
    if (nx_csv_field_quoted(field, dialect)) {
        return (nx_csv_field){field.start + 1, field.end - 1};
    }
    while (field.start < field.end && is_blank(*field.start)) {
        field.start++;
    }
    while (field.start < field.end && is_blank(field.end[-1])) {
        field.end--;
    }
    return field;
}

bool
nx_csv_missing_word(nx_csv_field value)
{
    static const char *const words[] = {
        "NA",   "N/A",    "NaN",     "nan",     "-NaN",     "-nan",
        "NULL", "null",   "None",    "n/a",     "#N/A",     "#NA",
        "<NA>", "1.#IND", "1.#QNAN", "-1.#IND", "-1.#QNAN", "#N/A N/A",
    };
    const size_t size = nx_csv_field_size(value);
    if (size == 0) {
        return true;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (words[i][0] == (char)*value.start && strlen(words[i]) == size &&
            memcmp(words[i], value.start, size) == 0) {
            return true;
        }
    }
    return false;
}

size_t
nx_csv_unquote(nx_csv_field field, uint8_t quote, uint8_t *to)
{
    const uint8_t *from = field.start + 1;
    const uint8_t *end = field.end - 1;
    size_t n = 0;
    while (from < end) {
        const uint8_t *next = memchr(from, quote, (size_t)(end - from));
        const size_t plain = (size_t)((next == NULL ? end : next + 1) - from);
        memcpy(to + n, from, plain);
        n += plain;
        from += plain + (next != NULL);
    }
    return n;
}
