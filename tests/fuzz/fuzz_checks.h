/* What fuzz targets share: checks that end the program, and tables that must be the
 * same. */
#ifndef NX_FUZZ_CHECKS_H
#define NX_FUZZ_CHECKS_H

#include "harness.h"

#include <stdarg.h>
#include <stdlib.h>

#include "csv/csv_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The checks of the harness end the program: fuzzer and replay see it die. */
void
nx_test_fail(const char *file, int line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s:%d: ", file, line);
    vfprintf(stderr, format, args);
    fprintf(stderr, "\n");
    va_end(args);
    abort();
}

int
nx_test_failures(void)
{
    return 0;
}

uint64_t
nx_test_random(uint64_t *state)
{
    return ++*state;
}

static inline void
check_same_error(const nx_error *one, const nx_error *other)
{
    CHECK_INT(one->status, other->status);
    CHECK_INT(one->code, other->code);
    CHECK_INT(one->record, other->record);
    CHECK_INT(one->line, other->line);
    CHECK_INT(one->column, other->column);
    CHECK_INT(one->byte, other->byte);
    CHECK_STR(one->msg, other->msg);
}

static inline void
check_same_strings(const nx_column *one, const nx_column *other)
{
    const nx_string_view *a = nx_buffer_data(one->values);
    const nx_string_view *b = nx_buffer_data(other->values);
    for (size_t row = 0; row < one->length; row++) {
        CHECK_INT(a[row].length, b[row].length);
        CHECK(memcmp(nx_view_text(&a[row], one->slabs.buffers),
                     nx_view_text(&b[row], other->slabs.buffers),
                     (size_t)a[row].length) == 0);
    }
}

static inline void
check_same_column(const nx_csv_column *one, const nx_csv_column *other)
{
    const nx_column *a = &one->column, *b = &other->column;
    CHECK_INT(a->type, b->type);
    CHECK_INT(a->length, b->length);
    CHECK_INT(a->missing, b->missing);
    CHECK_INT(a->mask != NULL, b->mask != NULL);
    CHECK_INT(one->line, other->line);
    CHECK_INT(one->zoned, other->zoned);
    CHECK_INT(one->decider.classes, other->decider.classes);
    CHECK_INT(one->decider.before, other->decider.before);
    CHECK_INT(one->decider.row, other->decider.row);
    CHECK_INT(one->decider.byte, other->decider.byte);
    CHECK_INT(one->decider.size, other->decider.size);
    if (a->length == 0) {
        return;
    }
    if (a->mask != NULL) {
        CHECK(memcmp(nx_buffer_data(a->mask), nx_buffer_data(b->mask), a->length) == 0);
    }
    if (a->type == NX_TYPE_STRING) {
        check_same_strings(a, b);
    }
    else {
        CHECK(memcmp(nx_buffer_data(a->values), nx_buffer_data(b->values),
                     a->length * nx_type_width(a->type)) == 0);
    }
}

static inline void
check_same_table(const nx_csv_table *one, const nx_csv_table *other)
{
    CHECK_INT(one->rows, other->rows);
    CHECK_INT(one->column_count, other->column_count);
    for (size_t i = 0; i < one->column_count; i++) {
        check_same_column(&one->columns[i], &other->columns[i]);
    }
}

#endif
