#include "sort_testing.h"

#include "base/alloc.h"
#include "sort/bucket_map.h"

enum {
    SAMPLE = 4096,
    WANTED = 512
};

/* Buckets ascend with keys, each begins where `starts` says, and none ends within keys
 * of one prefix. */
static void
check_map(const nx_bucket_map *map, uint64_t least, uint64_t most, int whole_bits)
{
    CHECK(map->buckets >= 1 && map->buckets <= 3 * WANTED + 3);
    CHECK_INT(nx_bucket_of(map, least), 0);
    CHECK_INT(nx_bucket_of(map, most), map->buckets - 1);
    for (size_t b = 0; b < map->buckets && nx_test_failures() == 0; b++) {
        const uint64_t start = map->least + map->starts[b];
        const uint64_t end = map->least + map->starts[b + 1] - 1;
        CHECK_INT(nx_bucket_of(map, start < least ? least : start), b);
        CHECK_INT(nx_bucket_of(map, end > most ? most : end), b);
        if (start > least) {
            CHECK_INT(nx_bucket_of(map, start - 1), b - 1);
            CHECK((start & ((UINT64_C(1) << whole_bits) - 1)) == 0);
        }
    }
}

static void
check_shape(int shape, int whole_bits)
{
    uint64_t random = 1, *keys = nx_alloc(SAMPLE, sizeof *keys);
    uint64_t least = UINT64_MAX, most = 0;
    for (size_t i = 0; i < SAMPLE; i++) {
        keys[i] = shaped_key(shape, i, SAMPLE, &random);
        least = keys[i] < least ? keys[i] : least;
        most = keys[i] > most ? keys[i] : most;
    }
    nx_bucket_map map;
    CHECK_INT(
        nx_bucket_map_begin(&map, least, most, keys, SAMPLE, WANTED, whole_bits, NULL),
        NX_OK);
    check_map(&map, least, most, whole_bits);
    nx_bucket_map_end(&map);
    /* A sample that says nothing of the rest. */
    CHECK_INT(
        nx_bucket_map_begin(&map, 5, UINT64_MAX, &most, 1, WANTED, whole_bits, NULL),
        NX_OK);
    check_map(&map, 5, UINT64_MAX, whole_bits);
    nx_bucket_map_end(&map);
    nx_free(keys);
}

static void
test_buckets_are_ranges_in_order(void)
{
    for (int shape = 0; shape < KEY_SHAPES; shape++) {
        check_shape(shape, 0);
        check_shape(shape, 9);
        check_shape(shape, 40);
    }
}

/* Uniform keys, or those of floats that are uniform between 0 and 1: half of them have
 * one exponent. */
static uint64_t
dense_key(bool is_float, uint64_t *random)
{
    const uint64_t word = nx_test_random(random);
    const double value = (double)(word >> 11) * 0x1p-53;
    uint64_t key = word;
    if (is_float) {
        memcpy(&key, &value, sizeof key);
    }
    return key;
}

static void
test_buckets_are_about_equally_full(void)
{
    for (int is_float = 0; is_float < 2; is_float++) {
        uint64_t random = 2, *keys = nx_alloc(SAMPLE, sizeof *keys);
        uint64_t least = UINT64_MAX, most = 0;
        size_t *sizes = nx_alloc_zeroed(3 * WANTED + 3, sizeof *sizes), fullest = 0;
        for (size_t i = 0; i < SAMPLE; i++) {
            keys[i] = dense_key(is_float, &random);
            least = keys[i] < least ? keys[i] : least;
            most = keys[i] > most ? keys[i] : most;
        }
        nx_bucket_map map;
        CHECK_INT(nx_bucket_map_begin(&map, least, most, keys, SAMPLE, WANTED, 0, NULL),
                  NX_OK);
        /* Other keys than those of the sample. */
        for (size_t i = 0; i < SAMPLE; i++) {
            const uint64_t key = dense_key(is_float, &random);
            if (key >= least && key <= most) {
                const size_t size = ++sizes[nx_bucket_of(&map, key)];
                fullest = size > fullest ? size : fullest;
            }
        }
        CHECK(map.buckets >= WANTED / 2);
        CHECK(fullest <= 5 * SAMPLE / WANTED);
        nx_bucket_map_end(&map);
        nx_free(keys);
        nx_free(sizes);
    }
}

const nx_test nx_suite_bucket_map[] = {
    NX_TEST(test_buckets_are_ranges_in_order),
    NX_TEST(test_buckets_are_about_equally_full),
    {0},
};
