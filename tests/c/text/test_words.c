#include "harness.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "text/words.h"
#include "text/words_engines.h"

enum {
    LONGEST = 300,
    MOST_WORDS = LONGEST / 2 + 1
};

/* ---- A second implementation, one character at a time ---- */

/* White space of str.split, as Python lists it. */
static const uint32_t str_spaces[] = {
    0x09,   0x0A,   0x0B,   0x0C,   0x0D,   0x1C,   0x1D,   0x1E,   0x1F,   0x20,
    0x85,   0xA0,   0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006,
    0x2007, 0x2008, 0x2009, 0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000};

static bool
is_space(uint32_t point, nx_word_rule rule)
{
    if (rule == NX_WORDS_BYTES) {
        return point == ' ' || (point >= 9 && point <= 13);
    }
    for (size_t i = 0; i < sizeof str_spaces / sizeof str_spaces[0]; i++) {
        if (point == str_spaces[i]) {
            return true;
        }
    }
    return false;
}

/* The bytes of the character at `at`, and its number; bytes that begin none are one. */
static size_t
character(const uint8_t *text, size_t n, size_t at, nx_word_rule rule, uint32_t *point)
{
    const uint8_t lead = text[at];
    size_t length = rule == NX_WORDS_BYTES || lead < 0xC2 ? 1
                    : lead < 0xE0                         ? 2
                    : lead < 0xF0                         ? 3
                                                          : 4;
    *point = length == 1 ? lead : lead & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++) {
        if (at + i >= n || (text[at + i] & 0xC0) != 0x80) {
            length = 1;
            break;
        }
        *point = *point << 6 | (text[at + i] & 0x3F);
    }
    if (length == 1 && lead >= 0x80) {
        *point = UINT32_MAX;
    }
    return length;
}

static size_t
slow_words(const uint8_t *text, size_t n, nx_word_rule rule, nx_span *words)
{
    size_t count = 0, length;
    bool inside = false;
    for (size_t at = 0; at < n; at += length) {
        uint32_t point;
        length = character(text, n, at, rule, &point);
        const bool space = is_space(point, rule);
        if (!space && !inside) {
            words[count++] = (nx_span){text + at, 0};
        }
        if (!space) {
            words[count - 1].length =
                (size_t)(text + at + length - words[count - 1].text);
        }
        inside = !space;
    }
    return count;
}

/* ---- Every engine ---- */

static void
with_every_engine(void (*check)(void))
{
    const nx_cpu cpu = nx_cpu_detect();
    nx_words_init(0);
    check();
    nx_words_init(cpu);
    if (strcmp(nx_words_engine_name(), "portable") != 0) {
        check();
    }
}

/* All functions of words on text of its exact size, for the address sanitizer. */
static void
check_text(const uint8_t *given, size_t n, uint64_t *seed)
{
    uint8_t *const text = malloc(n + (n == 0));
    memcpy(text, given, n);
    for (nx_word_rule rule = NX_WORDS_STR; rule <= NX_WORDS_BYTES; rule++) {
        nx_span expected[MOST_WORDS], found[MOST_WORDS];
        const size_t count = slow_words(text, n, rule, expected);
        CHECK_INT(nx_words_count(text, n, rule), count);

        const nx_span whole = {text, n};
        int64_t many = -1;
        nx_words_count_many(&whole, 1, rule, (uint8_t *)&many, 8);
        CHECK_INT(many, count);

        /* The words themselves, in two ranges and in batches of any size. */
        const size_t cut = nx_test_random(seed) % (n + 1);
        size_t sum = 0;
        for (int part = 0; part < 2; part++) {
            const size_t begin = part == 0 ? 0 : cut, end = part == 0 ? cut : n;
            const size_t before = sum;
            nx_word_cursor cursor;
            nx_word_cursor_begin_range(&cursor, text, n, begin, end, rule);
            for (size_t got = 1; got > 0;) {
                const size_t room = MOST_WORDS - sum;
                size_t max = 1 + nx_test_random(seed) % 40;
                max = max < room ? max : room;
                got = max == 0 ? 0 : nx_word_cursor_next(&cursor, found + sum, max);
                sum += got;
            }
            CHECK_INT(nx_words_count_range(text, n, begin, end, rule), sum - before);
        }
        CHECK_INT(sum, count);
        for (size_t i = 0; i < count && i < sum; i++) {
            CHECK(found[i].text == expected[i].text);
            CHECK_INT(found[i].length, expected[i].length);
        }
    }
    free(text);
}

