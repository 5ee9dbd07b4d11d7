#include "csv/every_way.h"

#include "base/alloc.h"
#include "csv/csv_header.h"

/* ---- Random tables ---- */

#define CELL(text) {text, sizeof text - 1}

typedef struct cell_text {
    const char *text;
    size_t size;
} cell_text;

typedef struct cell_pool {
    const cell_text *cells;
    size_t count;
} cell_pool;

static const cell_text integers[] = {CELL("0"),
                                     CELL("1"),
                                     CELL("-1"),
                                     CELL("42"),
                                     CELL("+5"),
                                     CELL("123456789012"),
                                     CELL("-0"),
                                     CELL("9223372036854775807"),
                                     CELL("-9223372036854775808"),
                                     CELL("1234567890123456"),
                                     CELL("12345678901234567"),
                                     CELL(" 7 "),
                                     CELL("\"8\"")};
static const cell_text naturals[] = {CELL("0"), CELL("9223372036854775808"), CELL("-0"),
                                     CELL("18446744073709551615"), CELL("77")};
static const cell_text beyond[] = {CELL("18446744073709551616"), CELL("12"),
                                   CELL("-9223372036854775809")};
static const cell_text zeros[] = {CELL("007"),
                                  CELL("00501"),
                                  CELL("-01"),
                                  CELL("00"),
                                  CELL("0000000000000000000000001"),
                                  CELL("12345")};
static const cell_text decimals[] = {CELL("0.5"),
                                     CELL("-1e3"),
                                     CELL(".5"),
                                     CELL("5."),
                                     CELL("-0.0"),
                                     CELL("1e400"),
                                     CELL("inf"),
                                     CELL("-Infinity"),
                                     CELL("NAN"),
                                     CELL("3.141592653589793"),
                                     CELL("123456789.123456789"),
                                     CELL("2.2250738585072011e-308"),
                                     CELL("9007199254740993"),
                                     CELL("\t0.1")};
static const cell_text bools[] = {CELL("true"),  CELL("False"),  CELL("TRUE"),
                                  CELL("false"), CELL(" true "), CELL("\"FALSE\"")};
static const cell_text dates[] = {CELL("2024-02-29"), CELL("1969-12-31"),
                                  CELL("2000-01-01"), CELL(" 1970-01-01")};
static const cell_text far_dates[] = {CELL("0001-01-01"), CELL("9999-12-31"),
                                      CELL("1677-09-21"), CELL("2262-04-12")};
static const cell_text seconds[] = {CELL("2024-02-29 12:34:56"),
                                    CELL("1970-01-01T00:00"),
                                    CELL("1969-12-31T23:59:59"), CELL("2024-02-29")};
static const cell_text fractions[] = {
    CELL("1969-12-31 23:59:59.5"), CELL("2024-02-29T12:34:56.123"),
    CELL("2024-02-29T12:34:56.1234"), CELL("2024-02-29 12:34")};
static const cell_text nanos[] = {CELL("2024-02-29T12:34:56.123456789"),
                                  CELL("1677-09-21T00:12:43.145224193"),
                                  CELL("1969-12-31T23:59:59.000000001")};
static const cell_text zoned[] = {CELL("2024-01-01T00:00:00Z"),
                                  CELL("2024-01-01 01:00+01:00"),
                                  CELL("2024-01-01T00:00:00.25-23:59")};
static const cell_text missing[] = {CELL(""),        CELL("NA"),   CELL("null"),
                                    CELL("  "),      CELL("\"\""), CELL("\"NA\""),
                                    CELL("#N/A N/A")};
