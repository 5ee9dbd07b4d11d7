#include "csv/csv_testing.h"

#include "csv/csv_general.h"

enum {
    LONGEST = 300,
    PADDED = LONGEST + NX_CSV_PADDING
};

/* Bytes behind the padding of a text end in nothing: malloc lets tools see that. */
static uint8_t *
padded_text(size_t n)
{
    uint8_t *text = malloc(n + NX_CSV_PADDING);
    CHECK(text != NULL);
    return text;
}

static void
report(const nx_csv_scanner *scanner, const uint8_t *text, size_t n, const char *what)
{
    nx_test_fail(__FILE__, __LINE__, "%s: \"%s\" (%zu): %s", scanner->name,
                 shown(text, n), n, what);
}

static bool
same_counts(const nx_csv_scan *a, const nx_csv_scan *b)
{
    return a->fields == b->fields && a->records == b->records &&
           a->blanks == b->blanks && a->consumed == b->consumed &&
           a->non_ascii == b->non_ascii && a->quotes == b->quotes;
}

/* What a scanner says without flagging the text must be true. True if it flagged. */
static bool
check_scan(const nx_csv_scanner *scanner, const uint8_t *text, size_t n,
           const nx_csv_dialect *dialect)
{
    uint32_t expected[LONGEST + NX_CSV_INDEX_SLACK];
    uint32_t ends[LONGEST + NX_CSV_INDEX_SLACK + 1];
    nx_csv_scan truth, scan, counted;
    nx_csv_dialect strict = *dialect;
    strict.mode = NX_CSV_STRICT; /* the one that forbids most */
    nx_csv_general_scan(text, n, &strict, expected, &truth);
    ends[n + NX_CSV_INDEX_SLACK] = 0xABCDABCD;
    scanner->index(text, n, dialect, ends, &scan);
    scanner->count(text, n, dialect, &counted);
    if (ends[n + NX_CSV_INDEX_SLACK] != 0xABCDABCD) {
        report(scanner, text, n, "wrote behind the index");
    }
    if (scan.ambiguous != counted.ambiguous) {
        report(scanner, text, n, "index and count disagree");
    }
    if (scan.ambiguous) {
        return true;
    }
    if (!same_counts(&scan, &truth) || !same_counts(&counted, &truth)) {
        report(scanner, text, n, "other counts");
    }
    else if (memcmp(ends, expected, truth.fields * sizeof ends[0]) != 0) {
        report(scanner, text, n, "other ends");
    }
    if (truth.bad_text != SIZE_MAX) {
        report(scanner, text, n, "text behind a closing quote was let through");
    }
    if (truth.stray_quote != SIZE_MAX) {
        report(scanner, text, n, "a quote inside an unquoted field was let through");
    }
    if (scan.bad_text != SIZE_MAX || scan.stray_quote != SIZE_MAX ||
        scan.open_quote != SIZE_MAX) {
        report(scanner, text, n, "set what only the general scanner knows");
    }
    return false;
}

/* Runs each scanner over a text; true if any flagged it. */
static bool
check_all(const uint8_t *text, size_t n, const nx_csv_dialect *dialect)
{
    const nx_csv_scanner *scanners[MOST_SCANNERS];
    const int count = all_scanners(scanners);
    bool flagged = false;
    for (int i = 0; i < count; i++) {
        const bool flags = check_scan(scanners[i], text, n, dialect);
        if (i > 0 && flags != flagged) {
            report(scanners[i], text, n,
                   "flags another text than the portable scanner");
        }
        flagged |= flags;
    }
    return flagged;
}

/* Random texts, of the kinds that parity can and cannot judge; the padding is as
 * random as the text and must not matter. */
static void
test_random_texts_of_every_length(void)
{
    static const char *const alphabets[] = {
        "\",\n\rab\xC3", ",\nabcdefgh", "\",\nabcdefghijklmnopqrstuvw",
        "\"\"\"\"a,\n",  "\r\n\r\n,a",  ",,,,,,,,,\n",
    };
    static const nx_csv_dialect dialects[] = {
        {.delimiter = ',', .quote = '"', .quoting = true},
        {.delimiter = ',', .quote = '"', .quoting = false},
        {.delimiter = ',', .quote = '"', .quoting = true, .no_doubling = true},
    };
    uint64_t random = 2;
    size_t flagged = 0, total = 0;
    for (size_t n = 0; n <= LONGEST; n++) {
        uint8_t *text = padded_text(n);
        for (int round = 0; text != NULL && round < 60; round++) {
            random_text(&random, alphabets[round % 6], text, n + NX_CSV_PADDING);
            flagged += check_all(text, n, &dialects[round / 6 % 3]);
            total++;
        }
        free(text);
    }
    CHECK(flagged > total / 20);
    CHECK(flagged < total / 3 * 2);
}

