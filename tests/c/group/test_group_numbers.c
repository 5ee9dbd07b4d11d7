#include "harness.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "group/group_numbers.h"

enum {
    MANY = 340000, /* more than five pieces */
    MOST_GROUPS = 400
};

/* What grouping means, item by item: `key_of` tells the key, or that there is none. */
typedef bool (*key_function)(const nx_number_items *items, size_t i, uint64_t *key);

static void
check_slowly(const nx_number_items *items, key_function key_of, unsigned threads)
{
    static uint64_t keys[MOST_GROUPS];
    static int64_t first[MOST_GROUPS], counts[MOST_GROUPS];
    int64_t *codes = malloc((items->length + 1) * sizeof *codes);
    size_t known = 0, missing = 0, first_missing = 0;
    nx_groups groups;
    nx_error error = {0};
    CHECK_INT(nx_group_numbers(items, codes, true, threads, NULL, &groups, &error),
              NX_OK);
    for (size_t i = 0; i < items->length && nx_test_failures() == 0; i++) {
        uint64_t key = 0;
        if (!key_of(items, i, &key)) {
            first_missing = missing++ == 0 ? i : first_missing;
            CHECK_INT(codes[i], -1);
            continue;
        }
        size_t group = 0;
        while (group < known && keys[group] != key) {
            group++;
        }
        if (group == known && known < MOST_GROUPS) {
            keys[known] = key;
            first[known] = (int64_t)i;
            counts[known++] = 0;
        }
        counts[group]++;
        CHECK_INT(codes[i], group);
    }
    CHECK_INT(groups.count, known);
    CHECK_INT(groups.missing, missing);
    if (missing > 0) {
        CHECK_INT(groups.first_missing, first_missing);
    }
    for (size_t i = 0; i < known && i < groups.count; i++) {
        CHECK_INT(groups.first[i], first[i]);
        CHECK_INT(groups.counts[i], counts[i]);
    }
    nx_groups_clear(&groups);
    free(codes);
}

static bool
int64_key(const nx_number_items *items, size_t i, uint64_t *key)
{
    *key = ((const uint64_t *)items->values)[i];
    return items->missing == NULL || items->missing[i] == 0;
}

static bool
time_key(const nx_number_items *items, size_t i, uint64_t *key)
{
    return int64_key(items, i, key) &&
           !(items->skip_nan && *key == (uint64_t)INT64_MIN);
}

static bool
double_key(const nx_number_items *items, size_t i, uint64_t *key)
{
    double value = ((const double *)items->values)[i];
    if (isnan(value)) {
        *key = 1; /* no double of the tests has these bits */
        return !items->skip_nan;
    }
    value = value == 0 ? 0 : value;
    memcpy(key, &value, sizeof *key);
    return items->missing == NULL || items->missing[i] == 0;
}

/* Values of all kinds of ranges: dense, dense around 0, scattered, in runs, one only.
 */
static int64_t
value_of(int shape, size_t i, uint64_t *random)
{
    const uint64_t draw = nx_test_random(random) % 100;
    switch (shape) {
        case 0:
            return (int64_t)draw;
        case 1:
            return (int64_t)draw - 50;
        case 2:
            return (int64_t)(draw * UINT64_C(0x9E3779B97F4A7C15));
        case 3:
            return (int64_t)(i / 4000) * 3 + INT64_MAX / 2;
        case 4:
            return draw == 0 ? INT64_MIN : INT64_MAX - (int64_t)draw;
        default:
            return -1;
    }
}

enum {
    SHAPES = 6
};

static void
test_integers_on_any_number_of_threads(void)
{
    static const size_t lengths[] = {0, 1, 5, 255, 256, 257, 65536, 65537, MANY};
    int64_t *values = nx_alloc(MANY, sizeof *values);
    for (int shape = 0; shape < SHAPES; shape++) {
        uint64_t random = 7;
        for (size_t i = 0; i < MANY; i++) {
            values[i] = value_of(shape, i, &random);
        }
        for (size_t n = 0; n < sizeof lengths / sizeof lengths[0]; n++) {
            const nx_number_items items = {NX_KEY_64, values, NULL, false, lengths[n]};
            for (unsigned threads = 1; threads <= 8; threads *= 2) {
                check_slowly(&items, int64_key, threads);
            }
        }
    }
    nx_free(values);
}

