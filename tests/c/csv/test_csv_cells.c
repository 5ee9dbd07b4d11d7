#include "csv/csv_testing.h"

#include <math.h>

#include "base/alloc.h"
#include "csv/csv_cells.h"

enum {
    ROWS = 4
};

static nx_csv_cells
begin(nx_csv_target *target, nx_class_set classes)
{
    *target = (nx_csv_target){.rows = ROWS};
    return (nx_csv_cells){
        .dialect = &comma,
        .rules = &nx_csv_rules_default,
        .target = target,
        .slabs = &target->slabs,
        .type = nx_type_of_classes(classes),
        .classes = classes,
        .values = nx_csv_target_values(target, nx_type_of_classes(classes)),
    };
}

/* Copies the text between other bytes, as in a window. */
static nx_csv_field
field_of(const char *text)
{
    static uint8_t window[600];
    const size_t n = strlen(text);
    memset(window, '9', sizeof window);
    memcpy(window + 64, text, n);
    return (nx_csv_field){window + 64, window + 64 + n};
}

static bool
holds(const nx_csv_cells *cells, size_t row, const char *text)
{
    const nx_string_view *view = (nx_string_view *)cells->values + row;
    return view->length == (int32_t)strlen(text) &&
           memcmp(nx_view_text(view, cells->target->slabs.buffers), text,
                  strlen(text)) == 0;
}

static void
test_values_of_each_type(void)
{
    nx_csv_target target;
    nx_csv_cells cells = begin(&target, NX_CLASS_INTEGER);
    CHECK(nx_csv_cell_put(&cells, 1, field_of(" -9223372036854775808 ")));
    CHECK(((int64_t *)cells.values)[1] == INT64_MIN);
    nx_csv_target_clear(&target);
    cells = begin(&target, NX_CLASS_INTEGER | NX_CLASS_BEYOND_INT64);
    CHECK(nx_csv_cell_put(&cells, 0, field_of("\"18446744073709551615\"")));
    CHECK(nx_csv_cell_put(&cells, 1, field_of("7")));
    CHECK(((uint64_t *)cells.values)[0] == UINT64_MAX);
    CHECK(((uint64_t *)cells.values)[1] == 7);
    nx_csv_target_clear(&target);
    cells = begin(&target, NX_CLASS_DECIMAL);
    CHECK(nx_csv_cell_put(&cells, 0, field_of("007")));
    CHECK(nx_csv_cell_put(&cells, 1, field_of("18446744073709551617")));
    CHECK(nx_csv_cell_put(&cells, 2, field_of("-0")));
    CHECK(((double *)cells.values)[0] == 7.0);
    CHECK(((double *)cells.values)[1] == 18446744073709551616.0);
    CHECK(signbit(((double *)cells.values)[2]));
    nx_csv_target_clear(&target);
    cells = begin(&target, NX_CLASS_BOOL);
    CHECK(nx_csv_cell_put(&cells, 3, field_of("\tTrue")));
    CHECK_INT(((uint8_t *)cells.values)[3], 1);
    nx_csv_target_clear(&target);
    cells = begin(&target, NX_CLASS_TIME_MS | NX_CLASS_NAIVE);
    CHECK(nx_csv_cell_put(&cells, 0, field_of("1969-12-31 23:59:59.5")));
    CHECK(nx_csv_cell_put(&cells, 1, field_of("1970-01-02")));
    CHECK_INT(((int64_t *)cells.values)[0], -500);
    CHECK_INT(((int64_t *)cells.values)[1], 86400000);
    nx_csv_target_clear(&target);
    CHECK_INT(cells.missing, 0);
}

/* What stands under the mask. */
static void
test_missing_cells_of_each_type(void)
{
    static const nx_class_set classes[] = {
        NX_CLASS_BOOL,    NX_CLASS_INTEGER,
        NX_CLASS_DECIMAL, NX_CLASS_DATE | NX_CLASS_NAIVE,
        NX_CLASS_OTHER,   NX_CLASS_INTEGER | NX_CLASS_LEADING_ZERO};
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        nx_csv_target target;
        nx_csv_cells cells = begin(&target, classes[i]);
        memset(cells.values, 0x55, ROWS * nx_type_width(cells.type));
        cells.first_row = 1; /* the mask counts from the first row of the table */
        CHECK(nx_csv_cell_put_missing(&cells, 1, field_of(""), NX_CSV_ABSENT));
        const uint8_t *mask = nx_csv_target_mask(&target);
        CHECK(mask[0] == 0 && mask[1] == 0 && mask[2] == 1 && mask[3] == 0);
        CHECK_INT(cells.missing, 1);
        switch (i) {
            case 0:
                CHECK_INT(((uint8_t *)cells.values)[1], 0);
                break;
            case 1:
                CHECK_INT(((int64_t *)cells.values)[1], 0);
                break;
            case 2:
                CHECK(isnan(((double *)cells.values)[1]));
                break;
            case 3:
                CHECK(((int64_t *)cells.values)[1] == NX_NAT);
                break;
            default:
                CHECK(holds(&cells, 1, ""));
        }
        nx_csv_target_clear(&target);
    }
}

