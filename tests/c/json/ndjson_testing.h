/* What the tests of the JSON reader share: texts read in one call, and columns written
 * down as text. */
#ifndef NX_TESTS_NDJSON_TESTING_H
#define NX_TESTS_NDJSON_TESTING_H

#include "csv/csv_testing.h"

#include "json/json_read.h"

enum {
    MOST_KEYS = 16,
    MOST_SHOWN = 4096
};

/* How a text is read, and what comes of it. */
typedef struct json_reading {
    nx_json_options options; /* keys and columns are filled in */
    nx_span keys[MOST_KEYS];
    size_t columns[MOST_KEYS];
    nx_csv_request requests[MOST_KEYS];
    nx_csv_table table;
    nx_json_keys further;
    nx_error error;
    nx_status status;
} json_reading;

/* Prepares the reading of all columns with these keys, NULL behind the last. */
static inline json_reading
reading_of(const char *const *keys)
{
    json_reading r = {.options = {.row_limit = UINT64_MAX, .threads = 1}};
    for (size_t i = 0; keys[i] != NULL; i++) {
        r.keys[i] = (nx_span){(const uint8_t *)keys[i], strlen(keys[i])};
        r.columns[i] = i;
        r.options.key_count = r.options.column_count = i + 1;
    }
    return r;
}

/* Reads; `r` stays where it is until end_reading. */
static inline void
read_source(json_reading *r, const nx_csv_source *source)
{
    r->options.keys = r->keys;
    r->options.columns = r->columns;
    r->options.requests = r->requests;
    r->status =
        nx_json_read(&r->table, &r->further, source, &r->options, NULL, &r->error);
}

static inline void
read_kind(json_reading *r, const void *text, size_t n, source_kind kind)
{
    test_source s;
    if (open_source(&s, kind, text, n)) {
        read_source(r, &s.source);
    }
    close_source(&s);
}

static inline void
end_reading(json_reading *r)
{
    nx_csv_table_clear(&r->table);
    nx_json_keys_clear(&r->further);
}

/* Writes one value behind `to`. */
static inline void
show_value(const nx_column *column, size_t row, char *to)
{
    const uint8_t *values = nx_buffer_data(column->values);
    int64_t integer;
    double number;
    if (column->mask != NULL && ((uint8_t *)nx_buffer_data(column->mask))[row] != 0) {
        strcat(to, "-");
    }
    else if (column->type == NX_TYPE_STRING) {
        const nx_string_view *view = (const nx_string_view *)(const void *)values + row;
        strncat(to, (const char *)nx_view_text(view, column->slabs.buffers),
                (size_t)view->length);
    }
    else if (column->type == NX_TYPE_BOOL) {
        strcat(to, values[row] != 0 ? "T" : "F");
    }
    else if (column->type == NX_TYPE_FLOAT64) {
        memcpy(&number, values + 8 * row, 8);
        sprintf(to + strlen(to), "%.17g", number);
    }
    else {
        memcpy(&integer, values + 8 * row, 8);
        sprintf(to + strlen(to),
                column->type == NX_TYPE_UINT64 ? "%" PRIu64 : "%" PRId64, integer);
    }
}

/* "type:value,value;type:value,value" of all columns, "-" for what is missing. Only
 * types of one and eight bytes, and strings. */
static inline const char *
shown_table(const nx_csv_table *table)
{
    static char text[MOST_SHOWN];
    text[0] = '\0';
    for (size_t i = 0; i < table->column_count; i++) {
        const nx_column *column = &table->columns[i].column;
        strcat(text, i == 0 ? "" : ";");
        strcat(text, nx_type_name(column->type));
        for (size_t row = 0; row < column->length; row++) {
            strcat(text, row == 0 ? ":" : ",");
            show_value(column, row, text);
        }
    }
    return text;
}

/* Holds what a text is read as, or "code byte column" of its error, against what is
 * expected. */
static inline void
check_read(const char *text, const char *const *keys, bool nested_text,
           const char *expected)
{
    char found[96];
    json_reading r = reading_of(keys);
    r.options.nested_text = nested_text;
    read_kind(&r, text, strlen(text), IN_PLACE);
    if (r.status == NX_OK) {
        CHECK_STR(shown_table(&r.table), expected);
    }
    else {
        snprintf(found, sizeof found, "%d %d %d", r.error.code, (int)r.error.byte,
                 (int)r.error.column);
        CHECK_STR(found, expected);
    }
    end_reading(&r);
}

static const char *const key_a[] = {"a", NULL};
static const char *const keys_ab[] = {"a", "b", NULL};

#endif
