/* Random tables: columns of a kind each, with strangers among their fields. */
#ifndef NX_TESTS_RANDOM_TABLE_H
#define NX_TESTS_RANDOM_TABLE_H

#include "csv/every_way.h"

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
static inline cell_text
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

static inline void
append(random_table *t, const char *text, size_t n)
{
    memcpy(t->text + t->n, text, n);
    t->n += n;
}

/* Columns of a kind each, with a stranger now and then; all record ends. */
static inline void
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

#endif
