#include "harness.h"

#include "arrow/arrow_bits.h"
#include "base/alloc.h"

enum {
    LONGEST = 200
};

/* Bytes and bits of their exact size, so that the sanitizer sees a step beyond. */
static void
test_every_length(void)
{
    uint64_t random = 3;
    for (size_t n = 0; n < LONGEST; n++) {
        uint8_t *bytes = nx_alloc(n, 1), *bits = nx_alloc(nx_bits_size(n), 1);
        uint8_t *back = nx_alloc(n, 1);
        size_t count = 0;
        for (size_t i = 0; i < n; i++) {
            const uint64_t r = nx_test_random(&random);
            bytes[i] = r % 2 ? (uint8_t)(r >> 8) : 0; /* not only 1 is true */
            count += bytes[i] != 0;
        }
        CHECK_INT(nx_bytes_count(bytes, n), count);
        for (int invert = 0; invert <= 1; invert++) {
            nx_bits_pack(bytes, n, invert, bits);
            for (size_t i = 0; i < nx_bits_size(n) * 8; i++) {
                const bool wanted = i < n && (bytes[i] != 0) != invert;
                CHECK_INT(bits[i / 8] >> i % 8 & 1, wanted);
            }
            CHECK_INT(nx_bits_unpack(bits, 0, n, invert, back), count);
            for (size_t i = 0; i < n; i++) {
                CHECK_INT(back[i], bytes[i] != 0);
            }
        }
        nx_free(bytes);
        nx_free(bits);
        nx_free(back);
    }
}

static void
test_unpacking_from_any_bit(void)
{
    const uint8_t bits[3] = {0xB5, 0x0F, 0xC3};
    for (size_t start = 0; start < 24; start++) {
        for (size_t n = 0; start + n <= 24; n++) {
            uint8_t bytes[24];
            (void)nx_bits_unpack(bits, start, n, false, bytes);
            for (size_t i = 0; i < n; i++) {
                const size_t at = start + i;
                CHECK_INT(bytes[i], bits[at / 8] >> at % 8 & 1);
            }
        }
    }
}

const nx_test nx_suite_arrow_bits[] = {
    NX_TEST(test_every_length),
    NX_TEST(test_unpacking_from_any_bit),
    {0},
};
