#include "csv/csv_testing.h"

#include "csv/csv_kernels.h"

enum {
    ROWS = 40,
    WINDOW = ROWS * 64 + 2 * NX_CSV_PADDING
};

/* The types a loop exists for, and classes that lead to them. */
static const nx_class_set starts[] = {
    0,
    NX_CLASS_BOOL,
    NX_CLASS_INTEGER,
    NX_CLASS_INTEGER | NX_CLASS_NEGATIVE,
    NX_CLASS_INTEGER | NX_CLASS_BEYOND_INT64,
    NX_CLASS_INTEGER | NX_CLASS_LEADING_ZERO,
    NX_CLASS_DECIMAL,
    NX_CLASS_DATE | NX_CLASS_NAIVE,
    NX_CLASS_DATE | NX_CLASS_NAIVE | NX_CLASS_BEYOND_NS,
    NX_CLASS_TIME_S | NX_CLASS_NAIVE,
    NX_CLASS_TIME_S | NX_CLASS_ZONED,
    NX_CLASS_TIME_MS | NX_CLASS_NAIVE,
    NX_CLASS_TIME_NS | NX_CLASS_NAIVE,
    NX_CLASS_OTHER,
};
enum {
    STARTS = sizeof starts / sizeof starts[0]
};

/* Families of fields; the first row of a family mostly keeps to its type. */
static const char *const families[][10] = {
    {"true", "False", "TRUE", "FALSE", "false", "True", " true", "\"false\"", "",
     "tru"},
    {"0", "7", "-7", "12", "123456789", "1234567890123456", "-1234567890123456", "+1",
     "12345678901234567", "-0"},
    {"9223372036854775808", "18446744073709551615", "1", "0", "-0", "9007199254740993",
     "-1", "NA", "\"5\"", "1234567890123456"},
    {"007", "-01", "00", "18446744073709551616", "5", "123456789012", "1234567890123",
     " 5", "NA", "1.5"},
    {"0.5", "1.25", "-3.125", "1e10", "3.141592653589793", "123456.789", "5", ".5",
     "inf", "-0.0"},
    {"2024-02-29", "1969-12-31", "0001-01-01", "9999-12-31", "2024-13-01", "NaN",
     " 2024-01-01 ", "2024-01-01", "1970-01-01", "2023-02-29"},
    {"2024-02-29 12:34:56", "1969-12-31T23:59:59", "2024-02-29", "2024-02-29 12:34",
     "1970-01-01 00:00:00Z", "2024-02-29 12:34:56.5", "9999-12-31 23:59:59", "null",
     "2024-02-29 12:34:56.123456789", "2024-02-29 24:00:00"},
    {"a", "", "\"\"", "abcdefghijkl", "abcdefghijklm", "\"a \"\" b\"", "\xC3\xA9", "NA",
     "thirty-three bytes: more than 32!", "\"quoted and longer than a view\""},
};
enum {
    FAMILIES = sizeof families / sizeof families[0]
};

typedef struct window {
    uint8_t bytes[WINDOW];
    uint32_t ends[ROWS * 2 + 1];
    nx_csv_run run;
} window;

/* Two columns: a filler, and the one that is read. */
static void
fill_window(window *w, uint64_t *random, size_t family, bool mixed)
{
    size_t at = NX_CSV_PADDING, field = 0;
    random_text(random, "0123456789-:. ,\"\n", w->bytes, WINDOW);
    uint8_t *text = w->bytes + NX_CSV_PADDING;
    const size_t rows = 1 + pick(random, ROWS - 1);
    w->ends[field++] = UINT32_MAX;
    for (size_t row = 0; row < rows; row++) {
        const size_t fillers = pick(random, 4);
        at += fillers;
        w->bytes[at] = ',';
        w->ends[field++] = (uint32_t)(at++ - NX_CSV_PADDING);
        const size_t from =
            mixed && pick(random, 20) == 0 ? pick(random, FAMILIES) : family;
        const char *cell = families[from][pick(random, mixed ? 10 : 6)];
        memcpy(w->bytes + at, cell, strlen(cell));
        at += strlen(cell);
        w->bytes[at] = '\n';
        w->ends[field++] = (uint32_t)(at++ - NX_CSV_PADDING);
    }
    w->run = (nx_csv_run){
        .text = text,
        .ends = w->ends + 1,
        .stride = 2,
        .rows = rows,
        .quotes = rows % 2 == 0 || memchr(text, '"', w->ends[field - 1]) != NULL,
    };
}

/* Starts a column in the type of `classes`. */
static nx_csv_cells
begin(nx_csv_target *target, nx_class_set classes, bool check_utf8)
{
    *target = (nx_csv_target){.field = 1, .rows = ROWS};
    return (nx_csv_cells){
        .dialect = &comma,
        .rules = &nx_csv_rules_default,
        .target = target,
        .column = target->field,
        .slabs = &target->slabs,
        .type = nx_type_of_classes(classes),
        .classes = classes,
        .values = nx_csv_target_values(target, nx_type_of_classes(classes)),
        .check_utf8 = check_utf8,
    };
}

/* The careful way alone. */
static size_t
run_slowly(const nx_csv_run *run, nx_csv_cells *cells)
{
    for (size_t row = 0; row < run->rows; row++) {
        const nx_csv_field field = nx_csv_field_at(run, row, 1);
        if (!(cells->type == NX_TYPE_STRING ? nx_csv_cell_put_string(cells, row, field)
                                            : nx_csv_cell_put(cells, row, field))) {
            return row;
        }
    }
    return run->rows;
}