/* ---- Tests ---- */

static size_t
put_sequence(uint8_t *p, uint32_t code)
{
    const size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const uint8_t lead[5] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = length - 1; i > 0; i--) {
        p[i] = (uint8_t)(0x80 | (code & 0x3F));
        code >>= 6;
    }
    p[0] = (uint8_t)(lead[length] | code);
    return length;
}

/* Every number is a space between two words or is not, wherever a block ends in it. */
static void
check_every_code_point(void)
{
    for (uint32_t code = 0; code < 0x110100; code++) {
        for (int rule = NX_WORDS_STR; rule <= NX_WORDS_BYTES; rule++) {
            uint8_t text[160];
            memset(text, 'a', sizeof text);
            const size_t at = 60 + code % 6;
            const size_t n = put_sequence(text + at, code);
            const size_t expected = is_space(code, (nx_word_rule)rule) ? 2 : 1;
            CHECK_INT(nx_words_count(text, sizeof text, (nx_word_rule)rule), expected);
            const nx_span part = {text + at - 20, 20 + n + 1};
            int64_t words;
            nx_words_count_many(&part, 1, (nx_word_rule)rule, (uint8_t *)&words, 0);
            CHECK_INT(words, expected);
        }
        const uint32_t points[3] = {'a', code, 'a'};
        CHECK_INT(nx_words_count_ucs4(points, 3), is_space(code, NX_WORDS_STR) ? 2 : 1);
        if (nx_test_failures() > 8) {
            return;
        }
    }
}

static void
test_every_code_point(void)
{
    with_every_engine(check_every_code_point);
}

/* Spaces of every width at every offset of texts of every length. */
static void
check_seams(void)
{
    uint64_t seed = 1;
    for (size_t n = 0; n <= 140; n++) {
        for (size_t at = 0; at < n; at++) {
            static const char *const spaces[] = {" ",
                                                 "\x1F",
                                                 "\xC2\xA0",
                                                 "\xE2\x80\xA8",
                                                 "\xE3\x80\x80",
                                                 "\xE1\x9A\x80",
                                                 "\xE2\x81\x9F",
                                                 "\xC2\x85"};
            uint8_t text[140];
            memset(text, 'x', sizeof text);
            for (size_t i = at; i < n; i += 7) {
                const char *const space = spaces[(at + i) % 8];
                const size_t length = strlen(space);
                memcpy(text + i, space, length < n - i ? length : n - i);
            }
            check_text(text, n, &seed);
        }
    }
}

static void
test_spaces_across_seams(void)
{
    with_every_engine(check_seams);
}

static void
check_random(void)
{
    uint64_t seed = 2;
    for (int round = 0; round < 40000; round++) {
        uint8_t text[LONGEST + 4];
        const size_t wanted = nx_test_random(&seed) % (round % 4 == 0 ? LONGEST : 70);
        size_t n = 0;
        while (n < wanted) {
            const uint64_t r = nx_test_random(&seed);
            static const uint32_t limits[4] = {0x80, 0x800, 0x10000, 0x110000};
            const size_t known = sizeof str_spaces / sizeof str_spaces[0];
            const uint32_t code = r % 3 == 0 ? str_spaces[(r >> 8) % known]
                                             : (uint32_t)((r >> 8) % limits[round % 4]);
            n += put_sequence(text + n, code);
        }
        check_text(text, n < LONGEST ? n : LONGEST, &seed);
        /* Bytes that are no UTF-8, with many of those that spaces are made of. */
        static const uint8_t parts[] = {0xC2, 0xE1, 0xE2, 0xE3, 0x80, 0x81, 0x85, 0x8A,
                                        0x8B, 0x9A, 0x9F, 0xA0, 0xA8, 0xAF, ' ',  'x'};
        for (size_t i = 0; i < wanted; i++) {
            text[i] = parts[nx_test_random(&seed) % sizeof parts];
        }
        check_text(text, wanted, &seed);
    }
}

static void
test_random_texts(void)
{
    with_every_engine(check_random);
}

