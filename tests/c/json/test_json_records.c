#include "harness.h"

#include <math.h>

#include "base/alloc.h"
#include "json/json_records.h"
#include "json_made.h"

enum {
    ROWS = 150, /* three blocks */
    KINDS = 8,
    MOST = 70 /* columns: more than there are cells for */
};

static const nx_json_policy strict = {NX_JSON_NAN_NULL, NX_JSON_BIG_NUMBER};
static const nx_json_ends ends = {{(const uint8_t *)"}]", 2}, ','};

/* ---- Made rows ---- */

typedef struct made {
    int64_t integers[ROWS];
    double doubles[ROWS];
    int8_t bytes[ROWS];
    char texts[ROWS][48];
    char entries[ROWS][16]; /* texts whose size is the last byte */
    const char *pointers[ROWS];
    nx_string_view views[ROWS];
    uint8_t mask[ROWS];
    uint8_t sizes[256];
    nx_json_form form;
    nx_json_scale scales[NX_JSON_SCALES];
    size_t inner[1];
} made;

static nx_json_form
load_entry(const void *context, const char *item, nx_span *text)
{
    (void)context;
    *text = (nx_span){(const uint8_t *)item, strlen(item)};
    return NX_JSON_UTF8;
}

static void
make(made *m)
{
    uint64_t random = 3;
    memset(m, 0, sizeof *m);
    memset(m->sizes, NX_JSON_NO_SIZE, sizeof m->sizes);
    for (uint8_t n = 1; n < 16; n++) {
        m->sizes[n] = n;
    }
    for (size_t i = 0; i < ROWS; i++) {
        const uint64_t bits = nx_test_random(&random);
        m->integers[i] = (int64_t)(bits >> (bits % 64)) * (bits % 3 == 0 ? -1 : 1);
        m->doubles[i] = i % 9 == 0   ? NAN
                        : i % 2 == 0 ? (double)(bits % 100000) / 100
                                     : (double)bits / 3e5;
        m->bytes[i] = (int8_t)bits;
        m->mask[i] = bits % 5 == 0;
        const size_t length = bits % 41; /* some do not fit a cell */
        for (size_t k = 0; k < length; k++) {
            const uint64_t letter = nx_test_random(&random) % 97;
            m->texts[i][k] = (char)(letter == 0   ? '"'
                                    : letter == 1 ? '\n'
                                                  : 'a' + letter % 26);
        }
        m->pointers[i] = bits % 11 == 0 ? NULL : m->texts[i];
        const size_t few = length % 13;
        memcpy(m->entries[i], m->texts[i], few);
        m->entries[i][15] = (char)few; /* 0: loaded */
        m->views[i].length = (int32_t)few;
        memcpy(m->views[i].u.text, m->texts[i], few);
    }
    m->form = NX_JSON_BYTES;
    m->inner[0] = 2;
    for (size_t i = 0; i < NX_JSON_SCALES; i++) {
        m->scales[i] = nx_json_scale_of((const char *)(m->doubles + 2), 16, 60);
    }
}

static nx_json_column
make_column(const made *m, size_t i)
{
    static const uint8_t key[9 + NX_JSON_PADDING] = ",\"name\":";
    static const uint8_t longer[64 + NX_JSON_PADDING] =
        ",\"a name that is longer than the padding is\":";
    nx_json_column column;
    switch (i % KINDS) {
        case 0:
            column = column_of(NX_JSON_INT64, m->integers, 8);
            break;
        case 1:
            column = column_of(NX_JSON_FLOAT64, m->doubles, 8);
            break;
        case 2:
            column = column_of(NX_JSON_INT8, m->bytes, 1);
            break;
        case 3:
            column = column_of(NX_JSON_TEXT, m->pointers, sizeof m->pointers[0]);
            column.load = load_c_string;
            column.context = &m->form;
            break;
        case 4:
            column = column_of(NX_JSON_TEXT, m->entries, 16);
            column.load = load_entry;
            column.sizes = m->sizes;
            column.size_place = 15;
            break;
        case 5:
            column = column_of(NX_JSON_VIEW, m->views, sizeof m->views[0]);
            break;
        case 6:
            column = column_of(NX_JSON_TIME, m->integers, 8);
            column.unit = NX_UNIT_NS;
            break;
        default:
            column = column_of(NX_JSON_INT8, m->bytes, 1);
            column.ndim = 1;
            column.dims = m->inner;
            column.count = 2;
            column.step = 0;
            break;
    }
    if (i % 3 == 1 && column.ndim == 0) {
        column.mask = m->mask;
        column.mask_step = 1;
    }
    column.before = i % 4 == 3 ? longer : key;
    column.before_length = strlen((const char *)column.before);
    return column;
}

