#include "order_testing.h"

#include "sort/text_alphabet.h"

/* How two texts compare by their keys, of an alphabet for all n of them. */
static int
compare_by_keys(const nx_sort_texts *texts, const nx_text_alphabet *alphabet, int64_t a,
                int64_t b)
{
    const int64_t places[] = {a, b};
    for (size_t offset = 0; offset < 1000; offset += alphabet->units) {
        uint64_t keys[2];
        CHECK_INT(nx_text_keys(texts, alphabet, places, 2, offset, keys, NULL), NX_OK);
        CHECK(alphabet->bits * alphabet->units <= 64);
        if (alphabet->bits * alphabet->units < 64) {
            CHECK((keys[0] | keys[1]) >> alphabet->bits * alphabet->units == 0);
        }
        if (keys[0] != keys[1]) {
            return keys[0] < keys[1] ? -1 : 1;
        }
        if (nx_text_key_is_last(texts, alphabet, offset, keys[0])) {
            return 0;
        }
    }
    nx_test_fail(__FILE__, __LINE__, "keys without an end");
    return 0;
}

/* An alphabet of all that occurs anywhere, so that keys of any offset can be made. */
static void
see_all(const nx_sort_texts *texts, size_t n, unsigned most_bits,
        nx_text_alphabet *alphabet)
{
    nx_seen_bytes seen = {.longest = 0};
    for (size_t i = 0; i < n; i++) {
        const int64_t place = (int64_t)i;
        nx_span text;
        CHECK_INT(texts->load(texts->context, &place, 1, &text, NULL), NX_OK);
        const size_t step = texts->order == NX_TEXT_BY_POINTS ? 4 : 1;
        for (size_t at = 0; at < text.length / step; at += NX_ALPHABET_UNITS) {
            CHECK_INT(nx_text_see(texts, &place, 1, at, &seen, NULL), NX_OK);
        }
    }
    nx_text_alphabet_make(texts, &seen, most_bits, alphabet);
}

static void
check_bits(const nx_sort_texts *texts, size_t n, unsigned most_bits)
{
    const nx_order_column column = {.texts = texts};
    nx_text_alphabet alphabet;
    see_all(texts, n, most_bits, &alphabet);
    for (size_t a = 0; a < n && nx_test_failures() == 0; a++) {
        for (size_t b = 0; b < n; b++) {
            CHECK_INT(compare_by_keys(texts, &alphabet, (int64_t)a, (int64_t)b),
                      test_compare_texts(&column, (int64_t)a, (int64_t)b));
        }
    }
}

static void
check(const nx_sort_texts *texts, size_t n)
{
    check_bits(texts, n, 64);
    check_bits(texts, n, 40);
    check_bits(texts, n, 9);
}

static void
test_keys_are_in_the_order_of_texts(void)
{
    for (size_t most = 0; most < 40; most += 3) {
        test_texts source;
        test_texts_make(&source, 60, most, most % 5, most + 1);
        const nx_sort_texts texts = {test_texts_load, &source, NX_TEXT_BY_BYTES, 0, 0};
        check(&texts, 60);
        test_texts_free(&source);
    }
}

/* Texts of one width, of `kinds` different bytes or points, NUL among them. */
static void
check_padded(nx_text_order order, size_t width, unsigned kinds)
{
    enum {
        N = 50,
        MOST = 40
    };
    uint8_t bytes[N * MOST];
    uint32_t points[N * MOST];
    nx_span spans[N];
    test_texts source = {spans, bytes, -1};
    uint64_t random = width * 300 + kinds;
    for (size_t i = 0; i < N * MOST; i++) {
        bytes[i] = (uint8_t)(255 - nx_test_random(&random) % kinds);
        bytes[i] = nx_test_random(&random) % 3 == 0 ? 0 : bytes[i];
        points[i] = bytes[i];
    }
    const size_t step = order == NX_TEXT_BY_POINTS ? 4 : 1;
    for (size_t i = 0; i < N; i++) {
        const uint8_t *text =
            step == 4 ? (uint8_t *)(points + i * width) : bytes + i * width;
        spans[i] = (nx_span){text, width * step};
    }
    const nx_sort_texts texts = {test_texts_load, &source, order, width * step, 8};
    CHECK(nx_text_has_alphabet(&texts));
    check(&texts, N);
}

