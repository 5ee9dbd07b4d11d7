#include "order_testing.h"

#include "sort/text_words.h"

enum {
    MOST = 40
};

/* Words of two texts from an offset on, as long as they are equal and not the last. */
static int
compare_by_words(const nx_sort_texts *texts, int64_t a, int64_t b)
{
    const int64_t places[] = {a, b};
    for (size_t offset = 0; offset < 10000; offset += nx_text_word_units(texts)) {
        uint64_t words[2];
        CHECK_INT(nx_text_words(texts, places, 2, offset, words, NULL), NX_OK);
        if (words[0] != words[1]) {
            return words[0] < words[1] ? -1 : 1;
        }
        if (nx_text_word_is_last(texts, offset, words[0])) {
            return 0;
        }
    }
    nx_test_fail(__FILE__, __LINE__, "words without an end");
    return 0;
}

static void
check_words(const nx_sort_texts *texts, size_t n)
{
    const nx_order_column column = {.texts = texts};
    const test_texts *source = texts->context;
    for (size_t a = 0; a < n && nx_test_failures() == 0; a++) {
        for (size_t b = 0; b < n; b++) {
            const int expected = test_compare_texts(&column, (int64_t)a, (int64_t)b);
            CHECK_INT(compare_by_words(texts, (int64_t)a, (int64_t)b), expected);
            CHECK_INT(nx_text_compare(texts->order, source->spans[a], source->spans[b]),
                      expected);
        }
    }
}

static void
test_words_of_bytes_are_in_their_order(void)
{
    for (size_t common = 0; common < 20; common += 5) {
        test_texts source;
        test_texts_make(&source, 100, 20, common, common + 1);
        const nx_sort_texts texts = {test_texts_load, &source, NX_TEXT_BY_BYTES, 0, 0};
        check_words(&texts, 100);
        test_texts_free(&source);
    }
}

static void
test_words_of_padded_bytes_are_in_their_order(void)
{
    for (size_t width = 1; width < MOST; width++) {
        uint64_t random = width;
        uint8_t bytes[60 * MOST];
        nx_span spans[60];
        test_texts source = {spans, bytes, -1};
        for (size_t i = 0; i < sizeof bytes; i++) {
            bytes[i] = (uint8_t)(nx_test_random(&random) % 3 * 0x7F);
        }
        for (size_t i = 0; i < 60; i++) {
            /* Close together at the end: no byte behind one is read. */
            spans[i] = (nx_span){bytes + sizeof bytes - (60 - i) * width, width};
        }
        const nx_sort_texts texts = {test_texts_load, &source, NX_TEXT_PADDED, width,
                                     0};
        check_words(&texts, 60);
    }
}

static void
test_words_of_points_are_in_their_order(void)
{
    static const uint32_t most[] = {0x7F,     0xFF,     0x100,    0xFFFF,    0x10000,
                                    0x10FFFF, 0x1FFFFF, 0x200000, UINT32_MAX};
    static const unsigned bits[] = {8, 8, 16, 16, 21, 21, 21, 32, 32};
    for (size_t m = 0; m < sizeof most / sizeof most[0]; m++) {
        CHECK_INT(nx_text_point_bits(most[m]), bits[m]);
        for (size_t width = 1; width < 20; width++) {
            uint64_t random = width;
            uint32_t points[50 * 20];
            nx_span spans[50];
            test_texts source = {spans, (uint8_t *)points, -1};
            for (size_t i = 0; i < 50 * 20; i++) {
                const uint64_t kind = nx_test_random(&random) % 3;
                points[i] = kind == 0 ? 0 : kind == 1 ? most[m] : most[m] / 2;
            }
            for (size_t i = 0; i < 50; i++) {
                spans[i] = (nx_span){(uint8_t *)(points + i * width), 4 * width};
            }
            const nx_sort_texts texts = {test_texts_load, &source, NX_TEXT_BY_POINTS,
                                         4 * width, bits[m]};
            check_words(&texts, 50);
        }
    }
}

static void
test_what_texts_have_in_common(void)
{
    static const char *const words[] = {"",           "abc",        "abcdefgh",
                                        "abcdefghij", "abcdefghik", "abcdefghij"};
    nx_span spans[6];
    for (size_t i = 0; i < 6; i++) {
        spans[i] = (nx_span){(const uint8_t *)words[i], strlen(words[i])};
    }
    static const struct {
        int64_t reference, places[3];
        size_t n, offset, found;
        bool equal;
    } cases[] = {
        {3, {5, 3, 5}, 3, 0, 10, true}, {3, {4, 5, 3}, 3, 0, 9, false},
        {3, {4, 2, 3}, 3, 0, 8, false}, {2, {3, 4, 5}, 3, 7, 8, false},
        {1, {3, 1, 0}, 3, 0, 0, false}, {0, {0, 0, 0}, 3, 0, 0, true},
        {3, {4, 4, 4}, 0, 5, 10, true}, {4, {3, 5, 3}, 3, 9, 9, false},
        {3, {1, 3, 3}, 3, 2, 3, false},
    };
    test_texts source = {spans, NULL, -1};
    const nx_sort_texts texts = {test_texts_load, &source, NX_TEXT_BY_BYTES, 0, 0};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        nx_text_common common;
        CHECK_INT(nx_text_find_common(&texts, cases[i].reference, cases[i].places,
                                      cases[i].n, cases[i].offset, &common, NULL),
                  NX_OK);
        CHECK_INT(common.offset, cases[i].found);
        CHECK_INT(common.equal, cases[i].equal);
    }
    source.broken = 4;
    nx_text_common common;
    nx_error error;
    CHECK_INT(nx_text_find_common(&texts, 3, cases[1].places, 3, 0, &common, &error),
              NX_ERR_VALUE);
    uint64_t keys[3];
    CHECK_INT(nx_text_words(&texts, cases[1].places, 3, 0, keys, &error), NX_ERR_VALUE);
}

const nx_test nx_suite_text_words[] = {
    NX_TEST(test_words_of_bytes_are_in_their_order),
    NX_TEST(test_words_of_padded_bytes_are_in_their_order),
    NX_TEST(test_words_of_points_are_in_their_order),
    NX_TEST(test_what_texts_have_in_common),
    {0},
};
