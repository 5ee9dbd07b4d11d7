#include "csv/every_way.h"
#include "csv/random_table.h"

#include "csv/csv_kernels.h"
#include "csv/csv_requested.h"

/* ---- Whole reads ---- */

static const char *const own_na[] = {"-1", "x", "2024-02-29", "a\"b", NULL};
static const char *const own_trues[] = {"1", "x", "abc", NULL};
static const char *const own_falses[] = {"0", "24:00", NULL};

/* A kind of column may be asked for in any of these types. */
static const nx_type askable[] = {
    NX_TYPE_NONE,        NX_TYPE_NONE,       NX_TYPE_BOOL,        NX_TYPE_INT8,
    NX_TYPE_INT16,       NX_TYPE_INT32,      NX_TYPE_INT64,       NX_TYPE_UINT8,
    NX_TYPE_UINT16,      NX_TYPE_UINT32,     NX_TYPE_UINT64,      NX_TYPE_FLOAT16,
    NX_TYPE_FLOAT32,     NX_TYPE_FLOAT64,    NX_TYPE_DATETIME_D,  NX_TYPE_DATETIME_H,
    NX_TYPE_DATETIME_M,  NX_TYPE_DATETIME_S, NX_TYPE_DATETIME_MS, NX_TYPE_DATETIME_US,
    NX_TYPE_DATETIME_NS, NX_TYPE_STRING,     NX_TYPE_STRING,      NX_TYPE_STRING};

static slow_ask
random_ask(uint64_t *random)
{
    static const int64_t limits[] = {0,  1,  3,   12,         60,
                                     -1, -3, -12, -INT64_MAX, INT64_MAX};
    slow_ask ask = {.type = askable[pick(random, sizeof askable / sizeof askable[0])]};
    if (ask.type == NX_TYPE_STRING) {
        ask.limit = limits[pick(random, sizeof limits / sizeof limits[0])];
    }
    if (pick(random, 3) > 0) {
        ask.rules = (slow_rules){
            .no_default_na = pick(random, 3) == 0,
            .missing_raises = pick(random, 4) == 0,
            .leading_zeros_int = pick(random, 2) == 0,
            .strip = pick(random, 2) == 0,
            .na = pick(random, 2) == 0 ? own_na : NULL,
            .trues = pick(random, 2) == 0 ? own_trues : NULL,
            .falses = pick(random, 2) == 0 ? own_falses : NULL,
        };
    }
    return ask;
}

/* Random requests and rules; a wrong request mostly ends at the first cell, so that
 * many are tried. */
static void
test_random_requests_in_every_way(void)
{
    uint64_t random = 77;
    static random_table t;
    for (int round = 0; round < 60 && nx_test_failures() == 0; round++) {
        slow_ask asks[MOST_FIELDS];
        make_table(&t, &random);
        for (size_t i = 0; i < MOST_FIELDS; i++) {
            asks[i] = random_ask(&random);
        }
        check_asked(comma, t.text, t.n, t.start, t.fields, t.skip_blank, asks);
    }
}

/* One column of one kind of field, asked for in one type: all cells, or the error. */
static void
test_every_kind_in_every_type(void)
{
    static const slow_rules rules[] = {
        {0},
        {.no_default_na = true, .trues = own_trues, .falses = own_falses},
        {.na = own_na, .strip = true},
    };
    uint64_t random = 78;
    char text[LONGEST];
    for (size_t kind = 0; kind < POOLS && nx_test_failures() == 0; kind++) {
        for (size_t i = 0; i < 4; i++) {
            const size_t rows = 1 + pick(&random, 12);
            const size_t type = pick(&random, sizeof askable / sizeof askable[0]);
            const slow_ask ask = {.type = askable[type], .rules = rules[i % 3]};
            size_t n = 0;
            for (size_t row = 0; row < rows; row++) {
                const cell_text cell = random_cell(&random, kind, kind, 0);
                memcpy(text + n, cell.text, cell.size);
                n += cell.size;
                text[n++] = '\n';
            }
            check_asked(comma, text, n, 0, 1, false, &ask);
        }
    }
}

/* ---- One cell ---- */

/* A run of one field, between bytes that would make another value of it. */
typedef struct one_cell {
    uint8_t window[2 * NX_CSV_PADDING + 300];
    uint32_t ends[2];
    uint64_t values[2];
    nx_csv_run run;
    nx_csv_target target;
    nx_csv_cells cells;
} one_cell;

static void
begin(one_cell *c, const char *text, nx_type type, int64_t limit)
{
    const size_t n = strlen(text);
    memset(c, 0, sizeof *c);
    memset(c->window, '9', sizeof c->window);
    memcpy(c->window + NX_CSV_PADDING, text, n);
    c->window[NX_CSV_PADDING + n] = '\n';
    c->ends[0] = UINT32_MAX;
    c->ends[1] = (uint32_t)n;
    c->run = (nx_csv_run){.text = c->window + NX_CSV_PADDING,
                          .ends = c->ends + 1,
                          .stride = 1,
                          .rows = 1};
    c->target.requested = type;
    c->target.limit = limit;
    c->target.rows = 1;
    c->cells = (nx_csv_cells){.dialect = &comma,
                              .rules = &nx_csv_rules_default,
                              .target = &c->target,
                              .column = c->target.field,
                              .slabs = &c->target.slabs,
                              .type = type,
                              .values = c->values};
}

