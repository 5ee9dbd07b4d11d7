#include "harness.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "hashtable/text_table.h"

static const nx_hash_seed seed = {UINT64_C(0x243F6A8885A308D3),
                                  UINT64_C(0x93198A2E03707345)};

enum {
    LONGEST = 70
};

static nx_status
put_all(nx_text_table *table, const nx_span *texts, size_t n, bool padded,
        uint32_t *numbers, nx_error *error)
{
    nx_status status = NX_OK;
    for (size_t at = 0; at < n && status == NX_OK; at += NX_TABLE_BATCH) {
        const size_t count = n - at < NX_TABLE_BATCH ? n - at : NX_TABLE_BATCH;
        status =
            nx_text_table_put(table, texts + at, count, padded, numbers + at, error);
    }
    return status;
}

static nx_span
span(const char *text, size_t n)
{
    return (nx_span){(const uint8_t *)text, n};
}

static void
test_numbers_follow_the_first_occurrence(void)
{
    const nx_span texts[] = {
        span("b", 1), span("", 0),     span("b", 1),    span(NULL, 0),  span("b\0", 2),
        span("a", 1), span("b\0x", 3), span("b\0y", 3), span("b\0", 2),
    };
    static const uint32_t expected[] = {0, 1, 0, 1, 2, 3, 4, 5, 2};
    uint32_t numbers[9];
    nx_text_table table;
    nx_text_table_begin(&table, seed);
    CHECK_INT(put_all(&table, texts, 9, false, numbers, NULL), NX_OK);
    CHECK(memcmp(numbers, expected, sizeof expected) == 0);
    CHECK_INT(table.count, 6);
    CHECK_INT(table.texts[3].length, 1);
    CHECK(table.texts[3].text == texts[5].text);
    nx_text_table_clear(&table);
}

/* Texts of n bytes, each also with one byte changed at every place, and `behind` bytes
 * of something else behind the last one. */
static uint8_t *
make_variants(size_t n, size_t behind, nx_span *texts)
{
    uint8_t *memory = nx_alloc((n + 1) * n + behind, 1);
    for (size_t v = 0; v <= n; v++) {
        uint8_t *text = memory + v * n;
        for (size_t i = 0; i < n; i++) {
            text[i] = (uint8_t)('a' + i % 26);
        }
        if (v < n) {
            text[v] ^= 0x80;
        }
        texts[v] = (nx_span){text, n};
    }
    memset(memory + (n + 1) * n, 0xA5, behind);
    return memory;
}

static void
check_variants(nx_text_table *table, const nx_span *texts, size_t n, bool padded)
{
    uint32_t numbers[LONGEST + 1];
    CHECK_INT(put_all(table, texts, n + 1, padded, numbers, NULL), NX_OK);
    for (uint32_t v = 0; v <= n; v++) {
        CHECK_INT(numbers[v], v);
    }
    CHECK_INT(table->count, n + 1);
}

static void
test_every_byte_of_every_length_counts(void)
{
    for (size_t n = 0; n <= LONGEST; n++) {
        nx_span exact[LONGEST + 1], padded[LONGEST + 1];
        uint8_t *memory = make_variants(n, 0, exact);
        uint8_t *longer = make_variants(n, 16, padded);
        for (int order = 0; order < 2; order++) {
            /* The careful way and the quick one make the same keys. */
            nx_text_table table;
            nx_text_table_begin(&table, seed);
            check_variants(&table, order ? padded : exact, n, order);
            check_variants(&table, order ? exact : padded, n, !order);
            nx_text_table_clear(&table);
        }
        nx_free(memory);
        nx_free(longer);
    }
}

static void
test_zeros_are_told_by_their_number(void)
{
    static const uint8_t zeros[64] = {0};
    nx_span texts[40];
    uint32_t numbers[40];
    nx_text_table table;
    for (size_t n = 0; n < 40; n++) {
        texts[n] = (nx_span){zeros, n};
    }
    nx_text_table_begin(&table, seed);
    CHECK_INT(put_all(&table, texts, 40, true, numbers, NULL), NX_OK);
    CHECK_INT(table.count, 40);
    nx_text_table_clear(&table);
}

