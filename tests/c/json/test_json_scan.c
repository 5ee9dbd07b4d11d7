#include "csv/csv_testing.h"

#include "json/json_scan.h"

enum {
    LONGEST = 700
};

/* What a scanner should find, a byte at a time. */
typedef struct slow_scan {
    uint32_t ends[LONGEST];
    size_t fields, records, blanks, consumed;
    bool suspect, high, backslashes;
} slow_scan;

static void
scan_slowly(const uint8_t *text, size_t n, slow_scan *s)
{
    bool inside = false, escaped = false, blank = true;
    size_t fields = 0;
    memset(s, 0, sizeof *s);
    for (size_t i = 0; i < n; i++) {
        const uint8_t byte = text[i];
        const bool is_blank = byte == ' ' || byte == '\t' || byte == '\r';
        s->high |= byte > 0x7F;
        s->backslashes |= byte == '\\';
        s->suspect |= byte < ' ' && (inside || !(is_blank || byte == '\n'));
        if (byte == '\n' || (byte == ',' && !inside)) {
            s->ends[fields++] = (uint32_t)i;
        }
        if (byte == '\n') {
            s->fields = fields;
            s->records++;
            s->blanks += blank;
            s->consumed = i + 1;
        }
        blank = byte == '\n' || (blank && is_blank);
        inside ^= byte == '"' && !escaped;
        escaped = byte == '\\' && !escaped;
    }
}

static void
check_scanner(const nx_csv_scanner *scanner, const uint8_t *text, size_t n)
{
    static uint8_t padded[NX_CSV_PADDING + LONGEST + NX_CSV_PADDING];
    static uint32_t ends[LONGEST + NX_CSV_INDEX_SLACK];
    static slow_scan slow;
    nx_csv_scan scan, count;
    memset(padded, '"', sizeof padded);
    memcpy(padded + NX_CSV_PADDING, text, n);
    scan_slowly(text, n, &slow);
    scanner->index(padded + NX_CSV_PADDING, n, &comma, ends, &scan);
    scanner->count(padded + NX_CSV_PADDING, n, &comma, &count);
    CHECK_INT(scan.fields, slow.fields);
    CHECK_INT(scan.records, slow.records);
    CHECK_INT(scan.blanks, slow.blanks);
    CHECK_INT(scan.consumed, slow.consumed);
    CHECK_INT(scan.suspect, slow.suspect);
    CHECK_INT(scan.non_ascii, slow.high);
    CHECK_INT(scan.quotes, slow.backslashes);
    CHECK(!scan.ambiguous);
    CHECK(memcmp(ends, slow.ends, slow.fields * sizeof ends[0]) == 0);
    CHECK_INT(count.fields, slow.fields);
    CHECK_INT(count.records, slow.records);
    CHECK_INT(count.blanks, slow.blanks);
    CHECK_INT(count.consumed, slow.consumed);
    if (nx_test_failures() > 0) {
        printf("      %s: \"%s\"\n", scanner->name, shown(text, n));
    }
}

static void
check_text(const uint8_t *text, size_t n)
{
    nx_cpu cpus[MOST_SCANNERS];
    const int count = all_cpus(cpus);
    for (int i = 0; i < count; i++) {
        check_scanner(nx_json_scanner_for(cpus[i]), text, n);
    }
}

static void
test_random_texts(void)
{
    static const char *const alphabets[] = {
        "\",a\n",        "\\\\\\\"\"a,\n",       " \t\r\n\n,",
        "{}\"\":,,1 \n", "\"\\,\xC3\x01\n\r \t",
    };
    uint64_t random = 3;
    uint8_t text[LONGEST];
    for (int round = 0; round < 4000 && nx_test_failures() == 0; round++) {
        const size_t n = pick(&random, round % 4 == 0 ? LONGEST : 150);
        random_text(&random, alphabets[round % 5], text, n);
        check_text(text, n);
    }
}

/* Runs of backslashes, and of blanks, across every seam of words. */
static void
test_runs_across_words(void)
{
    uint8_t text[LONGEST];
    for (size_t before = 50; before < 70 && nx_test_failures() == 0; before++) {
        for (size_t run = 0; run < 140; run++) {
            memset(text, 'a', before);
            text[before - 1] = '"';
            memset(text + before, '\\', run);
            memcpy(text + before + run, "\",\",\n", 5);
            check_text(text, before + run + 5);
            text[before - 1] = '\n';
            memset(text + before, ' ', run);
            memcpy(text + before + run, "\n,\n\n", 4);
            check_text(text, before + run + 4);
        }
    }
}

const nx_test nx_suite_json_scan[] = {
    NX_TEST(test_random_texts),
    NX_TEST(test_runs_across_words),
    {0},
};