/* Cuts at every byte: no word is lost and none is counted twice. */
static void
check_cuts(void)
{
    static const char text[] =
        " one\xE2\x80\xA8two\xC2\xA0\xE3\x80\x80three \xE3\x81\x82\xF0\x9F\x98\x80 \x1C"
        "fourfourfourfourfourfourfourfourfourfourfourfour\xE2\x80\x8Fstill\xE2\x81\x9F";
    const uint8_t *const bytes = (const uint8_t *)text;
    const size_t n = sizeof text - 1;
    const size_t all = nx_words_count(bytes, n, NX_WORDS_STR);
    CHECK_INT(all, 5);
    for (size_t a = 0; a <= n; a++) {
        for (size_t b = a; b <= n; b++) {
            CHECK_INT(nx_words_count_range(bytes, n, 0, a, NX_WORDS_STR) +
                          nx_words_count_range(bytes, n, a, b, NX_WORDS_STR) +
                          nx_words_count_range(bytes, n, b, n, NX_WORDS_STR),
                      all);
            nx_word_cursor cursor;
            nx_span words[8];
            nx_word_cursor_begin_range(&cursor, bytes, n, a, b, NX_WORDS_STR);
            CHECK_INT(nx_word_cursor_next(&cursor, words, 8),
                      nx_words_count_range(bytes, n, a, b, NX_WORDS_STR));
        }
    }
}

static void
test_ranges_share_words_out(void)
{
    with_every_engine(check_cuts);
}

static void
check_points(void)
{
    uint64_t seed = 3;
    for (size_t n = 0; n <= 200; n++) {
        for (int round = 0; round < 50; round++) {
            uint32_t *const points = malloc(4 * n + (n == 0));
            size_t expected = 0;
            bool inside = false;
            for (size_t i = 0; i < n; i++) {
                const uint64_t r = nx_test_random(&seed);
                points[i] = r % 3 == 0   ? str_spaces[(r >> 8) % 29]
                            : r % 3 == 1 ? (uint32_t)(r >> 32)
                                         : (uint32_t)(r >> 8) % 0x3100;
                const bool space = is_space(points[i], NX_WORDS_STR);
                expected += !space && !inside;
                inside = !space;
            }
            CHECK_INT(nx_words_count_ucs4(points, n), expected);
            free(points);
        }
    }
}

static void
test_code_points(void)
{
    with_every_engine(check_points);
}

static void
check_many(void)
{
    static const char *const texts[] = {"", "a", " a b ", "\xC2\xA0",
                                        "a\x1F"
                                        "b"};
    nx_span spans[5];
    uint8_t counts[5 * 11 + 1];
    for (size_t i = 0; i < 5; i++) {
        spans[i] = (nx_span){(const uint8_t *)texts[i], strlen(texts[i])};
    }
    spans[0].text = NULL;
    static const int64_t expected[2][5] = {{0, 1, 2, 0, 2}, {0, 1, 2, 1, 1}};
    for (int rule = NX_WORDS_STR; rule <= NX_WORDS_BYTES; rule++) {
        memset(counts, 0xA5, sizeof counts);
        nx_words_count_many(spans, 5, (nx_word_rule)rule, counts + 1, 11);
        for (size_t i = 0; i < 5; i++) {
            int64_t count;
            memcpy(&count, counts + 1 + 11 * i, sizeof count);
            CHECK_INT(count, expected[rule][i]);
        }
        CHECK_INT(counts[0], 0xA5);
        CHECK_INT(counts[9], 0xA5);
    }
    CHECK_INT(nx_words_count(NULL, 0, NX_WORDS_STR), 0);
    CHECK_INT(nx_words_count_ucs4(NULL, 0), 0);
    nx_word_cursor cursor;
    nx_span word;
    nx_word_cursor_begin(&cursor, NULL, 0, NX_WORDS_STR);
    CHECK_INT(nx_word_cursor_next(&cursor, &word, 1), 0);
    CHECK_INT(nx_word_cursor_next(&cursor, &word, 1), 0);
}

static void
test_many_texts_and_none(void)
{
    with_every_engine(check_many);
}

const nx_test nx_suite_words[] = {
    NX_TEST(test_every_code_point),
    NX_TEST(test_spaces_across_seams),
    NX_TEST(test_random_texts),
    NX_TEST(test_ranges_share_words_out),
    NX_TEST(test_code_points),
    NX_TEST(test_many_texts_and_none),
    {0},
};
