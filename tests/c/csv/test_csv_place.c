#include "csv/csv_testing.h"
#include "csv/slow_csv.h"

#include "csv/csv_place.h"

enum {
    LONGEST = 300
};

static nx_status
find(const test_source *s, const nx_csv_dialect *dialect, bool skip_blank,
     uint64_t start, uint64_t row, size_t field, nx_csv_place *place, nx_error *error)
{
    const nx_csv_scanner *scanners[MOST_SCANNERS];
    const int count = all_scanners(scanners);
    const nx_csv_shape shape = {.dialect = dialect,
                                .scanner = scanners[row % (uint64_t)count],
                                .columns = 1,
                                .skip_blank = skip_blank};
    return nx_csv_place_find(place, &s->source, &shape, start, row, field, NULL, error);
}

static uint64_t
lines_before(const uint8_t *text, size_t byte)
{
    uint64_t lines = 0;
    for (size_t i = 0; i < byte; i++) {
        lines += text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n');
    }
    return lines;
}

/* Every field of every record of a text, and the ones behind them. */
static void
check_text(const uint8_t *text, size_t n, const nx_csv_dialect *dialect,
           bool skip_blank, source_kind kind)
{
    uint8_t padded[LONGEST + 2] = {0};
    slow_field fields[LONGEST + 2];
    memcpy(padded, text, n);
    const bool added = n > 0 && text[n - 1] != '\n' && text[n - 1] != '\r';
    padded[n] = added ? '\n' : '\0';
    slow_text slow = {
        .text = padded, .n = n + added, .dialect = dialect, .fields = fields};
    slow_parse(&slow);
    test_source s;
    nx_csv_place place;
    nx_error error;
    uint64_t row = 0;
    size_t column = 0;
    if (!open_source(&s, kind, text, n)) {
        return;
    }
    for (size_t i = 0; i < slow.field_count; i++) {
        const slow_field *field = &fields[i];
        column = field->first ? 0 : column + 1;
        if (skip_blank && field->first && field->last && field->start == field->end) {
            continue;
        }
        CHECK_INT(find(&s, dialect, skip_blank, 0, row, column, &place, &error), NX_OK);
        CHECK_INT(place.byte, field->start);
        CHECK_INT(place.line, lines_before(padded, field->start));
        if (field->last) {
            CHECK_INT(find(&s, dialect, skip_blank, 0, row, column + 1, &place, &error),
                      NX_ERR_CHANGED);
            row++;
        }
    }
    CHECK_INT(find(&s, dialect, skip_blank, 0, row, 0, &place, &error), NX_ERR_CHANGED);
    CHECK_INT(error.code, 113);
    close_source(&s);
    if (nx_test_failures() > 0) {
        printf("      \"%s\"\n", shown(text, n));
    }
}

static void
test_every_field_of_random_texts(void)
{
    static const char *const alphabets[] = {",\na", "\",\n\ra", "\"a\"\",\n",
                                            ",,\n\nab\r\n"};
    uint64_t random = 21;
    for (int round = 0; round < 600 && nx_test_failures() == 0; round++) {
        uint8_t text[LONGEST];
        const nx_csv_dialect dialect = quoted_dialect((size_t)round / 2);
        const size_t n = pick(&random, round % 3 == 0 ? 12 : 90);
        random_text(&random, alphabets[round % 4], text, n);
        check_text(text, n, &dialect, round % 2 == 0,
                   (source_kind)(round % SOURCE_KINDS));
    }
}

/* More than one window before the row, in it a record longer than one, and all of it
 * with quotes that make every window ambiguous, or none. */
static void
test_rows_of_a_long_text(void)
{
    static const char *const rows[] = {"12,\"a\nb\"\n", "1\"2,\"a\n\"\n"};
    const size_t many = 100000, wide = (size_t)1 << 20;
    for (size_t kind = 0; kind < 2; kind++) {
        const size_t size = strlen(rows[kind]);
        uint8_t *text = malloc(10 + 2 * many * size + wide);
        CHECK(text != NULL);
        size_t n = 4;
        memcpy(text, "x,y\n", 4);
        for (size_t i = 0; i < many; i++, n += size) {
            memcpy(text + n, rows[kind], size);
        }
        const size_t middle = n;
        memset(text + n, 'w', wide);
        n += wide;
        memcpy(text + n, ",w\n", 3);
        n += 3;
        const size_t behind = n;
        for (size_t i = 0; i < many; i++, n += size) {
            memcpy(text + n, rows[kind], size);
        }
        test_source s;
        nx_csv_place place = {0};
        nx_error error;
        if (open_source(&s, (source_kind)kind, text, n)) {
            CHECK_INT(find(&s, &comma, true, 4, many, 0, &place, &error), NX_OK);
            CHECK_INT(place.byte, middle);
            CHECK_INT(place.line, 1 + 2 * many);
            CHECK_INT(find(&s, &comma, true, 4, many, 1, &place, &error), NX_OK);
            CHECK_INT(place.byte, middle + wide + 1);
            CHECK_INT(find(&s, &comma, true, 4, 2 * many, 1, &place, &error), NX_OK);
            CHECK_INT(place.byte, behind + (many - 1) * size + size - 6 + kind * 1);
            CHECK_INT(place.line, 2 + 2 * many + 2 * (many - 1));
            CHECK_INT(find(&s, &comma, true, 4, 2 * many + 1, 0, &place, &error),
                      NX_ERR_CHANGED);
        }
        close_source(&s);
        free(text);
    }
}

static bool
never(void *context)
{
    (void)context;
    return false;
}

static void
test_the_search_can_be_cancelled(void)
{
    enum {
        SIZE = 64 << 20
    };
    uint8_t *text = malloc(SIZE);
    CHECK(text != NULL);
    memset(text, 'a', SIZE);
    for (size_t i = 99; i < SIZE; i += 100) {
        text[i] = '\n';
    }
    const nx_csv_source source = {.memory = text, .writable = true, .size = SIZE};
    const nx_csv_shape shape = {
        .dialect = &comma, .scanner = &nx_csv_scanner_portable, .columns = 1};
    const nx_wait wait = {.poll = never, .interval_ms = 1};
    nx_csv_place place;
    nx_error error;
    CHECK_INT(
        nx_csv_place_find(&place, &source, &shape, 0, SIZE / 100 - 1, 0, &wait, &error),
        NX_ERR_CANCELLED);
    free(text);
}

static bool
find_last(void *context)
{
    const test_source *s = context;
    nx_csv_place place;
    nx_error error;
    const nx_status status = find(s, &comma, true, 0, 2, 0, &place, &error);
    CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    return status == NX_OK;
}

static void
test_failing_allocations_leave_nothing(void)
{
    test_source s;
    if (open_source(&s, WRITABLE, "1\n2\n3\n", 6)) {
        nx_test_alloc_failures(find_last, &s, 20);
    }
    close_source(&s);
}

const nx_test nx_suite_csv_place[] = {
    NX_TEST(test_every_field_of_random_texts),
    NX_TEST(test_rows_of_a_long_text),
    NX_TEST(test_the_search_can_be_cancelled),
    NX_TEST(test_failing_allocations_leave_nothing),
    {0},
};
