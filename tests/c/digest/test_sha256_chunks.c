#include "harness.h"

#include <stdlib.h>

#include "digest/sha256_chunks.h"

enum {
    BYTES = 1 << 20
};

static void
test_number_of_chunks(void)
{
    CHECK_INT(nx_sha256_chunk_count(0, 5), 0);
    CHECK_INT(nx_sha256_chunk_count(1, 5), 1);
    CHECK_INT(nx_sha256_chunk_count(5, 5), 1);
    CHECK_INT(nx_sha256_chunk_count(6, 5), 2);
    CHECK(nx_sha256_chunk_count(SIZE_MAX, 1) == SIZE_MAX);
    CHECK(nx_sha256_chunk_count(SIZE_MAX, SIZE_MAX) == 1);
    CHECK(nx_sha256_chunk_count(SIZE_MAX, 2) == SIZE_MAX / 2 + 1);
}

/* All chunks of n bytes against one message at a time. */
static void
check_chunks(const uint8_t *data, size_t n, size_t size, unsigned threads)
{
    const size_t count = nx_sha256_chunk_count(n, size);
    uint8_t *const digests = malloc(count * NX_SHA256_SIZE + 1);
    nx_error error = {0};
    digests[count * NX_SHA256_SIZE] = 0xA5;
    CHECK_INT(nx_sha256_chunks(data, n, size, threads, NULL, digests, &error), NX_OK);
    for (size_t i = 0; i < count && nx_test_failures() == 0; i++) {
        const size_t left = n - i * size;
        uint8_t expected[NX_SHA256_SIZE];
        nx_sha256(data + i * size, left < size ? left : size, expected);
        CHECK(memcmp(digests + i * NX_SHA256_SIZE, expected, sizeof expected) == 0);
    }
    CHECK_INT(digests[count * NX_SHA256_SIZE], 0xA5);
    free(digests);
}

static void
test_chunks_are_messages_of_their_own(void)
{
    static const size_t sizes[] = {1, 7, 64, 1000, 1 << 17, (1 << 17) + 1, BYTES - 1};
    static const size_t lengths[] = {0, 1, 63, 5000};
    uint8_t *const data = malloc(BYTES);
    uint64_t seed = 1;
    for (size_t i = 0; i < BYTES; i++) {
        data[i] = (uint8_t)nx_test_random(&seed);
    }
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        for (unsigned threads = 1; threads <= 3; threads++) {
            for (size_t l = 0; l < sizeof lengths / sizeof lengths[0]; l++) {
                check_chunks(data, lengths[l], sizes[s], threads);
            }
            if (sizes[s] >= 64) {
                check_chunks(data, BYTES, sizes[s], threads);
            }
        }
    }
    check_chunks(data, BYTES / 2 + 3, 1, 2);
    free(data);
}

static void
test_cancelled_calls_stop(void)
{
    static const uint8_t data[4096];
    uint8_t digests[4096 / 64 * NX_SHA256_SIZE];
    nx_error error = {0};
    nx_cancel cancel;
    atomic_init(&cancel.requested, true);
    const nx_wait wait = {.cancel = &cancel};
    CHECK_INT(nx_sha256_chunks(data, sizeof data, 64, 2, &wait, digests, &error),
              NX_ERR_CANCELLED);
}

const nx_test nx_suite_sha256_chunks[] = {
    NX_TEST(test_number_of_chunks),
    NX_TEST(test_chunks_are_messages_of_their_own),
    NX_TEST(test_cancelled_calls_stop),
    {0},
};
