#include "csv/csv_testing.h"

#include "csv/csv_strings.h"

enum {
    WINDOW = 1000 + 2 * NX_CSV_PADDING
};

/* One field as the only row, by the loop and the careful way. */
static void
check_field(const char *field, const nx_csv_dialect *dialect)
{
    uint8_t window[WINDOW];
    const size_t n = strlen(field);
    memset(window, '"', sizeof window); /* no quote outside the field may matter */
    memcpy(window + NX_CSV_PADDING, field, n);
    window[NX_CSV_PADDING + n] = '\n';
    const uint32_t ends[2] = {UINT32_MAX, (uint32_t)n};
    const nx_csv_run run = {.text = window + NX_CSV_PADDING,
                            .ends = ends + 1,
                            .stride = 1,
                            .rows = 1,
                            .quotes = memchr(field, '"', n) != NULL};
    const nx_csv_field whole = nx_csv_field_at(&run, 0, 0);
    nx_csv_target targets[2];
    nx_csv_cells cells[2];
    for (int i = 0; i < 2; i++) {
        targets[i] = (nx_csv_target){.rows = 1};
        cells[i] = (nx_csv_cells){
            .dialect = dialect,
            .rules = &nx_csv_rules_default,
            .target = &targets[i],
            .column = targets[i].field,
            .slabs = &targets[i].slabs,
            .type = NX_TYPE_STRING,
            .classes = NX_CLASS_OTHER,
            .values = nx_csv_target_values(&targets[i], NX_TYPE_STRING),
        };
    }
    CHECK_INT(nx_csv_strings_run(&run, &cells[0]), 1);
    CHECK(nx_csv_cell_put_string(&cells[1], 0, whole));
    const nx_string_view *fast = cells[0].values, *slow = cells[1].values;
    CHECK_INT(cells[0].missing, cells[1].missing);
    CHECK_INT(fast->length, slow->length);
    CHECK(memcmp(nx_view_text(fast, targets[0].slabs.buffers),
                 nx_view_text(slow, targets[1].slabs.buffers),
                 (size_t)slow->length) == 0);
    for (int i = 0; i < 2; i++) {
        nx_csv_target_clear(&targets[i]);
    }
}

/* Quotes at every place of texts of every length, through two vectors and more. */
static void
test_doubled_quotes_at_every_place(void)
{
    char field[200];
    for (size_t n = 0; n < 140 && nx_test_failures() == 0; n++) {
        for (size_t at = 0; at <= n; at++) {
            size_t size = 0;
            field[size++] = '"';
            for (size_t i = 0; i < n; i++) {
                if (i == at || i == n - at) {
                    field[size++] = '"';
                    field[size++] = '"';
                }
                else {
                    field[size++] = (char)('a' + i % 26);
                }
            }
            field[size++] = '"';
            field[size] = 0;
            check_field(field, &comma);
        }
    }
}

/* Fields of all letters that matter, in every mode that lets them pass. */
static void
test_short_fields_of_every_spelling(void)
{
    static const char *const fields[] = {
        "",           "a",      "a\"b",     "a\"",
        "\"\"",       "\"a\"",  "\"\"\"\"", "\"\"\"a\"\"\"",
        "\"a,b\nc\"", " \"a\"", "\xC3\xA9", "\"\xE2\x82\xAC\"",
        "NA",         "\"NA\"", " a ",      "\"  a  \""};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        for (size_t mode = 0; mode < QUOTED_DIALECTS; mode++) {
            const nx_csv_dialect dialect = quoted_dialect(mode);
            if (!dialect.no_doubling || strstr(fields[i], "\"\"") == NULL) {
                check_field(fields[i], &dialect);
            }
        }
    }
    const nx_csv_dialect lenient = {
        .delimiter = ',', .quote = '"', .quoting = true, .mode = NX_CSV_LENIENT};
    check_field("\"ab\"c", &lenient);
    check_field("\"a\"\"b\"c\"\"", &lenient);
    check_field("\"ab\"c\"", &lenient);
}

const nx_test nx_suite_csv_strings[] = {
    NX_TEST(test_doubled_quotes_at_every_place),
    NX_TEST(test_short_fields_of_every_spelling),
    {0},
};