static void
test_text_of_strings(void)
{
    static const struct {
        const char *field, *text;
    } cases[] = {
        {"a", "a"},
        {"\"a\"", "a"},
        {"\"\"", ""},
        {"\"\"\"\"", "\""},
        {" a ", " a "},
        {"NA", "NA"},
        {"\"twelve bytes\"", "twelve bytes"},
        {"\"more than twelve bytes\"", "more than twelve bytes"},
        {"a\"\"b\"", "a\"\"b\""},
        {"\"with \"\"doubled\"\" quotes, 62 bytes as it stands in the text...\"",
         "with \"doubled\" quotes, 62 bytes as it stands in the text..."},
        {"\"with \"\"doubled\"\" quotes, more than 64 bytes as it stands in the text\"",
         "with \"doubled\" quotes, more than 64 bytes as it stands in the text"},
    };
    nx_csv_target target;
    nx_csv_cells cells = begin(&target, NX_CLASS_OTHER);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK(nx_csv_cell_put_string(&cells, 0, field_of(cases[i].field)));
        CHECK(holds(&cells, 0, cases[i].text));
        CHECK_INT(cells.missing, 0);
    }
    CHECK(nx_csv_cell_put_string(&cells, 0, field_of("")));
    CHECK_INT(cells.missing, 1);
    nx_csv_target_clear(&target);
}

/* Quotes of every number, around the sizes where the way of copying changes. */
static void
test_doubled_quotes_of_every_length(void)
{
    nx_csv_target target;
    nx_csv_cells cells = begin(&target, NX_CLASS_OTHER);
    for (size_t quotes = 0; quotes < 80; quotes++) {
        for (size_t letters = 0; letters < 70; letters += 3) {
            char field[300] = "\"", text[300] = "";
            for (size_t i = 0; i < letters; i++) {
                strcat(field, "x");
                strcat(text, "x");
            }
            for (size_t i = 0; i < quotes; i++) {
                strcat(field, "\"\"");
                strcat(text, "\"");
            }
            strcat(field, "\"");
            CHECK(nx_csv_cell_put_string(&cells, quotes % ROWS, field_of(field)));
            CHECK(holds(&cells, quotes % ROWS, text));
        }
    }
    nx_csv_target_clear(&target);
}

/* What blanks keep from being an opening quote is none when they are gone. */
static void
test_stripped_text_may_begin_with_a_quote(void)
{
    static const char *const cases[][2] = {
        {" \"", "\""},    {"\t\"x\" ", "\"x\""}, {" \"a\"\"b\"", "\"a\"\"b\""},
        {"  \"  ", "\""}, {"\" x \"", " x "},
    };
    const nx_csv_rules strip = {.strip = true};
    nx_csv_target target;
    nx_csv_cells cells = begin(&target, NX_CLASS_OTHER);
    cells.rules = &strip;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK(nx_csv_cell_put_string(&cells, i % ROWS, field_of(cases[i][0])));
        CHECK(holds(&cells, i % ROWS, cases[i][1]));
    }
    nx_csv_target_clear(&target);
}

static void
test_a_misfit_changes_the_classes_only(void)
{
    nx_csv_target target;
    nx_csv_cells cells = begin(&target, NX_CLASS_INTEGER);
    ((int64_t *)cells.values)[2] = 77;
    const nx_csv_field field = field_of(" 1.5");
    CHECK(!nx_csv_cell_put(&cells, 2, field));
    CHECK_INT(cells.status, NX_OK);
    CHECK_INT(cells.classes, NX_CLASS_INTEGER | NX_CLASS_DECIMAL);
    CHECK_INT(cells.misfit_classes, NX_CLASS_DECIMAL);
    CHECK(cells.misfit.start == field.start && cells.misfit.end == field.end);
    CHECK_INT(cells.type, NX_TYPE_INT64);
    CHECK_INT(((int64_t *)cells.values)[2], 77);
    nx_csv_target_clear(&target);
}