static bool
same_values(const nx_csv_cells *a, const nx_csv_cells *b, size_t rows)
{
    const size_t width = nx_type_width(a->type);
    if (width == 0) {
        return true;
    }
    if (width < 16) {
        return memcmp(a->values, b->values, rows * width) == 0;
    }
    for (size_t row = 0; row < rows; row++) {
        const nx_string_view *one = (nx_string_view *)a->values + row;
        const nx_string_view *two = (nx_string_view *)b->values + row;
        const bool inside = one->length <= NX_VIEW_INLINE;
        if (one->length != two->length || memcmp(one, two, inside ? 16 : 8) != 0 ||
            memcmp(nx_view_text(one, a->target->slabs.buffers),
                   nx_view_text(two, b->target->slabs.buffers),
                   (size_t)one->length) != 0) {
            return false;
        }
    }
    return true;
}

static void
check_kernel(const window *w, nx_class_set classes, bool check_utf8)
{
    nx_csv_target fast_target, slow_target;
    nx_csv_cells fast = begin(&fast_target, classes, check_utf8);
    nx_csv_cells slow = begin(&slow_target, classes, check_utf8);
    const size_t fast_rows = nx_csv_kernel_run(&w->run, &fast);
    const size_t slow_rows = run_slowly(&w->run, &slow);
    CHECK_INT(fast_rows, slow_rows);
    CHECK_INT(fast.status, NX_OK);
    CHECK_INT(nx_type_of_classes(fast.classes), nx_type_of_classes(slow.classes));
    CHECK_INT(fast.missing, slow.missing);
    CHECK(same_values(&fast, &slow, slow_rows));
    if (slow_rows < w->run.rows) {
        CHECK(fast.misfit.start == slow.misfit.start);
        CHECK_INT(fast.misfit_classes, slow.misfit_classes);
    }
    CHECK_INT(fast_target.mask == NULL, slow_target.mask == NULL);
    if (slow_target.mask != NULL && fast_target.mask != NULL) {
        CHECK(memcmp(nx_csv_target_mask(&fast_target), nx_csv_target_mask(&slow_target),
                     ROWS) == 0);
    }
    if (nx_test_failures() > 0) {
        printf("      classes 0x%x: %s\n", classes,
               shown(w->run.text, w->ends[2 * w->run.rows]));
    }
    nx_csv_target_clear(&fast_target);
    nx_csv_target_clear(&slow_target);
}

static void
test_every_loop_against_the_careful_way(void)
{
    static window w;
    uint64_t random = 14;
    for (int round = 0; round < 4000 && nx_test_failures() == 0; round++) {
        const size_t family = (size_t)round % FAMILIES;
        fill_window(&w, &random, family, round % 3 > 0);
        for (size_t i = 0; i < STARTS; i++) {
            check_kernel(&w, starts[i], round % 7 == 0);
        }
    }
}

/* A later type needs all that the rows before have shown. */
static void
test_classes_of_the_fast_paths_are_kept(void)
{
    static const struct {
        const char *first, *last;
        nx_class_set start;
        nx_type type;
    } cases[] = {
        {"-5", "9223372036854775808", NX_CLASS_INTEGER, NX_TYPE_DIGITS},
        {"5", "9223372036854775808", NX_CLASS_INTEGER, NX_TYPE_UINT64},
        {"-0", "9223372036854775808", NX_CLASS_INTEGER, NX_TYPE_UINT64},
        {"1000-01-01", "2000-01-01 00:00:00.123456789", NX_CLASS_DATE | NX_CLASS_NAIVE,
         NX_TYPE_STRING},
        {"2000-01-01", "2000-01-01 00:00:00.123456789", NX_CLASS_DATE | NX_CLASS_NAIVE,
         NX_TYPE_DATETIME_NS},
        {"2300-01-01 00:00:00", "2000-01-01 00:00:00.123456789",
         NX_CLASS_TIME_S | NX_CLASS_NAIVE, NX_TYPE_STRING},
        {"1000-01-01", "2000-01-01 00:00:00.123456", NX_CLASS_DATE | NX_CLASS_NAIVE,
         NX_TYPE_DATETIME_US},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[2 * NX_CSV_PADDING + 100] = {0};
        uint32_t ends[5] = {UINT32_MAX};
        const size_t n = (size_t)snprintf(text + NX_CSV_PADDING, 100, ",%s\n,%s\n",
                                          cases[i].first, cases[i].last);
        for (size_t at = 0, field = 1; at < n; at++) {
            const char byte = text[NX_CSV_PADDING + at];
            if (byte == ',' || byte == '\n') {
                ends[field++] = (uint32_t)at;
            }
        }
        const nx_csv_run run = {.text = (const uint8_t *)text + NX_CSV_PADDING,
                                .ends = ends + 1,
                                .stride = 2,
                                .rows = 2};
        nx_csv_target target;
        nx_csv_cells cells = begin(&target, cases[i].start, false);
        CHECK_INT(nx_csv_kernel_run(&run, &cells), 1);
        CHECK_INT(nx_type_of_classes(cells.classes), cases[i].type);
        nx_csv_target_clear(&target);
    }
}

const nx_test nx_suite_csv_kernels[] = {
    NX_TEST(test_every_loop_against_the_careful_way),
    NX_TEST(test_classes_of_the_fast_paths_are_kept),
    {0},
};