/* Rows field by field: `error` is that of the first one that fails. */
static uint8_t *
put_slowly(nx_json_writer *writer, const nx_json_column *columns, size_t count,
           const nx_json_scale *scales, size_t row, size_t n, uint8_t *at)
{
    for (size_t r = row; r < row + n; r++) {
        for (size_t i = 0; i < count && at != NULL; i++) {
            at = nx_json_put_field(writer, columns, i, scales, r, at);
        }
        at = at == NULL ? NULL : nx_json_room(writer, at, 3);
        if (at == NULL) {
            return NULL;
        }
        memcpy(at, "}],", 3);
        at += 3;
    }
    return at;
}

static void
check(const nx_json_policy *policy, const nx_json_column *columns, size_t count,
      const nx_json_scale *scales, size_t row, size_t n)
{
    nx_error error = {0}, slow_error = {0};
    nx_json_writer writer = {{NULL, NULL, true}, policy, &error};
    nx_json_writer slow = {{NULL, NULL, true}, policy, &slow_error};
    uint8_t *at = nx_json_room(&writer, NULL, 1);
    uint8_t *slow_at = nx_json_room(&slow, NULL, 1);
    at = nx_json_put_records(&writer, columns, count, scales, row, n, &ends, at);
    slow_at = put_slowly(&slow, columns, count, scales, row, n, slow_at);
    CHECK((at == NULL) == (slow_at == NULL));
    if (at != NULL) {
        const size_t length = (size_t)(at - writer.out.begin);
        CHECK_INT(length, slow_at - slow.out.begin);
        CHECK(memcmp(writer.out.begin, slow.out.begin, length) == 0);
    }
    else {
        CHECK_INT(error.status, slow_error.status);
        CHECK_INT(error.code, slow_error.code);
        CHECK_INT(error.record, slow_error.record);
        CHECK_INT(error.column, slow_error.column);
        CHECK_INT(error.byte, slow_error.byte);
    }
    nx_free(writer.out.begin);
    nx_free(slow.out.begin);
}

/* ---- Tests ---- */

static void
test_all_kinds_and_counts(void)
{
    static const size_t counts[] = {0, 1, 2, 3, 8, 9, 17, 64, 65, MOST};
    static const size_t firsts[] = {0, 1, 63, 100}, sizes[] = {1, 7, 64, 65, 50};
    made *m = nx_alloc(1, sizeof *m);
    nx_json_column columns[MOST];
    make(m);
    for (size_t i = 0; i < MOST; i++) {
        columns[i] = make_column(m, i);
    }
    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
            for (size_t f = 0; f < sizeof firsts / sizeof firsts[0]; f++) {
                if (firsts[f] + sizes[k] <= ROWS) {
                    check(&strict, columns, counts[c], m->scales, firsts[f], sizes[k]);
                }
            }
        }
        check(&strict, columns, counts[c], m->scales, 0, ROWS);
    }
    nx_free(m);
}

/* Kinds and policies that the others leave out; texts that just fit a cell, and those
 * that just do not. */
