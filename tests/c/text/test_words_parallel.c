#include "harness.h"

#include <stdlib.h>

#include "text/words_parallel.h"

enum {
    BYTES = 3 * (1 << 18) + 5
};

static void
test_threads_count_what_one_does(void)
{
    static const char *const parts[] = {" ",
                                        "a",
                                        "bc",
                                        "\xC2\xA0",
                                        "\xE2\x80\xA8",
                                        "\xE3\x81\x82",
                                        "\xF0\x9F\x98\x80",
                                        "\x1C"};
    uint8_t *const text = malloc(BYTES + 8);
    uint64_t seed = 1;
    for (int round = 0; round < 20; round++) {
        for (size_t n = 0; n < BYTES;) {
            const char *const part = parts[nx_test_random(&seed) % 8];
            memcpy(text + n, part, strlen(part));
            n += strlen(part);
        }
        /* A space of three bytes about every seam between pieces. */
        for (size_t seam = 1 << 18; seam < BYTES; seam += 1 << 18) {
            memcpy(text + seam - (size_t)(round % 4), "\xE2\x80\xA8", 3);
        }
        for (int rule = NX_WORDS_STR; rule <= NX_WORDS_BYTES; rule++) {
            const size_t expected = nx_words_count(text, BYTES, (nx_word_rule)rule);
            for (unsigned threads = 1; threads <= 3; threads++) {
                nx_error error = {0};
                size_t words;
                CHECK_INT(nx_words_count_parallel(text, BYTES, (nx_word_rule)rule,
                                                  threads, NULL, &words, &error),
                          NX_OK);
                CHECK_INT(words, expected);
            }
        }
    }
    free(text);
}

static void
test_short_texts(void)
{
    nx_error error = {0};
    size_t words = 9;
    CHECK_INT(nx_words_count_parallel(NULL, 0, NX_WORDS_STR, 2, NULL, &words, &error),
              NX_OK);
    CHECK_INT(words, 0);
    CHECK_INT(nx_words_count_parallel((const uint8_t *)"a b", 3, NX_WORDS_STR, 2, NULL,
                                      &words, &error),
              NX_OK);
    CHECK_INT(words, 2);
}

static void
test_cancelled_counts_stop(void)
{
    static const uint8_t text[1 << 20];
    nx_error error = {0};
    nx_cancel cancel;
    size_t words;
    atomic_init(&cancel.requested, true);
    const nx_wait wait = {.cancel = &cancel};
    CHECK_INT(nx_words_count_parallel(text, sizeof text, NX_WORDS_STR, 2, &wait, &words,
                                      &error),
              NX_ERR_CANCELLED);
}

const nx_test nx_suite_words_parallel[] = {
    NX_TEST(test_threads_count_what_one_does),
    NX_TEST(test_short_texts),
    NX_TEST(test_cancelled_counts_stop),
    {0},
};
