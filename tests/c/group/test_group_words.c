#include "harness.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "group/group_words.h"

enum {
    WORDS = 400000,
    DIFFERENT = 300
};

static void
test_words_of_a_line(void)
{
    static const char text[] = "  the quick brown fox\tthe fox ";
    static const char *const words[] = {"the", "quick", "brown", "fox"};
    static const int64_t counts[] = {2, 1, 1, 2}, first[] = {2, 6, 12, 18};
    nx_word_groups found;
    CHECK_INT(nx_group_words((const uint8_t *)text, sizeof text - 1, NX_WORDS_STR, 1,
                             NULL, &found, NULL),
              NX_OK);
    CHECK_INT(found.groups.count, 4);
    CHECK_INT(found.words.count, 4);
    for (size_t i = 0; i < 4; i++) {
        CHECK_INT(found.words.texts[i].length, strlen(words[i]));
        CHECK(memcmp(found.words.texts[i].text, words[i], strlen(words[i])) == 0);
        CHECK_INT(found.groups.counts[i], counts[i]);
        CHECK_INT(found.groups.first[i], first[i]);
    }
    nx_word_groups_clear(&found);
}

static void
test_the_rule_is_that_of_the_text(void)
{
    static const char text[] =
        "a\x1C"
        "b\xE2\x80\x83"
        "b";
    nx_word_groups found;
    CHECK_INT(nx_group_words((const uint8_t *)text, sizeof text - 1, NX_WORDS_STR, 1,
                             NULL, &found, NULL),
              NX_OK);
    CHECK_INT(found.groups.count, 2);
    nx_word_groups_clear(&found);
    CHECK_INT(nx_group_words((const uint8_t *)text, sizeof text - 1, NX_WORDS_BYTES, 1,
                             NULL, &found, NULL),
              NX_OK);
    CHECK_INT(found.groups.count, 1);
    nx_word_groups_clear(&found);
}

static void
test_text_without_words(void)
{
    nx_word_groups found;
    CHECK_INT(
        nx_group_words((const uint8_t *)" \n", 2, NX_WORDS_STR, 2, NULL, &found, NULL),
        NX_OK);
    CHECK_INT(found.groups.count, 0);
    nx_word_groups_clear(&found);
    CHECK_INT(nx_group_words(NULL, 0, NX_WORDS_STR, 1, NULL, &found, NULL), NX_OK);
    CHECK_INT(found.groups.count, 0);
    nx_word_groups_clear(&found);
}

/* Words of one to 24 letters, which cross the ends of pieces; number i is known. */
static uint8_t *
make_text(uint32_t *draws, size_t *n)
{
    uint8_t *text = nx_alloc(WORDS, 26);
    uint64_t random = 9;
    *n = 0;
    for (size_t i = 0; i < WORDS; i++) {
        draws[i] = (uint32_t)(nx_test_random(&random) % DIFFERENT);
        const size_t length = 1 + draws[i] % 24;
        for (size_t at = 0; at < length; at++) {
            text[(*n)++] = (uint8_t)(at < 3 ? 'A' + (draws[i] >> (3 * at)) % 8
                                            : 'a' + draws[i] % 26);
        }
        text[(*n)++] = ' ';
    }
    return text;
}

static void
check_words(const uint8_t *text, size_t n, const nx_word_groups *one, unsigned threads)
{
    nx_word_groups found;
    CHECK_INT(nx_group_words(text, n, NX_WORDS_STR, threads, NULL, &found, NULL),
              NX_OK);
    CHECK_INT(found.groups.count, one->groups.count);
    for (size_t i = 0; i < found.groups.count; i++) {
        const nx_span *a = &found.words.texts[i], *b = &one->words.texts[i];
        CHECK(a->length == b->length && memcmp(a->text, b->text, a->length) == 0);
        CHECK_INT(found.groups.counts[i], one->groups.counts[i]);
        CHECK_INT(found.groups.first[i], one->groups.first[i]);
    }
    nx_word_groups_clear(&found);
}

static void
test_long_text_on_any_number_of_threads(void)
{
    uint32_t *draws = malloc(WORDS * sizeof *draws);
    size_t n;
    uint8_t *text = make_text(draws, &n);
    nx_word_groups one;
    int64_t total = 0;
    CHECK_INT(nx_group_words(text, n, NX_WORDS_STR, 1, NULL, &one, NULL), NX_OK);
    for (size_t i = 0; i < one.groups.count; i++) {
        total += one.groups.counts[i];
        CHECK(one.words.texts[i].text == text + one.groups.first[i]);
        CHECK(i == 0 || one.groups.first[i] > one.groups.first[i - 1]);
    }
    CHECK_INT(total, WORDS);
    for (unsigned threads = 2; threads <= 8; threads *= 2) {
        check_words(text, n, &one, threads);
    }
    nx_word_groups_clear(&one);
    nx_free(text);
    free(draws);
}

static bool
group_them(void *context)
{
    const nx_span *text = context;
    nx_word_groups found;
    nx_error error = {0};
    const nx_status status = nx_group_words(text->text, text->length, NX_WORDS_BYTES, 2,
                                            NULL, &found, &error);
    CHECK(status == NX_OK || (status == NX_ERR_MEMORY && found.words.keys == NULL));
    nx_word_groups_clear(&found);
    return status == NX_OK;
}

static void
test_allocation_failures(void)
{
    uint32_t *draws = malloc(WORDS * sizeof *draws);
    nx_span text;
    uint8_t *memory = make_text(draws, &text.length);
    text.text = memory;
    CHECK(group_them(&text)); /* makes the threads of the pool */
    nx_test_alloc_failures(group_them, &text, 80);
    nx_free(memory);
    free(draws);
}

const nx_test nx_suite_group_words[] = {
    NX_TEST(test_words_of_a_line),     NX_TEST(test_the_rule_is_that_of_the_text),
    NX_TEST(test_text_without_words),  NX_TEST(test_long_text_on_any_number_of_threads),
    NX_TEST(test_allocation_failures), {0},
};