/* One field of a CSV text that every reader agrees on. */
static size_t
standard_field(uint64_t *random, uint8_t *to)
{
    static const char *const inner[] = {"a",    "bc", ",",    "\n",
                                        "\r\n", "\r", "\"\"", "\xC3"};
    const size_t pieces = pick(random, 6);
    const bool quoted = pick(random, 2) == 0;
    size_t n = 0;
    if (quoted) {
        to[n++] = '"';
    }
    for (size_t i = 0; i < pieces; i++) {
        const char *piece = quoted ? inner[pick(random, 8)] : inner[pick(random, 2)];
        memcpy(to + n, piece, strlen(piece));
        n += strlen(piece);
    }
    if (quoted) {
        to[n++] = '"';
    }
    return n;
}

/* Whole records of standard CSV, at every alignment to the 64-byte words. */
static void
test_standard_text_is_never_flagged(void)
{
    uint64_t random = 3;
    for (int round = 0; round < 20000 && nx_test_failures() == 0; round++) {
        uint8_t text[PADDED] = {0};
        size_t n = (size_t)round % 64;
        memset(text, 'x', n);
        while (n < LONGEST - 20) {
            n += standard_field(&random, text + n);
            if (pick(&random, 3) > 0) {
                text[n++] = ',';
            }
            else if (pick(&random, 2) > 0) {
                text[n++] = '\n';
            }
            else {
                text[n++] = '\r';
                text[n++] = '\n';
            }
        }
        text[n - 1] = '\n';
        if (round % 64 > 0) { /* the filler must not touch a quote */
            text[round % 64 - 1] = ',';
        }
        if (check_all(text, n, &comma)) {
            nx_test_fail(__FILE__, __LINE__, "flagged: %s", shown(text, n));
        }
    }
}

/* A few bytes at every place around the seam of two words. */
static void
test_every_pair_across_a_seam(void)
{
    static const char *const middles[] = {
        "\",\"",  "\"\"",   "\"\n\"",   "\"\r\n\"", "\r\n",     "\r\n\r\n",   "\n\n",
        "\r\r\n", "\"a",    "a\"",      "\"",       "\r",       ",",          "\"\"\"",
        "\"\r\"", "\r\n\n", "\n\r\n\"", "\xC3\xA9", "\"\"\"\"", ",\"\r\n\",",
    };
    for (size_t m = 0; m < sizeof middles / sizeof middles[0]; m++) {
        const size_t size = strlen(middles[m]);
        for (size_t at = 50; at < 140; at++) {
            for (int kind = 0; kind < 8; kind++) {
                uint8_t text[PADDED];
                const size_t n = kind & 4 ? at + size : 192;
                memset(text, kind & 1 ? ',' : 'a', sizeof text);
                text[0] = kind & 2 ? '"' : 'a';
                memcpy(text + at, middles[m], size);
                text[191] = '\n';
                check_all(text, n, &comma);
            }
        }
    }
}

/* Every text of `size` letters, so that the seam of the first two words stands `before`
 * bytes behind its start, in every dialect, after a field's end, inside an unquoted
 * and inside a quoted field. */
static void
check_all_across_a_seam(size_t size, size_t before)
{
    enum {
        WORD = 64
    };
    uint8_t text[WORD + 16 + NX_CSV_PADDING] = {0};
    const size_t at = WORD - before;
    for (int kind = 0; kind < 3; kind++) {
        memset(text, 'x', at);
        text[0] = kind == 2 ? '"' : 'x';
        text[at - 1] = kind == 0 ? ',' : 'x';
        for (size_t number = 0; numbered_text("\",\n\ra", number, text + at, size) == 0;
             number++) {
            const bool last = size > 6; /* the mode is nothing to these scanners */
            for (size_t i = 0; i < (last ? 2 : QUOTED_DIALECTS); i++) {
                const nx_csv_dialect dialect = quoted_dialect(i);
                check_all(text, at + size, &dialect);
            }
        }
    }
}

