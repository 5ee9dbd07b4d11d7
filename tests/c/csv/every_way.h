/* Reading a text in all ways there are, each held against the slow parser. */
#ifndef NX_TESTS_EVERY_WAY_H
#define NX_TESTS_EVERY_WAY_H

#include "csv/csv_testing.h"
#include "csv/slow_table.h"

#include "csv/csv_read.h"

enum {
    LONGEST = 6000,
    MOST_FIELDS = 6,
    MOST_ROWS = 400
};

/* ---- Reading in every way ---- */

/* How a text is read; no result may depend on it. */
typedef struct way {
    size_t block_bytes;
    unsigned threads;
    nx_cpu cpu;
    source_kind kind;
} way;

typedef struct reading {
    nx_csv_table table;
    nx_error error;
    nx_status status;
} reading;

static inline void
read_text(const char *text, size_t n, const nx_csv_options *options, way how,
          reading *r)
{
    test_source s;
    nx_csv_options these = *options;
    *r = (reading){.status = NX_ERR_INTERNAL};
    these.block_bytes = how.block_bytes;
    these.threads = how.threads;
    nx_csv_init(how.cpu);
    if (open_source(&s, how.kind, text, n)) {
        r->status = nx_csv_read(&r->table, &s.source, &these, NULL, &r->error);
    }
    close_source(&s);
    nx_csv_init(nx_cpu_detect());
}

/* The ways in turn: block sizes 1 .. 64, 4096 and the default, with both
 * scanners, each with one kind of source (all kinds for a few sizes) and 1, 2 or
 * 8 threads. */
static inline bool
next_way(size_t turn, way *how)
{
    const size_t sizes = 66;
    const size_t size = turn / 2 % sizes, round = turn / 2 / sizes;
    static const unsigned threads[] = {1, 2, 8};
    how->threads = threads[(turn + round) % 3];
    how->cpu = turn % 2 == 0 ? 0 : nx_cpu_detect();
    how->block_bytes = size < 64 ? size + 1 : size == 64 ? 4096 : 0;
    how->kind = (source_kind)((size + round) % SOURCE_KINDS);
    return round < 2;
}

static inline const char *
way_name(way how)
{
    static char name[96];
    snprintf(name, sizeof name, "blocks of %zu, %u threads, cpu 0x%x, source %d",
             how.block_bytes, how.threads, how.cpu, (int)how.kind);
    return name;
}

/* ---- Comparing with the oracle ---- */

typedef struct oracle {
    uint8_t text[LONGEST + 2];
    size_t n;
    slow_field fields[LONGEST + 2];
    size_t rows;
    size_t width;
    slow_cell cells[MOST_ROWS][MOST_FIELDS];
} oracle;

/* Parses text[start..n); every record must have `width` fields. */
static inline void
ask_oracle(oracle *o, const char *text, size_t n, size_t start,
           const nx_csv_options *options)
{
    memset(o->text, 0, sizeof o->text);
    memcpy(o->text, text, n);
    o->n = n;
    const bool added = n > start && text[n - 1] != '\n' && text[n - 1] != '\r';
    if (added) {
        o->text[n] = '\n';
    }
    /* Parsed in place: offsets are those of the whole text. */
    slow_text slow = {.text = o->text + start,
                      .n = n - start + added,
                      .dialect = &options->dialect,
                      .fields = o->fields};
    slow_parse(&slow);
    slow.text = o->text;
    o->rows = 0;
    o->width = options->fields;
    for (size_t i = 0, column = 0; i < slow.field_count; i++) {
        slow_field *field = &o->fields[i];
        field->start += start;
        field->end += start;
        if (field->first && field->last && field->start == field->end &&
            options->skip_blank) {
            continue;
        }
        column = field->first ? 0 : column + 1;
        CHECK(column < o->width && (!field->last || column == o->width - 1));
        slow_classify(&slow, field, &o->cells[o->rows][column]);
        o->rows += field->last;
    }
}

static inline bool
same_cell(const slow_cell *cell, const nx_column *column, size_t row)
{
    const void *values = nx_buffer_data(column->values);
    const int64_t integer =
        column->type == NX_TYPE_BOOL ? 0 : ((const int64_t *)values)[row];
    const double number =
        column->type == NX_TYPE_FLOAT64 ? ((const double *)values)[row] : 0;
    const bool missing = column->type == NX_TYPE_STRING ? cell->empty : cell->missing;
    const bool masked = column->mask != NULL &&
                        ((const uint8_t *)nx_buffer_data(column->mask))[row] != 0;
    if (missing != masked) {
        return false;
    }
    switch (column->type) {
        case NX_TYPE_BOOL:
            return ((const uint8_t *)values)[row] == (missing ? 0 : cell->integer);
        case NX_TYPE_INT64:
            return integer == (missing ? 0 : cell->integer);
        case NX_TYPE_UINT64:
            return (uint64_t)integer == (missing ? 0 : cell->natural);
        case NX_TYPE_FLOAT64:
            return missing || isnan(cell->number)
                       ? isnan(number) != 0
                       : memcmp(&number, &cell->number, sizeof number) == 0;
        case NX_TYPE_STRING: {
            const nx_string_view *view = (const nx_string_view *)values + row;
            return view->length == (int32_t)cell->size &&
                   memcmp(nx_view_text(view, column->slabs.buffers), cell->string,
                          cell->size) == 0;
        }
        default:
            return integer == (missing ? NX_NAT : slow_count(cell, column->type));
    }
}

