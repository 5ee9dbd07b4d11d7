#include "csv/csv_testing.h"
#include "csv/slow_csv.h"

#include "base/alloc.h"
#include "csv/csv_footer.h"

enum {
    LONGEST = 120
};

static nx_csv_shape
shape_of(const nx_csv_dialect *dialect, bool skip_blank, size_t turn)
{
    const nx_csv_scanner *scanners[MOST_SCANNERS];
    const int count = all_scanners(scanners);
    return (nx_csv_shape){.dialect = dialect,
                          .scanner = scanners[turn % (size_t)count],
                          .columns = 1,
                          .skip_blank = skip_blank};
}

/* Where the records of a text begin, blank ones perhaps left out; a quote that stays
 * open makes one to the end. */
static size_t
slow_starts(const uint8_t *text, size_t n, const nx_csv_dialect *dialect,
            bool skip_blank, size_t *starts)
{
    uint8_t padded[LONGEST + 2] = {0};
    slow_field fields[LONGEST + 2];
    memcpy(padded, text, n);
    const bool added = n > 0 && text[n - 1] != '\n' && text[n - 1] != '\r';
    padded[n] = added ? '\n' : '\0';
    slow_text slow = {
        .text = padded, .n = n + added, .dialect = dialect, .fields = fields};
    size_t count = 0;
    slow_parse(&slow);
    for (size_t i = 0; i < slow.field_count; i++) {
        const slow_field *field = &fields[i];
        const bool blank = field->first && field->last && field->start == field->end;
        if (field->first && !(skip_blank && blank)) {
            starts[count++] = field->start;
        }
    }
    if (slow.consumed < n + added) {
        starts[count++] = slow.consumed;
    }
    return count;
}

static void
check_footers(const uint8_t *text, size_t n, const nx_csv_dialect *dialect,
              bool skip_blank, source_kind kind)
{
    size_t starts[LONGEST + 2];
    const size_t count = slow_starts(text, n, dialect, skip_blank, starts);
    test_source s;
    if (!open_source(&s, kind, text, n)) {
        close_source(&s);
        return;
    }
    static const size_t sizes[] = {1, 2, 3, 5, 8, 13, 64, 1000};
    for (size_t wanted = 1; wanted < count + 3; wanted++) {
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            const nx_csv_shape shape = shape_of(dialect, skip_blank, i);
            const unsigned threads[] = {1, 2, 8};
            nx_csv_footer footer;
            nx_error error;
            CHECK_INT(
                nx_csv_footer_find(&footer, &s.source, &shape, 0, wanted, sizes[i],
                                   threads[(i + wanted) % 3], NULL, &error),
                NX_OK);
            CHECK_INT(footer.records, wanted < count ? wanted : count);
            CHECK_INT(footer.start, count == 0       ? n
                                    : wanted < count ? starts[count - wanted]
                                                     : starts[0]);
        }
    }
    close_source(&s);
    if (nx_test_failures() > 0) {
        printf("      \"%s\"\n", shown(text, n));
    }
}

static void
test_footers_of_random_texts(void)
{
    static const char *const alphabets[] = {",\na", "\",\n\ra", "\"a\"\",\n",
                                            ",,\n\nab\r\n"};
    uint64_t random = 31;
    for (int round = 0; round < 400 && nx_test_failures() == 0; round++) {
        uint8_t text[LONGEST];
        const nx_csv_dialect dialect = quoted_dialect((size_t)round / 2);
        const size_t n = pick(&random, round % 3 == 0 ? 12 : 60);
        random_text(&random, alphabets[round % 4], text, n);
        check_footers(text, n, &dialect, round % 2 == 0,
                      (source_kind)(round % SOURCE_KINDS));
    }
}

/* What only the scanner of extended dialects can judge. */
static void
test_footers_of_extended_dialects(void)
{
    static const struct {
        const char *text;
        uint64_t wanted, start, records;
    } cases[] = {
        {"a\nb # \" \n# c\n  d\n# e\n", 1, 13, 1},
        {"a\nb # \" \n# c\n  d\n# e\n", 2, 2, 2},
        {"a\nb # \" \n# c\n  d\n# e\n", 9, 0, 3},
        {"# only\n# remarks", 1, 16, 0},
        {"a\\\nb\nc\\\"\n\"d", 1, 9, 1},
        {"a\\\nb\nc\\\"\n\"d", 2, 5, 2},
        {"a\\\nb\nc\\\"\n\"d", 3, 0, 3},
    };
    const nx_csv_dialect dialect = {
        .delimiter = ',',
        .quote = '"',
        .quoting = true,
        .escaping = true,
        .escape = '\\',
        .comment = {(const uint8_t *)"#", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const nx_csv_shape shape = shape_of(&dialect, true, i);
        const size_t n = strlen(cases[i].text);
        for (size_t cell_bytes = 1; cell_bytes < 24; cell_bytes++) {
            test_source s;
            nx_csv_footer footer = {0};
            nx_error error;
            if (open_source(&s, (source_kind)(cell_bytes % SOURCE_KINDS), cases[i].text,
                            n)) {
                CHECK_INT(nx_csv_footer_find(
                              &footer, &s.source, &shape, 0, cases[i].wanted,
                              cell_bytes, 1 + (unsigned)cell_bytes % 3, NULL, &error),
                          NX_OK);
                CHECK_INT(footer.start, cases[i].start);
                CHECK_INT(footer.records, cases[i].records);
            }
            close_source(&s);
        }
    }
}

static bool
find_two(void *context)
{
    const nx_csv_source *source = context;
    const nx_csv_shape shape = shape_of(&comma, true, 0);
    nx_csv_footer footer;
    nx_error error;
    const nx_status status =
        nx_csv_footer_find(&footer, source, &shape, 2, 2, 4, 2, NULL, &error);
    CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    return status == NX_OK;
}

static void
test_failing_allocations_leave_nothing(void)
{
    nx_csv_source source = {.memory = (const uint8_t *)"1\n2\n3\n4\n\"5\n\"",
                            .size = 12};
    (void)find_two(&source); /* makes the threads of the pool */
    nx_test_alloc_failures(find_two, &source, 60);
}

const nx_test nx_suite_csv_footer[] = {
    NX_TEST(test_footers_of_random_texts),
    NX_TEST(test_footers_of_extended_dialects),
    NX_TEST(test_failing_allocations_leave_nothing),
    {0},
};
