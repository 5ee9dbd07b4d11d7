/* Reading a text in all ways there are, each held against the slow parser. */
#ifndef NX_TESTS_EVERY_WAY_H
#define NX_TESTS_EVERY_WAY_H

#include "csv/csv_testing.h"
#include "csv/slow_request.h"

#include "csv/csv_read.h"
#include "number/parse_float.h"

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

/* The ways in turn: block sizes 1 .. 64, 4096 and the default, with every set of
 * instructions, each with one kind of source (all kinds for a few sizes) and 1, 2 or
 * 8 threads. */
static inline bool
next_way(size_t turn, way *how)
{
    nx_cpu cpus[MOST_SCANNERS];
    const size_t sizes = 66, cpu_count = (size_t)all_cpus(cpus);
    const size_t size = turn / cpu_count % sizes, round = turn / cpu_count / sizes;
    static const unsigned threads[] = {1, 2, 8};
    how->threads = threads[(turn + round) % 3];
    how->cpu = cpus[turn % cpu_count];
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
    const slow_ask *asks; /* one for each field */
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
        slow_classify(&slow, field, &o->asks[column].rules, &o->cells[o->rows][column]);
        o->rows += field->last;
    }
}

/* The integer in place `row`, sign or zeros in front. */
static inline uint64_t
integer_at(const nx_column *column, size_t row)
{
    const uint8_t *values = nx_buffer_data(column->values);
    const size_t width = nx_type_width(column->type);
    int64_t low, result;
    uint64_t high, bits = 0;
    for (size_t i = 0; i < width; i++) {
        bits |= (uint64_t)values[row * width + i] << 8 * i;
    }
    result = (int64_t)(bits << (64 - 8 * width)) >> (64 - 8 * width);
    return nx_type_integer_range(column->type, &low, &high) && low == 0
               ? bits
               : (uint64_t)result;
}

static inline bool
same_float(const slow_cell *cell, const nx_column *column, size_t row)
{
    const void *values = nx_buffer_data(column->values);
    uint16_t half = 0x7E00;
    float single = NAN;
    double number = (double)NAN;
    const size_t n = strlen(cell->value);
    if (!cell->missing) {
        single = strtof(cell->value, NULL);
        number = cell->number;
        CHECK_INT(nx_parse_float16((const uint8_t *)cell->value, n, &half), 0);
    }
    if (column->type == NX_TYPE_FLOAT64) {
        const double other = ((const double *)values)[row];
        return memcmp(&other, &number, 8) == 0 || (isnan(other) && isnan(number));
    }
    if (column->type == NX_TYPE_FLOAT32) {
        const float other = ((const float *)values)[row];
        return memcmp(&other, &single, 4) == 0 || (isnan(other) && isnan(single));
    }
    return ((const uint16_t *)values)[row] == half;
}