static inline uint64_t
line_of(const oracle *o, size_t byte)
{
    uint64_t line = 1;
    for (size_t i = 0; i < byte; i++) {
        line += o->text[i] == '\n' || (o->text[i] == '\r' && o->text[i + 1] != '\n');
    }
    return line;
}

static inline void
check_decider(const oracle *o, size_t row, const slow_cell *cell, nx_type before,
              const nx_csv_column *column)
{
    const nx_csv_decider *decider = &column->decider;
    CHECK_INT(decider->row, row);
    CHECK_INT(decider->before, before);
    CHECK_INT(decider->byte, cell->start);
    CHECK_INT(column->line, line_of(o, cell->start));
    const size_t kept =
        decider->size < NX_CSV_QUOTE_MAX ? decider->size : NX_CSV_QUOTE_MAX;
    CHECK(memcmp(decider->text, o->text + cell->start, kept) == 0);
}

/* Type, reason, every cell and the mask of one column. */
static inline void
check_column(const oracle *o, size_t field, const nx_csv_column *read)
{
    slow_state state = {0};
    nx_type type = NX_TYPE_NONE, before = NX_TYPE_NONE;
    size_t decider = SIZE_MAX, missing = 0;
    for (size_t row = 0; row < o->rows; row++) {
        slow_add(&state, &o->cells[row][field]);
        if (slow_type(&state) != type) {
            before = type;
            type = slow_type(&state);
            decider = row;
        }
    }
    type = nx_type_final(type);
    if (read->column.type != type || read->column.length != o->rows) {
        nx_test_fail(__FILE__, __LINE__, "field %zu is %s, expected %s", field,
                     nx_type_name(read->column.type), nx_type_name(type));
        return;
    }
    for (size_t row = 0; row < o->rows; row++) {
        const slow_cell *cell = &o->cells[row][field];
        missing += type == NX_TYPE_STRING ? cell->empty : cell->missing;
        if (!same_cell(cell, &read->column, row)) {
            nx_test_fail(__FILE__, __LINE__, "%s in field %zu of row %zu: \"%s\"",
                         nx_type_name(type), field, row,
                         shown((const uint8_t *)cell->string, cell->size));
        }
    }
    CHECK_INT(read->column.missing, missing);
    CHECK_INT(read->column.mask != NULL, missing > 0);
    CHECK_INT(read->decider.classes != 0, decider != SIZE_MAX);
    if (decider != SIZE_MAX) {
        check_decider(o, decider, &o->cells[decider][field], before, read);
    }
    if (type >= NX_TYPE_DATETIME_D && type <= NX_TYPE_DATETIME_NS) {
        CHECK_INT(read->zoned, state.zoned);
    }
}

/* Reads a text in all ways and holds each against the oracle. */
static inline void
check_dialect_text(nx_csv_dialect dialect, const char *text, size_t n, size_t start,
                   size_t fields, bool skip_blank)
{
    static oracle o;
    size_t columns[MOST_FIELDS];
    for (size_t i = 0; i < fields; i++) {
        columns[i] = fields - 1 - i;
    }
    const nx_csv_options options = {.row_limit = UINT64_MAX,
                                    .dialect = dialect,
                                    .start = start,
                                    .fields = fields,
                                    .columns = columns,
                                    .column_count = fields,
                                    .skip_blank = skip_blank};
    ask_oracle(&o, text, n, start, &options);
    way how;
    for (size_t turn = 0; next_way(turn, &how) && nx_test_failures() == 0; turn++) {
        reading r;
        read_text(text, n, &options, how, &r);
        CHECK_INT(r.status, NX_OK);
        if (r.status == NX_OK) {
            CHECK_INT(r.table.rows, o.rows);
            CHECK_INT(r.table.column_count, fields);
            for (size_t i = 0; i < fields; i++) {
                check_column(&o, columns[i], &r.table.columns[i]);
            }
        }
        if (nx_test_failures() > 0) {
            printf("      %s: \"%s\" %s\n", way_name(how),
                   shown((const uint8_t *)text, n), r.error.msg);
        }
        nx_csv_table_clear(&r.table);
    }
}

static inline void
check_text(const char *text, size_t n, size_t start, size_t fields, bool skip_blank)
{
    check_dialect_text(comma, text, n, start, fields, skip_blank);
}

#endif