static void
test_what_nearly_fits(void)
{
    static const nx_json_policy policies[] = {
        {NX_JSON_NAN_NULL, NX_JSON_BIG_NUMBER},
        {NX_JSON_NAN_LITERAL, NX_JSON_BIG_STRING},
        {NX_JSON_NAN_RAISE, NX_JSON_BIG_RAISE},
    };
    static const nx_json_kind kinds[] = {
        NX_JSON_BOOL,    NX_JSON_INT16,   NX_JSON_INT32,   NX_JSON_INT64, NX_JSON_UINT8,
        NX_JSON_UINT16,  NX_JSON_UINT32,  NX_JSON_UINT64,  NX_JSON_COUNT, NX_JSON_TIME,
        NX_JSON_FLOAT16, NX_JSON_FLOAT32, NX_JSON_FLOAT64,
    };
    enum {
        COLUMNS = sizeof kinds / sizeof kinds[0],
        TEXTS = 2
    };
    static const nx_json_form forms[TEXTS] = {NX_JSON_UTF8, NX_JSON_BYTES};
    made *m = nx_alloc(1, sizeof *m);
    nx_json_column columns[COLUMNS + TEXTS + 1];
    make(m);
    m->integers[7] = INT64_MIN + 1; /* the longest text of a time */
    m->integers[8] = INT64_MIN;
    for (size_t i = 0; i < COLUMNS; i++) {
        columns[i] = column_of(kinds[i], m->integers, 8);
        columns[i].unit = i % 2 == 0 ? NX_UNIT_D : NX_UNIT_MS;
    }
    for (size_t i = 0; i < ROWS; i++) {
        memset(m->texts[i], 'x', sizeof m->texts[i] - 1);
        m->texts[i][28 + i % 6] = 0;
        if (i % 4 == 0) {
            memcpy(m->texts[i] + i % 8, "\xC3\xA4", 2);
        }
        m->pointers[i] = m->texts[i];
    }
    for (size_t i = COLUMNS; i <= COLUMNS + TEXTS; i++) {
        const bool is_raw = i == COLUMNS + TEXTS;
        columns[i] = column_of(is_raw ? NX_JSON_RAW : NX_JSON_TEXT, m->pointers,
                               sizeof m->pointers[0]);
        columns[i].load = load_c_string;
        columns[i].context = &forms[i % TEXTS];
        columns[i].sizes = is_raw ? m->sizes : NULL; /* of no use there */
    }
    for (size_t p = 0; p < sizeof policies / sizeof policies[0]; p++) {
        check(&policies[p], columns, COLUMNS + TEXTS + 1, m->scales, 0, ROWS);
        for (size_t i = 0; i <= COLUMNS + TEXTS; i++) {
            check(&policies[p], columns + i, 1, m->scales, 0, ROWS);
        }
    }
    nx_free(m);
}

static void
test_steps(void)
{
    made *m = nx_alloc(1, sizeof *m);
    make(m);
    nx_json_column columns[2] = {make_column(m, 0), make_column(m, 4)};
    for (int i = 0; i < 2; i++) {
        columns[i].data += (ROWS - 1) * columns[i].step;
        columns[i].step = -columns[i].step;
        columns[i].mask = m->mask + ROWS - 1;
        columns[i].mask_step = -1;
    }
    check(&strict, columns, 2, m->scales, 0, ROWS);
    columns[0].step = 0;
    columns[1].mask_step = 0;
    check(&strict, columns, 2, m->scales, 0, ROWS);
    nx_free(m);
}

/* The first value at fault in the order of rows, though another column fails before in
 * the order of columns. */
static void
test_places_of_faults(void)
{
    static const nx_json_policy raise = {NX_JSON_NAN_RAISE, NX_JSON_BIG_RAISE};
    made *m = nx_alloc(1, sizeof *m);
    make(m);
    const nx_json_column columns[3] = {make_column(m, 0), make_column(m, 1),
                                       make_column(m, 3)};
    for (size_t i = 0; i < ROWS; i++) {
        m->integers[i] = 1;
        m->doubles[i] = 0.5;
        m->mask[i] = 0;
    }
    check(&raise, columns, 3, m->scales, 0, ROWS);
    m->integers[90] = INT64_MAX;
    check(&raise, columns, 3, m->scales, 0, ROWS);
    m->doubles[89] = INFINITY;
    check(&raise, columns, 3, m->scales, 0, ROWS);
    m->pointers[88] = "not \xFF UTF-8";
    check(&raise, columns, 3, m->scales, 0, ROWS);
    m->integers[3] = INT64_MIN;
    check(&raise, columns, 3, m->scales, 0, ROWS);
    check(&raise, columns, 3, m->scales, 10, ROWS - 10);
    nx_free(m);
}

static bool
put_again(void *context)
{
    const made *const m = context;
    nx_json_column columns[KINDS];
    for (size_t i = 0; i < KINDS; i++) {
        columns[i] = make_column(m, i);
    }
    nx_error error = {0};
    nx_json_writer writer = {{NULL, NULL, true}, &strict, &error};
    uint8_t *at = nx_json_room(&writer, NULL, 1);
    if (at != NULL) {
        at =
            nx_json_put_records(&writer, columns, KINDS, m->scales, 0, ROWS, &ends, at);
    }
    CHECK(at != NULL || error.status == NX_ERR_MEMORY);
    nx_free(writer.out.begin);
    return at != NULL;
}

static void
test_allocation_failures(void)
{
    made *m = nx_alloc(1, sizeof *m);
    make(m);
    nx_test_alloc_failures(put_again, m, 40);
    nx_free(m);
}

const nx_test nx_suite_json_records[] = {
    NX_TEST(test_all_kinds_and_counts),
    NX_TEST(test_what_nearly_fits),
    NX_TEST(test_steps),
    NX_TEST(test_places_of_faults),
    NX_TEST(test_allocation_failures),
    {0},
};