static inline bool
same_cell(const slow_cell *cell, const slow_rules *rules, const nx_column *column,
          size_t row)
{
    const void *values = nx_buffer_data(column->values);
    const bool missing = slow_missing(cell, column->type);
    const bool masked = column->mask != NULL &&
                        ((const uint8_t *)nx_buffer_data(column->mask))[row] != 0;
    uint8_t truth;
    if (missing != masked) {
        return false;
    }
    switch (column->type) {
        case NX_TYPE_BOOL:
            return ((const uint8_t *)values)[row] ==
                   (!missing && slow_truth(cell, rules, &truth) && truth);
        case NX_TYPE_FLOAT16:
        case NX_TYPE_FLOAT32:
        case NX_TYPE_FLOAT64:
            return same_float(cell, column, row);
        case NX_TYPE_STRING: {
            const nx_string_view *view = (const nx_string_view *)values + row;
            return view->length == (int32_t)(missing ? 0 : cell->size) &&
                   memcmp(nx_view_text(view, column->slabs.buffers), cell->string,
                          (size_t)view->length) == 0;
        }
        case NX_TYPE_UINT64:
            return integer_at(column, row) == (missing ? 0 : cell->natural);
        default:
            if (!slow_is_time(column->type)) {
                return (int64_t)integer_at(column, row) ==
                       (missing ? 0 : cell->integer);
            }
            return (int64_t)integer_at(column, row) ==
                   (missing ? NX_NAT : slow_any_count(cell, column->type));
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

/* What inference makes of a column: the state after all rows, the type, and the row
 * that led to it from `before`. */
typedef struct slow_column {
    slow_state state;
    nx_type type, before;
    size_t decider; /* SIZE_MAX: none */
} slow_column;

static inline slow_column
infer_column(const oracle *o, size_t field)
{
    slow_column c = {.decider = SIZE_MAX};
    for (size_t row = 0; row < o->rows; row++) {
        slow_add(&c.state, &o->cells[row][field]);
        if (slow_type(&c.state) != c.type) {
            c.before = c.type;
            c.type = slow_type(&c.state);
            c.decider = row;
        }
    }
    if (o->asks[field].type != NX_TYPE_NONE) {
        c.decider = SIZE_MAX;
        c.type = o->asks[field].type;
    }
    c.type = nx_type_final(c.type);
    return c;
}

/* Type, reason, every cell and the mask of one column. */
static inline void
check_column(const oracle *o, size_t field, const nx_csv_column *read)
{
    const slow_column expected = infer_column(o, field);
    const nx_type type = expected.type;
    size_t missing = 0;
    if (read->column.type != type || read->column.length != o->rows) {
        nx_test_fail(__FILE__, __LINE__, "field %zu is %s, expected %s", field,
                     nx_type_name(read->column.type), nx_type_name(type));
        return;
    }
    for (size_t row = 0; row < o->rows; row++) {
        const slow_cell *cell = &o->cells[row][field];
        missing += slow_missing(cell, type);
        if (!same_cell(cell, &o->asks[field].rules, &read->column, row)) {
            nx_test_fail(__FILE__, __LINE__, "%s in field %zu of row %zu: \"%s\"",
                         nx_type_name(type), field, row,
                         shown((const uint8_t *)cell->string, cell->size));
        }
    }
    CHECK_INT(read->column.missing, missing);
    CHECK_INT(read->column.mask != NULL, missing > 0);
    CHECK_INT(read->decider.classes != 0, expected.decider != SIZE_MAX);
    if (expected.decider != SIZE_MAX) {
        check_decider(o, expected.decider, &o->cells[expected.decider][field],
                      expected.before, read);
    }
    if (slow_is_time(type)) {
        CHECK_INT(read->zoned, expected.state.zoned);
    }
}

/* The first cell that is an error: its code, or 0. A time of the other kind than the
 * first one of its column is one. */
static inline int
first_fault(const oracle *o, size_t *at_row, size_t *at_field)
{
    const slow_cell *first_time[MOST_FIELDS] = {NULL};
    slow_ask asks[MOST_FIELDS];
    for (size_t field = 0; field < o->width; field++) {
        asks[field] = o->asks[field];
        asks[field].type = infer_column(o, field).type;
    }
    for (size_t row = 0; row < o->rows; row++) {
        for (size_t field = 0; field < o->width; field++) {
            const slow_cell *cell = &o->cells[row][field];
            const bool missing = slow_missing(cell, asks[field].type);
            int code = slow_fault(cell, &asks[field]);
            if (o->asks[field].type == NX_TYPE_NONE && !missing) {
                continue;
            }
            if (code == 0 && !missing && slow_is_time(asks[field].type)) {
                const slow_cell **first = &first_time[field];
                *first = *first == NULL ? cell : *first;
                code = (*first)->zoned != cell->zoned ? 601 : 0;
            }
            if (code != 0) {
                *at_row = row;
                *at_field = field;
                return code;
            }
        }
    }
    return 0;
}

/* The table or the error of one reading. */
static inline void
check_reading(const oracle *o, const size_t *columns, const reading *r)
{
    size_t row, field;
    const int code = first_fault(o, &row, &field);
    if (code != 0) {
        const slow_cell *cell = &o->cells[row][field];
        CHECK_INT(r->status, NX_ERR_VALUE);
        CHECK_INT(r->error.code, code);
        CHECK_INT(r->error.record, row);
        CHECK_INT(r->error.column, field);
        CHECK_INT(r->error.byte, cell->start);
        CHECK_INT(r->error.line + 1, line_of(o, cell->start));
        return;
    }
    CHECK_INT(r->status, NX_OK);
    if (r->status == NX_OK) {
        CHECK_INT(r->table.rows, o->rows);
        CHECK_INT(r->table.column_count, o->width);
        for (size_t i = 0; i < o->width; i++) {
            check_column(o, columns[i], &r->table.columns[i]);
        }
    }
}

/* The rules of the reader for those of the oracle. */
static inline nx_csv_rules
rules_of(const slow_rules *slow, nx_csv_word words[3][8])
{
    const char *const *const lists[] = {slow->na, slow->trues, slow->falses};
    nx_csv_rules rules = {.default_na = !slow->no_default_na,
                          .missing_raises = slow->missing_raises,
                          .leading_zeros_int = slow->leading_zeros_int,
                          .strip = slow->strip};
    nx_csv_words *const sets[] = {&rules.na, &rules.trues, &rules.falses};
    for (size_t i = 0; i < 3; i++) {
        size_t count = 0;
        for (; lists[i] != NULL && lists[i][count] != NULL; count++) {
            const char *word = lists[i][count];
            words[i][count] = (nx_csv_word){(const uint8_t *)word, strlen(word)};
        }
        nx_csv_words_init(sets[i], words[i], count);
    }
    return rules;
}

/* Reads a text in all ways, with what is asked of each field, and holds each against
 * the oracle. */
static inline void
check_asked(nx_csv_dialect dialect, const char *text, size_t n, size_t start,
            size_t fields, bool skip_blank, const slow_ask *asks)
{
    static oracle o;
    size_t columns[MOST_FIELDS];
    nx_csv_request requests[MOST_FIELDS];
    nx_csv_rules rules[MOST_FIELDS];
    nx_csv_word words[MOST_FIELDS][3][8];
    for (size_t i = 0; i < fields; i++) {
        const size_t field = columns[i] = fields - 1 - i;
        rules[i] = rules_of(&asks[field].rules, words[i]);
        requests[i] = (nx_csv_request){
            .type = asks[field].type, .limit = asks[field].limit, .rules = &rules[i]};
    }
    const nx_csv_options options = {.row_limit = UINT64_MAX,
                                    .dialect = dialect,
                                    .start = start,
                                    .fields = fields,
                                    .columns = columns,
                                    .column_count = fields,
                                    .requests = requests,
                                    .skip_blank = skip_blank};
    o.asks = asks;
    ask_oracle(&o, text, n, start, &options);
    way how;
    for (size_t turn = 0; next_way(turn, &how) && nx_test_failures() == 0; turn++) {
        reading r;
        read_text(text, n, &options, how, &r);
        check_reading(&o, columns, &r);
        if (nx_test_failures() > 0) {
            printf("      %s: \"%s\" %s\n", way_name(how),
                   shown((const uint8_t *)text, n), r.error.msg);
        }
        nx_csv_table_clear(&r.table);
    }
}

/* The same with nothing asked. */
static inline void
check_dialect_text(nx_csv_dialect dialect, const char *text, size_t n, size_t start,
                   size_t fields, bool skip_blank)
{
    static const slow_ask nothing[MOST_FIELDS];
    check_asked(dialect, text, n, start, fields, skip_blank, nothing);
}

static inline void
check_text(const char *text, size_t n, size_t start, size_t fields, bool skip_blank)
{
    check_dialect_text(comma, text, n, start, fields, skip_blank);
}

#endif
