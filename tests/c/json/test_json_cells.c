#include "json/ndjson_testing.h"

#include "json/json_cells.h"

/* Writes one text into a column that was asked for as `type`; the status and fault. */
static nx_csv_cells
put(const char *text, nx_type type, nx_csv_target *target, bool *stored)
{
    static uint8_t padded[2 * NX_CSV_PADDING + 4096];
    const size_t n = strlen(text);
    memset(padded, 0, sizeof padded);
    memcpy(padded + NX_CSV_PADDING, text, n);
    *target = (nx_csv_target){.rows = 1, .requested = type};
    nx_csv_cells cells = {.dialect = &comma,
                          .rules = &nx_csv_rules_default,
                          .target = target,
                          .slabs = &target->slabs,
                          .type = type,
                          .values = nx_csv_target_values(target, type)};
    const uint8_t *start = padded + NX_CSV_PADDING;
    *stored = nx_json_cell_put(&cells, 0, (nx_csv_field){start, start + n});
    return cells;
}

static void
test_requested_types(void)
{
    static const struct {
        const char *text;
        nx_type type;
        bool stored;
        nx_csv_fault fault;
        int64_t value;
    } cases[] = {
        {"12", NX_TYPE_INT64, true, NX_CSV_FAULT_NONE, 12},
        {"\"12\"", NX_TYPE_INT64, true, NX_CSV_FAULT_NONE, 12},
        {"\"\\u0031\\u0032\"", NX_TYPE_INT64, true, NX_CSV_FAULT_NONE, 12},
        {"1.5", NX_TYPE_INT64, false, NX_CSV_FAULT_KIND, 0},
        {"true", NX_TYPE_INT64, false, NX_CSV_FAULT_KIND, 0},
        {"[1]", NX_TYPE_INT64, false, NX_CSV_FAULT_KIND, 0},
        {"9223372036854775808", NX_TYPE_INT64, false, NX_CSV_FAULT_RANGE, 0},
        {"\"1970-01-02\"", NX_TYPE_DATETIME_D, true, NX_CSV_FAULT_NONE, 1},
        {"\"1970-01-02T01:00\"", NX_TYPE_DATETIME_D, false, NX_CSV_FAULT_FINE, 0},
        {"5", NX_TYPE_DATETIME_D, false, NX_CSV_FAULT_KIND, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        nx_csv_target target;
        bool stored;
        const nx_csv_cells cells = put(cases[i].text, cases[i].type, &target, &stored);
        CHECK_INT(stored, cases[i].stored);
        CHECK_INT(cells.fault, cases[i].fault);
        CHECK_INT(cells.status, cases[i].stored ? NX_OK : NX_ERR_VALUE);
        if (stored) {
            CHECK_INT(*(int64_t *)cells.values, cases[i].value);
        }
        nx_csv_target_clear(&target);
    }
}

static void
test_what_is_no_value(void)
{
    static const char *const texts[] = {"x",        "01",  "\"",  "\"\\ud800\"",
                                        "\"a\"b\"", "tru", "1 2", "\"\n\""};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        nx_csv_target target;
        bool stored;
        const nx_csv_cells cells = put(texts[i], NX_TYPE_STRING, &target, &stored);
        CHECK(!stored);
        CHECK_INT(cells.status, NX_ERR_SYNTAX);
        nx_csv_target_clear(&target);
    }
}

/* Every length of a string of escapes, into the view and into slabs. */
static void
test_strings_of_escapes(void)
{
    for (size_t n = 0; n < 500; n += n < 40 ? 1 : 37) {
        char text[4096] = "\"";
        for (size_t i = 0; i < n; i++) {
            strcat(text, i % 3 == 0 ? "\\u00e9" : "\\n");
        }
        strcat(text, "\"");
        nx_csv_target target;
        bool stored;
        const nx_csv_cells cells = put(text, NX_TYPE_STRING, &target, &stored);
        const nx_string_view *view = cells.values;
        const size_t size = n + (n + 2) / 3;
        CHECK(stored);
        CHECK_INT(view->length, size);
        const uint8_t *plain = nx_view_text(view, target.slabs.buffers);
        for (size_t i = 0, at = 0; i < n; i++) {
            CHECK(i % 3 == 0 ? memcmp(plain + at, "\xC3\xA9", 2) == 0
                             : plain[at] == '\n');
            at += i % 3 == 0 ? 2 : 1;
        }
        nx_csv_target_clear(&target);
    }
}

const nx_test nx_suite_json_cells[] = {
    NX_TEST(test_requested_types),
    NX_TEST(test_what_is_no_value),
    NX_TEST(test_strings_of_escapes),
    {0},
};