static const cell_text texts[] = {
    CELL("abc"),
    CELL("a string of more than twelve bytes without quotes"),
    CELL("a\"b\"c"),
    CELL("\"with, comma\""),
    CELL("\"line\nbreak\""),
    CELL("\"cr\r\nlf\r\""),
    CELL("\"a \"\"doubled\"\" quote of some length\""),
    CELL("\"\"\"\""),
    CELL("\xC3\xA9"),
    CELL(" padded "),
    CELL("24:00"),
    CELL("2024-02-30"),
    CELL("nul\0byte"),
    CELL("x"),
    CELL("twelve bytes"),
    CELL("thirteenbytes"),
    CELL("\xE2\x82\xAC and \xF0\x9F\x98\x80"),
    CELL("\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\""
         "\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\""
         "\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\""
         "\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"")};

#define POOL(cells) {cells, sizeof cells / sizeof cells[0]}

static const cell_pool pools[] = {
    POOL(integers), POOL(naturals), POOL(beyond),    POOL(zeros),   POOL(decimals),
    POOL(bools),    POOL(dates),    POOL(far_dates), POOL(seconds), POOL(fractions),
    POOL(nanos),    POOL(zoned),    POOL(missing),   POOL(texts)};
enum {
    POOLS = sizeof pools / sizeof pools[0]
};

/* The column's own kind of field, or, once in a while, of another one. */
static cell_text
random_cell(uint64_t *random, size_t own, size_t other, size_t rarity)
{
    const cell_pool *pool = &pools[own];
    if (rarity > 0 && pick(random, rarity) == 0) {
        pool = &pools[other];
    }
    else if (pick(random, 12) == 0) {
        pool = &pools[12];
    }
    return pool->cells[pick(random, pool->count)];
}

typedef struct random_table {
    char text[LONGEST];
    size_t n;
    size_t start;
    size_t fields;
    bool skip_blank;
} random_table;

static void
append(random_table *t, const char *text, size_t n)
{
    memcpy(t->text + t->n, text, n);
    t->n += n;
}

/* Columns of a kind each, with a stranger now and then; all record ends. */
static void
make_table(random_table *t, uint64_t *random)
{
    static const char *const line_ends[] = {"\n", "\r\n", "\r"};
    size_t own[MOST_FIELDS], other[MOST_FIELDS];
    const size_t rarity = (size_t)(int[]){0, 4, 40}[pick(random, 3)];
    const size_t kinds = pick(random, 4);
    const size_t rows = pick(random, 60);
    t->n = 0;
    t->fields = 1 + pick(random, MOST_FIELDS - 1);
    t->skip_blank = t->fields > 1 || pick(random, 2) == 0;
    for (size_t i = 0; i < t->fields; i++) {
        own[i] = pick(random, POOLS);
        other[i] = pick(random, POOLS);
    }
    append(t, "header,x\n", pick(random, 2) * 9);
    t->start = t->n;
    for (size_t row = 0; row < rows && t->n < LONGEST - 1000; row++) {
        for (size_t i = 0; i < t->fields; i++) {
            const cell_text cell = random_cell(random, own[i], other[i], rarity);
            append(t, ",", i > 0);
            append(t, cell.text, cell.size);
        }
        const char *line_end = line_ends[kinds < 3 ? kinds : pick(random, 3)];
        append(t, line_end, strlen(line_end));
        if (t->skip_blank && pick(random, 10) == 0) {
            append(t, line_end, strlen(line_end));
        }
    }
    if (t->n > t->start && pick(random, 2) == 0) {
        t->n--; /* no final line end, or half of one */
    }
}

static void
test_random_tables_in_every_way(void)
{
    uint64_t random = 12;
    static random_table t;
    for (int round = 0; round < 150 && nx_test_failures() == 0; round++) {
        make_table(&t, &random);
        check_text(t.text, t.n, t.start, t.fields, t.skip_blank);
    }
}

/* ---- Types ---- */

/* Small columns after the header "x": the type, by name, and the missing cells. */
static const struct {
    const char *text;
    const char *type;
    size_t missing;
} columns_of_one[] = {
    {"1\n2\n3\n", "int64", 0},
    {"1\n2.5\n", "float64", 0},
    {"1\n2.5\nx\n", "string", 0},
    {"NA\n1\n", "int64", 1},
    {"NA\n1\nx\n", "string", 0},
    {"NA\nNA\n", "float64", 2},
    {"\"\"\n1\n", "int64", 1},
    {"\"\"\nx\n", "string", 0},
    {"007\n", "string", 0},
    {"007\n1.5\n", "float64", 0},
    {"007\nNA\n", "string", 0},
    {"007\nNA\n1e3\n", "float64", 1},
    {"18446744073709551616\n", "string", 0},
    {"18446744073709551616\n0.5\n", "float64", 0},
    {"9223372036854775808\n1\n", "uint64", 0},
    {"9223372036854775808\n-1\n", "string", 0},
    {"-1\n9223372036854775808\n", "string", 0},
    {"-1\n1\n9223372036854775808\n1.5\n", "float64", 0},
    {"true\nFALSE\nnull\n", "bool", 1},
    {"true\n1\n", "string", 0},
    {"2024-01-01\n", "datetime64[D]", 0},
    {"2024-01-01\n2024-01-01 00:00\n", "datetime64[s]", 0},
    {"2024-01-01\n2024-01-01 00:00:00.1\n", "datetime64[ms]", 0},
    {"9999-12-31\n2024-01-01 00:00:00.1234\n", "datetime64[us]", 0},
    {"1999-12-31\n2024-01-01 00:00:00.1234567\nNA\n", "datetime64[ns]", 1},
    {"9999-12-31\n2024-01-01 00:00:00.1234567\n", "string", 0},
    {"2024-01-01 00:00:00.1234567\n9999-12-31\n", "string", 0},
    {"2024-01-01T00:00Z\n2024-01-01T00:00+01:00\n", "datetime64[s]", 0},
    {"2024-01-01T00:00Z\n2024-01-01T00:00\n", "string", 0},
    {"2024-01-01\n2024-01-01T00:00Z\n", "string", 0},
    {"2024-01-01\n1\n", "string", 0},
    {"-0\n1\n", "int64", 0},
    {"-0\n1.5\n", "float64", 0},
    {" 1\t\n2 \n", "int64", 0},
    {"", "float64", 0},
    {"1\r2\r\n3\n\r", "int64", 1},
    {"1\r\r\n2\r", "int64", 1},
    {"1\n\n2", "int64", 1},
    {"\n\n\n", "float64", 3},
    {"x\n\ny\n", "string", 1},
};

static void
test_types_of_small_columns(void)
{
    static const size_t first = 0;
    for (size_t i = 0; i < sizeof columns_of_one / sizeof columns_of_one[0]; i++) {
        char text[200] = "x\n";
        strcat(text, columns_of_one[i].text);
        const size_t n = strlen(text);
        const nx_csv_options options = {.dialect = comma,
                                        .start = 2,
                                        .fields = 1,
                                        .columns = &first,
                                        .column_count = 1};
        reading r;
        read_text(text, n, &options, (way){.block_bytes = 1}, &r);
        CHECK_INT(r.status, NX_OK);
        const nx_column *column = &r.table.columns[0].column;
        if (strcmp(nx_type_name(column->type), columns_of_one[i].type) != 0 ||
            column->missing != columns_of_one[i].missing) {
            nx_test_fail(__FILE__, __LINE__, "%s: %s with %zu missing",
                         shown((const uint8_t *)text, n), nx_type_name(column->type),
                         column->missing);
        }
        nx_csv_table_clear(&r.table);
        check_text(text, n, 2, 1, false);
        check_text(text, n, 2, 1, true);
    }
}

/* All that the record ends do, between two columns. */
static void
test_record_ends(void)
{
    static const char *const endings[] = {
        "",
        "\n",
        "\r",
        "\r\n",
        "a,b",
        "a,b\n",
        "a,b\r",
        "a,b\r\n",
        "a,b\n\n\nc,d\n\n",
        "a,b\r\r\nc,d\r\n\r",
        "\n\n1,2\r\n\r\n3,4\r\r5,6\n\r",
        ",\n,",
        ",\r,\r\n,",
        "\"a\n\",\"\r\"\r\"\r\n\",\"\"\n",
        "\"\"\"\",\"\n\"\"\n\"\n",
        "a,\"b\"",
        "a,\"b\"\r",
        "1,a\"b\n\"2\",\"\"\n",
        "\r\n1,2",
    };
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        check_text(endings[i], strlen(endings[i]), 0, 2, true);
    }
}

/* Columns that change their mind after many blocks of the usual size, where the
 * first ones have to be written again. */
static void
test_widening_after_large_blocks(void)
{
    enum {
        ROWS = 60000
    };
    static const char *const lasts[] = {"1,2,NA,4\n",
                                        "0.5,x,true,-9223372036854775808\n"};
    static const nx_type types[2][4] = {
        {NX_TYPE_INT64, NX_TYPE_INT64, NX_TYPE_FLOAT64, NX_TYPE_UINT64},
        {NX_TYPE_FLOAT64, NX_TYPE_STRING, NX_TYPE_BOOL, NX_TYPE_STRING}};
    static const size_t columns[] = {0, 1, 2, 3};
    const nx_csv_options options = {.dialect = comma,
                                    .fields = 4,
                                    .columns = columns,
                                    .column_count = 4,
                                    .skip_blank = true};
    char *text = malloc((size_t)ROWS * 60);
    CHECK(text != NULL);
    for (int last = 0; last < 2; last++) {
        size_t n = 0;
        for (int row = 0; row < ROWS; row++) {
            n += (size_t)sprintf(text + n, "%d,%s%d,,9223372036854775808\n", row,
                                 row % 3 == 0 ? "-1234567890" : "", row % 1000 + 1000);
        }
        memcpy(text + n, lasts[last], strlen(lasts[last]));
        n += strlen(lasts[last]);
        reading r;
        read_text(text, n, &options, (way){.cpu = nx_cpu_detect()}, &r);
        CHECK_INT(r.status, NX_OK);
        CHECK_INT(r.table.rows, ROWS + 1);
        for (int i = 0; i < 4; i++) {
            CHECK_INT(r.table.columns[i].column.type, types[last][i]);
        }
        CHECK_INT(r.table.columns[2].column.missing, ROWS + (last == 0));
        const void *first = nx_buffer_data(r.table.columns[0].column.values);
        const nx_column *second = &r.table.columns[1].column;
        for (int row = 0; row < ROWS; row++) {
            if (last == 0) {
                CHECK_INT(((const int64_t *)first)[row], row);
                continue;
            }
            char expected[40];
            const nx_string_view *view = nx_buffer_data(second->values);
            const int size = sprintf(
                expected, "%s%d", row % 3 == 0 ? "-1234567890" : "", row % 1000 + 1000);
            CHECK(((const double *)first)[row] == row);
            CHECK_INT(view[row].length, size);
            CHECK(memcmp(nx_view_text(&view[row], second->slabs.buffers), expected,
                         (size_t)size) == 0);
        }
        nx_csv_table_clear(&r.table);
    }
    free(text);
}

/* ---- Errors ---- */

static const struct {
    const char *text;
    nx_status status;
    int code;
    uint64_t record, line, column, byte;
} broken[] = {
    {"a,b\n1,2\n3\n4,5\n", NX_ERR_RAGGED, 301, 1, 2, NX_NOWHERE, 8},
    {"a,b\n1,2\n3,4,5\n\xFF,1\n", NX_ERR_RAGGED, 301, 1, 2, NX_NOWHERE, 8},
    {"a,b\n\n\n1,\"\n\"\n3\n", NX_ERR_RAGGED, 301, 1, 5, NX_NOWHERE, 12},
    {"a,b\n1,2\n3\n4,5,6\n7,8\n", NX_ERR_RAGGED, 301, 1, 2, NX_NOWHERE, 8},
    {"a,b\r\n1,2\r3\r\n", NX_ERR_RAGGED, 301, 1, 2, NX_NOWHERE, 9},
    {"a,b\n1,2\n3,\"4\"5\n6\n", NX_ERR_DIALECT, 201, 1, 2, NX_NOWHERE, 13},
    {"a,b\n\"1\" ,2\n", NX_ERR_DIALECT, 201, 0, 1, NX_NOWHERE, 7},
    {"a,b\n1,2\n3,\"4\n5,6\n", NX_ERR_DIALECT, 202, 1, 2, NX_NOWHERE, 10},
    {"a,b\n1,2\n\"3", NX_ERR_DIALECT, 202, 1, 2, NX_NOWHERE, 8},
    {"a,b\n1\n\"3", NX_ERR_RAGGED, 301, 0, 1, NX_NOWHERE, 4},
    {"a,b\n1,2\n\"3\"x,\"4\n", NX_ERR_DIALECT, 201, 1, 2, NX_NOWHERE, 11},
    {"a,b\n1,2\n3,x\xFFy\n4\n", NX_ERR_ENCODING, 401, 1, 2, 1, 11},
    {"a,b\n1,2\n\xC3,\xFF\n", NX_ERR_ENCODING, 401, 1, 2, 0, 8},
    {"a,b\nx,\xFF\n\xFF,y\n", NX_ERR_ENCODING, 401, 0, 1, 1, 6},
    {"a,b\n1,\"x\n\xE2\x82\"\n", NX_ERR_ENCODING, 401, 0, 2, 1, 9},
    {"a,b\n1\n\xFF,2\n", NX_ERR_RAGGED, 301, 0, 1, NX_NOWHERE, 4},
};

static void
test_the_first_error_is_told_with_its_place(void)
{
    static const size_t columns[2][2] = {{0, 1}, {1, 0}};
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        way how;
        for (size_t turn = 0; next_way(turn, &how); turn++) {
            const nx_csv_options options = {.dialect = comma,
                                            .start = 4 + (broken[i].text[3] == '\r'),
                                            .fields = 2,
                                            .columns = columns[turn / 2 % 2],
                                            .column_count = 2,
                                            .skip_blank = true};
            reading r;
            read_text(broken[i].text, strlen(broken[i].text), &options, how, &r);
            const int before = nx_test_failures();
            CHECK_INT(r.status, broken[i].status);
            CHECK_INT(r.error.status, broken[i].status);
            CHECK_INT(r.error.code, broken[i].code);
            CHECK_INT(r.error.record, broken[i].record);
            CHECK_INT(r.error.line, broken[i].line);
            CHECK_INT(r.error.column, broken[i].column);
            CHECK_INT(r.error.byte, broken[i].byte);
            CHECK(r.table.columns == NULL && r.table.rows == 0);
            if (nx_test_failures() > before) {
                printf("      case %zu, %s: %s\n", i, way_name(how), r.error.msg);
                break;
            }
        }
    }
}

/* Bytes that are not UTF-8 only matter where text is wanted. */
static void
test_columns_left_out_are_not_looked_at(void)
{
    static const size_t second = 1;
    const char text[] = "\xFF,1\n\xFF,2\n";
    const nx_csv_options options = {
        .dialect = comma, .fields = 2, .columns = &second, .column_count = 1};
    reading r;
    read_text(text, sizeof text - 1, &options, (way){0}, &r);
    CHECK_INT(r.status, NX_OK);
    CHECK_INT(r.table.columns[0].column.type, NX_TYPE_INT64);
    nx_csv_table_clear(&r.table);
}

const nx_test nx_suite_csv_read[] = {
    NX_TEST(test_random_tables_in_every_way),
    NX_TEST(test_types_of_small_columns),
    NX_TEST(test_record_ends),
    NX_TEST(test_widening_after_large_blocks),
    NX_TEST(test_the_first_error_is_told_with_its_place),
    NX_TEST(test_columns_left_out_are_not_looked_at),
    {0},
};