static const struct {
    const char *text;
    nx_type type;
    int64_t limit;
    const char *message; /* "": the text is a value */
} asked[] = {
    {"127", NX_TYPE_INT8, 0, ""},
    {"-128", NX_TYPE_INT8, 0, ""},
    {"128", NX_TYPE_INT8, 0, "'128' is out of range for int8 (-128 to 127)"},
    {"-129", NX_TYPE_INT8, 0, "'-129' is out of range for int8 (-128 to 127)"},
    {"+0000000000000000000000000000007", NX_TYPE_INT8, 0, ""},
    {"300", NX_TYPE_UINT8, 0, "'300' is out of range for uint8 (0 to 255)"},
    {"-0", NX_TYPE_UINT8, 0, ""},
    {"-1", NX_TYPE_UINT64, 0,
     "'-1' is out of range for uint64 (0 to 18446744073709551615)"},
    {"18446744073709551615", NX_TYPE_UINT64, 0, ""},
    {"18446744073709551616", NX_TYPE_UINT64, 0,
     "'18446744073709551616' is out of range for uint64 (0 to 18446744073709551615)"},
    {"-9223372036854775808", NX_TYPE_INT64, 0, ""},
    {"9223372036854775808", NX_TYPE_INT64, 0,
     "'9223372036854775808' is out of range for int64 (-9223372036854775808 to "
     "9223372036854775807)"},
    {"abc", NX_TYPE_INT32, 0, "'abc' is not an int32"},
    {"5.0", NX_TYPE_INT64, 0, "'5.0' is not an int64"},
    {"5 5", NX_TYPE_UINT16, 0, "'5 5' is not a uint16"},
    {" \"5\"", NX_TYPE_INT16, 0, "'\"5\"' is not an int16"},
    {"1e400", NX_TYPE_FLOAT16, 0, ""},
    {"1,5", NX_TYPE_FLOAT32, 0, "'1,5' is not a float32"},
    {"yes", NX_TYPE_BOOL, 0, "'yes' is not a bool"},
    {"2024-01-01 00:00", NX_TYPE_DATETIME_D, 0, ""},
    {"2024-01-01 00:30", NX_TYPE_DATETIME_H, 0,
     "'2024-01-01 00:30' is finer than the unit of datetime64[h]"},
    {"2024-01-01 00:30:00.000", NX_TYPE_DATETIME_M, 0, ""},
    {"9999-12-31", NX_TYPE_DATETIME_NS, 0,
     "'9999-12-31' is out of range for datetime64[ns] (1677-09-21 to 2262-04-11)"},
    {"31/01/2024", NX_TYPE_DATETIME_S, 0, "'31/01/2024' is not a datetime64[s]"},
    {"abc", NX_TYPE_STRING, 3, ""},
    {"abcd", NX_TYPE_STRING, 3, "'abcd' is longer than S3 holds (bytes of UTF-8)"},
    {"\"a\"\"b\"", NX_TYPE_STRING, 3, ""},
    {"\xC3\xA9\xC3\xA9", NX_TYPE_STRING, 3,
     "'\xC3\xA9\xC3\xA9' is longer than S3 holds (bytes of UTF-8)"},
    {"\xC3\xA9\xC3\xA9", NX_TYPE_STRING, -2, ""},
    {"\xC3\xA9\xC3\xA9z", NX_TYPE_STRING, -2,
     "'\xC3\xA9\xC3\xA9z' is longer than U2 holds (characters)"},
};

/* The loop and the careful way come to the same. */
static void
test_values_and_messages(void)
{
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        static one_cell c;
        for (int careful = 0; careful < 2; careful++) {
            nx_error error = {0};
            begin(&c, asked[i].text, asked[i].type, asked[i].limit);
            const nx_csv_field field = nx_csv_field_at(&c.run, 0, 0);
            if (!careful) {
                (void)nx_csv_kernel_run(&c.run, &c.cells);
            }
            else if (asked[i].type == NX_TYPE_STRING) {
                (void)nx_csv_cell_put_string(&c.cells, 0, field);
            }
            else {
                (void)nx_csv_requested_put(&c.cells, 0, field);
            }
            CHECK_INT(c.cells.status, *asked[i].message == '\0' ? NX_OK : NX_ERR_VALUE);
            if (c.cells.status != NX_OK) {
                nx_csv_cells_error(&c.cells, &error);
            }
            CHECK_STR(error.msg, asked[i].message);
            nx_csv_target_clear(&c.target);
        }
    }
}

/* Every value of the narrow integers, and those just beyond. */
static void
test_all_narrow_integers(void)
{
    static const nx_type types[] = {NX_TYPE_INT8, NX_TYPE_UINT8, NX_TYPE_INT16,
                                    NX_TYPE_UINT16};
    static one_cell c;
    for (size_t i = 0; i < 4; i++) {
        int64_t low;
        uint64_t high;
        nx_type_integer_range(types[i], &low, &high);
        for (int64_t value = low - 3; value <= (int64_t)high + 3; value++) {
            char text[16];
            snprintf(text, sizeof text, "%d", (int)value);
            begin(&c, text, types[i], 0);
            const bool inside = value >= low && value <= (int64_t)high;
            CHECK_INT(nx_csv_requested_run(&c.run, &c.cells), inside);
            uint64_t bits = 0, expected = (uint64_t)value;
            memcpy(&bits, c.values, 8);
            expected &= UINT64_MAX >> (64 - 8 * nx_type_width(types[i]));
            CHECK(!inside || bits == expected);
        }
    }
}

const nx_test nx_suite_csv_requested[] = {
    NX_TEST(test_random_requests_in_every_way),
    NX_TEST(test_every_kind_in_every_type),
    NX_TEST(test_values_and_messages),
    NX_TEST(test_all_narrow_integers),
    {0},
};