static void
test_the_first_value_is_a_misfit_of_none(void)
{
    nx_csv_target target;
    nx_csv_cells cells = begin(&target, 0);
    CHECK(nx_csv_cell_put(&cells, 0, field_of("n/a")));
    CHECK(nx_csv_cell_put(&cells, 1, field_of("\"\"")));
    CHECK_INT(cells.missing, 2);
    CHECK(!nx_csv_cell_put(&cells, 2, field_of("2024-01-01")));
    CHECK_INT(nx_type_of_classes(cells.classes), NX_TYPE_DATETIME_D);
    nx_csv_target_clear(&target);
}

/* Text that is kept as digits, until a decimal comes. */
static void
test_digits_are_strings_for_now(void)
{
    nx_csv_target target;
    nx_csv_cells cells = begin(&target, NX_CLASS_INTEGER | NX_CLASS_LEADING_ZERO);
    CHECK(nx_csv_cell_put(&cells, 0, field_of("\" 007\"")) == false);
    CHECK_INT(nx_type_of_classes(cells.classes), NX_TYPE_STRING);
    nx_csv_target_clear(&target);
    cells = begin(&target, NX_CLASS_INTEGER | NX_CLASS_LEADING_ZERO);
    CHECK(nx_csv_cell_put(&cells, 0, field_of(" 007")));
    CHECK(holds(&cells, 0, " 007"));
    CHECK(nx_csv_cell_put(&cells, 1, field_of("NA")));
    CHECK(holds(&cells, 1, "NA"));
    CHECK_INT(cells.missing, 0);
    CHECK(nx_csv_cell_put(&cells, 2, field_of("")));
    CHECK_INT(cells.missing, 1);
    CHECK(!nx_csv_cell_put(&cells, 3, field_of("1e2")));
    CHECK_INT(nx_type_of_classes(cells.classes), NX_TYPE_FLOAT64);
    nx_csv_target_clear(&target);
}

static void
test_bytes_that_are_not_utf8(void)
{
    nx_csv_target target;
    nx_csv_cells cells = begin(&target, NX_CLASS_OTHER);
    CHECK(nx_csv_cell_put_string(&cells, 0, field_of("a\xFF"))); /* not asked to look */
    cells.check_utf8 = true;
    CHECK(nx_csv_cell_put_string(&cells, 0, field_of("a\xC3\xA9")));
    CHECK(!nx_csv_cell_put_string(&cells, 0, field_of("\"a\xC3\"")));
    CHECK_INT(cells.status, NX_ERR_ENCODING);
    CHECK_INT(cells.bad_byte, 2);
    nx_csv_target_clear(&target);
}

static bool
put_all(void *context)
{
    nx_csv_target target;
    nx_csv_cells cells = begin(&target, NX_CLASS_OTHER);
    (void)context;
    bool done = cells.values != NULL &&
                nx_csv_cell_put_string(&cells, 0, field_of("more than twelve bytes")) &&
                nx_csv_cell_put_string(&cells, 1, field_of("")) &&
                nx_csv_cell_put_string(&cells, 2,
                                       field_of("\"more \"\"than\"\" twelve bytes\""));
    CHECK(done || cells.values == NULL || cells.status == NX_ERR_MEMORY);
    nx_csv_target_clear(&target);
    return done;
}

static void
test_failing_allocations_leave_nothing(void)
{
    nx_test_alloc_failures(put_all, NULL, 20);
}

const nx_test nx_suite_csv_cells[] = {
    NX_TEST(test_values_of_each_type),
    NX_TEST(test_missing_cells_of_each_type),
    NX_TEST(test_text_of_strings),
    NX_TEST(test_doubled_quotes_of_every_length),
    NX_TEST(test_stripped_text_may_begin_with_a_quote),
    NX_TEST(test_a_misfit_changes_the_classes_only),
    NX_TEST(test_the_first_value_is_a_misfit_of_none),
    NX_TEST(test_digits_are_strings_for_now),
    NX_TEST(test_bytes_that_are_not_utf8),
    NX_TEST(test_failing_allocations_leave_nothing),
    {0},
};