static void
test_missing_items_are_in_no_group(void)
{
    int64_t *values = nx_alloc(MANY, sizeof *values);
    uint8_t *missing = nx_alloc(MANY, 1);
    uint64_t random = 3;
    for (size_t i = 0; i < MANY; i++) {
        values[i] = value_of((int)(i % 2), i, &random);
        values[i] = values[i] == 17 ? INT64_MIN : values[i];
        missing[i] = (uint8_t)(nx_test_random(&random) % 5 == 0 ? 255 : 0);
    }
    for (unsigned threads = 1; threads <= 2; threads++) {
        for (int skip = 0; skip < 2; skip++) {
            const nx_number_items times = {NX_KEY_TIME, values, missing, skip, MANY};
            check_slowly(&times, time_key, threads);
            const nx_number_items all = {NX_KEY_TIME, values, NULL, skip, MANY};
            check_slowly(&all, time_key, threads);
        }
        const nx_number_items numbers = {NX_KEY_64, values, missing, true, MANY};
        check_slowly(&numbers, int64_key, threads);
    }
    memset(missing, 1, MANY);
    const nx_number_items none = {NX_KEY_64, values, missing, true, MANY};
    check_slowly(&none, int64_key, 2);
    nx_free(values);
    nx_free(missing);
}

static void
test_floats_are_equal_as_numbers(void)
{
    double *values = nx_alloc(MANY, sizeof *values);
    uint64_t random = 11;
    for (size_t i = 0; i < MANY; i++) {
        const uint64_t draw = nx_test_random(&random) % 100;
        values[i] = draw == 0   ? 0.0
                    : draw == 1 ? -0.0
                    : draw == 2 ? (double)NAN
                    : draw == 3 ? -(double)NAN
                    : draw == 4 ? (double)INFINITY
                    : draw == 5 ? -(double)INFINITY
                                : (double)draw / 7 - 20;
    }
    for (int skip = 0; skip < 2; skip++) {
        const nx_number_items items = {NX_KEY_FLOAT64, values, NULL, skip, MANY};
        check_slowly(&items, double_key, 1);
        check_slowly(&items, double_key, 4);
    }
    nx_free(values);
}

/* All values of 16 bits, and as many of 32, twice: integers and floats of those widths.
 */
static void
test_every_small_value(void)
{
    enum {
        ALL = 1 << 16
    };
    uint16_t *small = nx_alloc(2 * ALL, sizeof *small);
    uint32_t *wide = nx_alloc(2 * ALL, sizeof *wide);
    int64_t *codes = nx_alloc(2 * ALL, sizeof *codes);
    for (uint32_t i = 0; i < 2 * ALL; i++) {
        small[i] = (uint16_t)i;
        wide[i] = (i % ALL) << 16; /* float32 with these upper bits */
    }
    static const nx_key_kind kinds[] = {NX_KEY_16, NX_KEY_FLOAT16, NX_KEY_FLOAT32,
                                        NX_KEY_32};
    /* Half floats have 2046 NaNs, the floats here 254; both have two zeros. */
    static const size_t expected[] = {ALL, ALL - 2045 - 1, ALL - 253 - 1, ALL};
    for (size_t k = 0; k < 4; k++) {
        const bool is_small = kinds[k] == NX_KEY_16 || kinds[k] == NX_KEY_FLOAT16;
        const nx_number_items items = {
            kinds[k], is_small ? (void *)small : (void *)wide, NULL, false, 2 * ALL};
        nx_groups groups;
        CHECK_INT(nx_group_numbers(&items, codes, false, 1, NULL, &groups, NULL),
                  NX_OK);
        CHECK_INT(groups.count, expected[k]);
        for (size_t i = 0; i < ALL; i++) {
            CHECK_INT(codes[i], codes[ALL + i]);
        }
        nx_groups_clear(&groups);
    }
    nx_free(small);
    nx_free(wide);
    nx_free(codes);
}

static void
test_bools_are_true_or_not(void)
{
    static const uint8_t values[] = {0, 1, 2, 255, 0};
    static const int64_t expected[] = {0, 1, 1, 1, 0};
    int64_t codes[5];
    nx_groups groups;
    const nx_number_items items = {NX_KEY_BOOL, values, NULL, false, 5};
    CHECK_INT(nx_group_numbers(&items, codes, false, 1, NULL, &groups, NULL), NX_OK);
    CHECK(memcmp(codes, expected, sizeof expected) == 0);
    nx_groups_clear(&groups);
}

