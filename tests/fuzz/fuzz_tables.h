/* Tables, errors and rejected records that must be the same, for fuzz targets. */
#ifndef NX_FUZZ_TABLES_H
#define NX_FUZZ_TABLES_H

#include "csv/csv_read.h"
#include "fuzz_checks.h"

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

/* Types, missing cells and values. */
static inline void
check_same_cells(const nx_column *a, const nx_column *b)
{
    CHECK_INT(a->type, b->type);
    CHECK_INT(a->length, b->length);
    CHECK_INT(a->missing, b->missing);
    CHECK_INT(a->mask != NULL, b->mask != NULL);
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

/* And which field settled the type. */
static inline void
check_same_column(const nx_csv_column *one, const nx_csv_column *other)
{
    check_same_cells(&one->column, &other->column);
    CHECK_INT(one->line, other->line);
    CHECK_INT(one->zoned, other->zoned);
    CHECK_INT(one->decider.classes, other->decider.classes);
    CHECK_INT(one->decider.before, other->decider.before);
    CHECK_INT(one->decider.row, other->decider.row);
    CHECK_INT(one->decider.byte, other->decider.byte);
    CHECK_INT(one->decider.size, other->decider.size);
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

static inline void
check_same_rejects(const nx_csv_table *one, const nx_csv_table *other)
{
    const nx_csv_reject_table *a = &one->rejects, *b = &other->rejects;
    const size_t bytes = a->length * sizeof(int64_t);
    CHECK_INT(a->length, b->length);
    CHECK_INT(one->rejected, other->rejected);
    CHECK_INT(one->blanks, other->blanks);
    CHECK_INT(one->comments, other->comments);
    CHECK(memcmp(nx_buffer_data(a->record), nx_buffer_data(b->record), bytes) == 0);
    CHECK(memcmp(nx_buffer_data(a->line), nx_buffer_data(b->line), bytes) == 0);
    CHECK(memcmp(nx_buffer_data(a->byte), nx_buffer_data(b->byte), bytes) == 0);
    CHECK(memcmp(nx_buffer_data(a->field), nx_buffer_data(b->field), bytes) == 0);
    CHECK(memcmp(nx_buffer_data(a->code), nx_buffer_data(b->code), bytes) == 0);
    check_same_strings(&a->text, &b->text);
    check_same_strings(&a->message, &b->message);
}

#endif