enum {
    MANY = 100000,
    WIDTH = 24
};

/* Many texts of two lengths, short ones and long ones. */
static nx_span *
many_texts(char **memory)
{
    nx_span *texts = malloc(MANY * sizeof *texts);
    *memory = malloc(MANY * WIDTH + 16);
    for (size_t i = 0; i < MANY; i++) {
        char *text = *memory + i * WIDTH;
        const int n = snprintf(text, WIDTH, i % 2 ? "%zu" : "%018zu-tail", i);
        texts[i] = span(text, (size_t)n);
    }
    return texts;
}

static void
test_many_texts_while_it_grows(void)
{
    char *memory;
    nx_span *texts = many_texts(&memory);
    uint32_t *numbers = malloc(MANY * sizeof *numbers);
    nx_text_table table;
    nx_text_table_begin(&table, seed);
    for (int round = 0; round < 2; round++) {
        CHECK_INT(put_all(&table, texts, MANY, true, numbers, NULL), NX_OK);
        for (uint32_t i = 0; i < MANY; i++) {
            CHECK_INT(numbers[i], i);
        }
    }
    CHECK_INT(table.count, MANY);
    CHECK_INT(table.reseeds, 0);
    nx_text_table_clear(&table);
    free(numbers);
    free(texts);
    free(memory);
}

enum {
    FLOOD = 1000
};

/* Puts texts of eight bytes whose hashes by `seed` end in the same bits, and a long one
 * before them, into a table that has changed its seed so often; tells how often in the
 * end. */
static unsigned
flood(unsigned reseeds)
{
    static uint64_t words[FLOOD];
    nx_span texts[FLOOD + 1];
    uint32_t numbers[FLOOD + 1];
    size_t found = 0;
    for (uint64_t word = 1; found < FLOOD; word++) {
        const uint64_t hash = nx_hash_pair(seed, word, UINT64_C(8) << 56);
        if ((hash & 0x7FF) == 0) {
            nx_store64le(&words[found], word);
            texts[found + 1] = (nx_span){(uint8_t *)&words[found], 8};
            found++;
        }
    }
    texts[0] = span("a text too long to be its own key", 33);
    nx_text_table table;
    nx_text_table_begin(&table, seed);
    table.reseeds = reseeds;
    for (int round = 0; round < 2; round++) {
        CHECK_INT(put_all(&table, texts, FLOOD + 1, false, numbers, NULL), NX_OK);
        for (uint32_t i = 0; i <= FLOOD; i++) {
            CHECK_INT(numbers[i], i);
        }
    }
    reseeds = table.reseeds;
    nx_text_table_clear(&table);
    return reseeds;
}

static void
test_a_flood_of_equal_hashes_changes_the_seed(void)
{
    CHECK_INT(flood(0), 1);
}

/* A table that has changed its seed often enough ends all the same. */
static void
test_a_flood_of_a_last_seed_ends(void)
{
    CHECK_INT(flood(8), 8);
}

static bool
fill(void *context)
{
    static uint32_t numbers[MANY];
    nx_text_table table;
    nx_error error = {0};
    nx_text_table_begin(&table, seed);
    const nx_status status = put_all(&table, context, MANY, false, numbers, &error);
    CHECK(status == NX_OK || (status == NX_ERR_MEMORY && error.msg[0] != 0));
    nx_text_table_clear(&table);
    return status == NX_OK;
}

static void
test_allocation_failures(void)
{
    char *memory;
    nx_span *texts = many_texts(&memory);
    nx_test_alloc_failures(fill, texts, 60);
    free(texts);
    free(memory);
}

const nx_test nx_suite_text_table[] = {
    NX_TEST(test_numbers_follow_the_first_occurrence),
    NX_TEST(test_every_byte_of_every_length_counts),
    NX_TEST(test_zeros_are_told_by_their_number),
    NX_TEST(test_many_texts_while_it_grows),
    NX_TEST(test_a_flood_of_equal_hashes_changes_the_seed),
    NX_TEST(test_a_flood_of_a_last_seed_ends),
    NX_TEST(test_allocation_failures),
    {0},
};