static void
test_all_short_texts_across_a_seam(void)
{
    for (size_t size = 1; size <= 6; size++) {
        for (size_t before = 0; before <= size; before++) {
            check_all_across_a_seam(size, before);
        }
    }
    check_all_across_a_seam(7, 3);
    check_all_across_a_seam(7, 6);
    check_all_across_a_seam(8, 4);
}

/* Quotes alone: of each number in a row, the dialect says which are right. */
static void
test_rows_of_quotes(void)
{
    for (size_t quotes = 1; quotes <= 8; quotes++) {
        for (size_t at = 55; at < 66; at++) {
            uint8_t text[PADDED] = {0};
            memset(text, 'x', at);
            text[at - 1] = ',';
            memset(text + at, '"', quotes);
            text[at + quotes] = '\n';
            const nx_csv_dialect doubled = quoted_dialect(0), plain = quoted_dialect(1);
            CHECK(!check_all(text, at + quotes + 1, &doubled));
            CHECK_INT(check_all(text, at + quotes + 1, &plain), quotes > 2);
        }
    }
}

/* The byte after the text decides about its last one. */
static void
test_look_ahead(void)
{
    static const size_t lengths[] = {1, 63, 64, 65, 127, 128, 192};
    static const uint8_t nexts[] = {'\n', '\r', ',', '"', 'a', 0};
    for (size_t i = 0; i < 7; i++) {
        const size_t n = lengths[i];
        for (size_t j = 0; j < 6; j++) {
            uint8_t text[PADDED];
            memset(text, 'a', sizeof text);
            text[n - 1] = '\r';
            text[n] = nexts[j];
            CHECK_INT(check_all(text, n, &comma), nexts[j] != '\n');
            if (n > 1) {
                text[0] = '"';
                text[n - 1] = '"';
                const nx_csv_dialect plain = quoted_dialect(1);
                CHECK_INT(check_all(text, n, &comma), j >= 4);
                CHECK_INT(check_all(text, n, &plain), j >= 3);
            }
        }
    }
}

/* Every byte value may separate or quote. */
static void
test_every_dialect(void)
{
    uint64_t random = 4;
    for (unsigned delimiter = 0; delimiter < 256; delimiter++) {
        const uint8_t quote = (uint8_t)(delimiter * 7 + 1);
        const nx_csv_dialect dialect = {
            .delimiter = (uint8_t)delimiter, .quote = quote, .quoting = true};
        nx_error error;
        if (nx_csv_dialect_check(&dialect, &error) != NX_OK) {
            continue;
        }
        uint8_t text[PADDED];
        for (int round = 0; round < 40; round++) {
            random_text(&random, "\n\rabc\x80", text, sizeof text);
            for (size_t i = 0; i < sizeof text; i++) {
                const size_t dice = pick(&random, 20);
                if (dice < 4) {
                    text[i] = dice == 0 ? quote : dialect.delimiter;
                }
            }
            check_all(text, LONGEST - pick(&random, 70), &dialect);
        }
    }
}

static void
test_choice_follows_the_processor(void)
{
    CHECK(nx_csv_scanner_for(0) == &nx_csv_scanner_portable);
#if defined(__x86_64__) || defined(_M_X64)
    CHECK(nx_csv_scanner_for(NX_CPU_AVX2) == &nx_csv_scanner_avx2);
    CHECK(nx_csv_scanner_for(NX_CPU_SHANI) == &nx_csv_scanner_portable);
    CHECK(nx_csv_scanner_for(NX_CPU_AVX2 | NX_CPU_AVX512) == &nx_csv_scanner_avx512);
    CHECK_STR(nx_csv_scanner_avx2.name, "avx2");
    CHECK_STR(nx_csv_scanner_avx512.name, "avx512");
#endif
    CHECK_STR(nx_csv_scanner_portable.name, "portable");
}

const nx_test nx_suite_csv_scan[] = {
    NX_TEST(test_random_texts_of_every_length),
    NX_TEST(test_standard_text_is_never_flagged),
    NX_TEST(test_every_pair_across_a_seam),
    NX_TEST(test_all_short_texts_across_a_seam),
    NX_TEST(test_rows_of_quotes),
    NX_TEST(test_look_ahead),
    NX_TEST(test_every_dialect),
    NX_TEST(test_choice_follows_the_processor),
    {0},
};