static void
test_padded_texts(void)
{
    static const unsigned kinds[] = {1, 2, 3, 15, 16, 60, 127, 128, 255, 256};
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        for (size_t width = 1; width <= 40; width += 3) {
            check_padded(NX_TEXT_PADDED, width, kinds[k]);
            check_padded(NX_TEXT_BY_POINTS, width, kinds[k]);
        }
    }
}

static void
test_every_byte(void)
{
    uint8_t bytes[256];
    nx_span spans[256];
    test_texts source = {spans, bytes, -1};
    for (size_t i = 0; i < 256; i++) {
        bytes[i] = (uint8_t)i;
        spans[i] = (nx_span){bytes + i, 256 - i < 10 ? 256 - i : 10};
    }
    nx_sort_texts texts = {test_texts_load, &source, NX_TEXT_BY_BYTES, 0, 0};
    nx_text_alphabet alphabet;
    check(&texts, 256);
    see_all(&texts, 256, 64, &alphabet);
    CHECK_INT(alphabet.bits, 9);
    CHECK_INT(alphabet.units, 7);
    see_all(&texts, 0, 64, &alphabet);
    CHECK_INT(alphabet.bits, 1);
    texts.order = NX_TEXT_BY_POINTS;
    texts.point_bits = 16;
    CHECK(!nx_text_has_alphabet(&texts));
}

static void
test_keys_of_whole_texts_are_decoded(void)
{
    for (int padded = 0; padded < 2; padded++) {
        test_texts source;
        test_texts_make(&source, 200, 9, 0, 5);
        const nx_sort_texts texts = {test_texts_load, &source,
                                     padded ? NX_TEXT_PADDED : NX_TEXT_BY_BYTES, 9, 0};
        nx_seen_bytes seen = {.longest = 0};
        nx_text_alphabet alphabet;
        size_t longest = 0;
        int64_t places[200];
        for (size_t i = 0; i < 200; i++) {
            nx_span *span = &source.spans[i];
            while (padded && span->length > 0 && span->text[span->length - 1] == 0) {
                span->length--;
            }
            longest = span->length > longest ? span->length : longest;
            places[i] = (int64_t)i;
        }
        CHECK_INT(nx_text_see(&texts, places, 200, 0, &seen, NULL), NX_OK);
        CHECK_INT(seen.longest, longest);
        nx_text_alphabet_make(&texts, &seen, 64, &alphabet);
        CHECK(alphabet.units >= longest);
        for (size_t i = 0; i < 200; i++) {
            uint64_t key;
            uint8_t text[NX_ALPHABET_UNITS];
            CHECK_INT(nx_text_keys(&texts, &alphabet, places + i, 1, 0, &key, NULL),
                      NX_OK);
            const size_t n = nx_text_decode(&alphabet, key, text);
            CHECK_INT(n, source.spans[i].length);
            CHECK(memcmp(text, source.spans[i].text, n) == 0);
        }
        test_texts_free(&source);
    }
}

static void
test_text_that_cannot_be_loaded(void)
{
    test_texts source;
    test_texts_make(&source, 10, 5, 0, 1);
    const nx_sort_texts texts = {test_texts_load, &source, NX_TEXT_BY_BYTES, 0, 0};
    const int64_t places[] = {1, 2, 3};
    nx_text_alphabet alphabet;
    nx_seen_bytes seen = {.longest = 0};
    uint64_t keys[3];
    nx_error error;
    see_all(&texts, 10, 64, &alphabet);
    source.broken = 3;
    CHECK_INT(nx_text_see(&texts, places, 3, 0, &seen, &error), NX_ERR_VALUE);
    CHECK_INT(nx_text_keys(&texts, &alphabet, places, 3, 0, keys, &error),
              NX_ERR_VALUE);
    test_texts_free(&source);
}

const nx_test nx_suite_text_alphabet[] = {
    NX_TEST(test_keys_are_in_the_order_of_texts),
    NX_TEST(test_padded_texts),
    NX_TEST(test_every_byte),
    NX_TEST(test_keys_of_whole_texts_are_decoded),
    NX_TEST(test_text_that_cannot_be_loaded),
    {0},
};