/* Where nearly every value is another one, threads are not used, or give the same. */
static void
test_many_groups_on_any_number_of_threads(void)
{
    int64_t *values = nx_alloc(MANY, sizeof *values);
    int64_t *codes[2] = {nx_alloc(MANY, sizeof **codes),
                         nx_alloc(MANY, sizeof **codes)};
    for (uint64_t range = 1000; range <= 1000 * 1000; range *= 10) {
        uint64_t random = range;
        for (size_t i = 0; i < MANY; i++) {
            values[i] = (int64_t)(nx_test_random(&random) % range *
                                  UINT64_C(0x9E3779B97F4A7C15));
        }
        const nx_number_items items = {NX_KEY_64, values, NULL, false, MANY};
        nx_groups one, several;
        CHECK_INT(nx_group_numbers(&items, codes[0], true, 1, NULL, &one, NULL), NX_OK);
        for (unsigned threads = 2; threads <= 8; threads *= 2) {
            CHECK_INT(
                nx_group_numbers(&items, codes[1], true, threads, NULL, &several, NULL),
                NX_OK);
            CHECK_INT(several.count, one.count);
            CHECK(memcmp(one.first, several.first, one.count * sizeof *one.first) == 0);
            CHECK(memcmp(one.counts, several.counts, one.count * sizeof *one.first) ==
                  0);
            CHECK(memcmp(codes[0], codes[1], MANY * sizeof **codes) == 0);
            nx_groups_clear(&several);
        }
        nx_groups_clear(&one);
    }
    nx_free(values);
    nx_free(codes[0]);
    nx_free(codes[1]);
}

/* Asks to stop when it is called for the third time. */
static bool
third_time(void *context)
{
    int *calls = context;
    return ++*calls < 3;
}

static void
test_a_call_that_is_cancelled_leaves_nothing(void)
{
    enum {
        LONG = 4 * 1000 * 1000
    };
    int64_t *values = nx_alloc(LONG, sizeof *values);
    int64_t *codes = nx_alloc(LONG, sizeof *codes);
    for (size_t i = 0; i < LONG; i++) {
        values[i] = (int64_t)(i % 5000 * UINT64_C(0x9E3779B97F4A7C15));
    }
    const nx_number_items items = {NX_KEY_64, values, NULL, false, LONG};
    for (unsigned threads = 1; threads <= 4; threads++) {
        nx_cancel cancel = {false};
        int calls = 0;
        const nx_wait wait = {
            .poll = third_time, .context = &calls, .interval_ms = 1, .cancel = &cancel};
        nx_groups groups;
        nx_error error;
        const size_t before = nx_alloc_live_blocks();
        const nx_status status =
            nx_group_numbers(&items, codes, true, threads, &wait, &groups, &error);
        /* A machine quick enough is done before it is asked. */
        CHECK(status == NX_ERR_CANCELLED || (status == NX_OK && calls < 3));
        CHECK(status == NX_OK || (groups.first == NULL && groups.count == 0));
        nx_groups_clear(&groups);
        CHECK_INT(nx_alloc_live_blocks(), before);
    }
    nx_free(values);
    nx_free(codes);
}

typedef struct failing {
    nx_number_items items;
    unsigned threads;
} failing;

static bool
group_them(void *context)
{
    static int64_t codes[MANY];
    const failing *given = context;
    nx_groups groups;
    nx_error error = {0};
    const nx_status status = nx_group_numbers(&given->items, codes, true,
                                              given->threads, NULL, &groups, &error);
    CHECK(status == NX_OK || (status == NX_ERR_MEMORY && groups.first == NULL));
    nx_groups_clear(&groups);
    return status == NX_OK;
}

static void
test_allocation_failures(void)
{
    int64_t *values = malloc(MANY * sizeof *values);
    for (int shape = 0; shape < 3; shape++) {
        uint64_t random = 5;
        for (size_t i = 0; i < MANY; i++) {
            values[i] = value_of(shape, i, &random);
        }
        for (unsigned threads = 1; threads <= 2; threads++) {
            failing given = {{NX_KEY_64, values, NULL, false, MANY}, threads};
            CHECK(group_them(&given)); /* makes the threads of the pool */
            nx_test_alloc_failures(group_them, &given, 80);
        }
    }
    free(values);
}

const nx_test nx_suite_group_numbers[] = {
    NX_TEST(test_integers_on_any_number_of_threads),
    NX_TEST(test_missing_items_are_in_no_group),
    NX_TEST(test_floats_are_equal_as_numbers),
    NX_TEST(test_every_small_value),
    NX_TEST(test_bools_are_true_or_not),
    NX_TEST(test_many_groups_on_any_number_of_threads),
    NX_TEST(test_a_call_that_is_cancelled_leaves_nothing),
    NX_TEST(test_allocation_failures),
    {0},
};
