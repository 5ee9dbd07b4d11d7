#include "sort_testing.h"

#include "base/alloc.h"
#include "sort/sort_engine.h"

/* Every engine that this processor has. */
static size_t
engines(const nx_sort_engine *found[2])
{
    const nx_sort_engine *best = nx_sort_engine_for(nx_cpu_detect_without(NULL));
    found[0] = &nx_sort_engine_portable;
    found[1] = best;
    return best == found[0] ? 1 : 2;
}

static void
test_ranks_are_stable(void)
{
    const nx_sort_engine *found[2];
    const size_t count = engines(found);
    uint64_t random = 1;
    for (size_t e = 0; e < count; e++) {
        for (int shape = 0; shape < KEY_SHAPES; shape++) {
            for (size_t n = 1; n <= NX_RANKED_LENGTH; n++) {
                nx_rank_lanes lanes;
                for (size_t row = 0; row < NX_RANKED_ROWS; row++) {
                    for (size_t i = 0; i < n; i++) {
                        lanes.keys[i][row] = shaped_key(shape, i, n, &random);
                    }
                }
                found[e]->rank(&lanes, n);
                for (size_t row = 0; row < NX_RANKED_ROWS; row++) {
                    for (size_t i = 0; i < n; i++) {
                        const uint64_t key = lanes.keys[i][row];
                        uint64_t before = 0;
                        for (size_t j = 0; j < n; j++) {
                            const uint64_t other = lanes.keys[j][row];
                            before += other < key || (other == key && j < i);
                        }
                        CHECK_INT(lanes.ranks[i][row], before);
                    }
                }
            }
        }
    }
}

static void
test_bounds_and_falls(void)
{
    const nx_sort_engine *found[2];
    const size_t count = engines(found);
    uint64_t random = 2;
    for (size_t e = 0; e < count; e++) {
        for (int shape = 0; shape < KEY_SHAPES; shape++) {
            for (size_t n = 0; n < 70; n++) {
                uint64_t *wide = nx_alloc(n, sizeof *wide);
                uint32_t *narrow = nx_alloc(n, sizeof *narrow);
                uint64_t least = 1000, most = 1000, low = least, high = most;
                uint32_t least32 = 1000, most32 = 1000, low32 = 1000, high32 = 1000;
                for (size_t i = 0; i < n; i++) {
                    wide[i] = shaped_key(shape, i, n, &random);
                    narrow[i] = (uint32_t)wide[i];
                    low = wide[i] < low ? wide[i] : low;
                    high = wide[i] > high ? wide[i] : high;
                    low32 = narrow[i] < low32 ? narrow[i] : low32;
                    high32 = narrow[i] > high32 ? narrow[i] : high32;
                }
                found[e]->bound64(wide, n, &least, &most);
                found[e]->bound32(narrow, n, &least32, &most32);
                CHECK(least == low && most == high);
                CHECK(least32 == low32 && most32 == high32);
                uint64_t bits = 0;
                for (size_t i = 0; i < n; i++) {
                    bits |= wide[i] - 77;
                }
                CHECK(found[e]->spread64(wide, n, 77) == bits);
                size_t falls = 0, falls_narrow = 0;
                for (size_t i = 1; i < n; i++) {
                    falls += wide[i] < wide[i - 1];
                    falls_narrow += narrow[i] < narrow[i - 1];
                }
                CHECK_INT(found[e]->falls64(wide, n), falls);
                CHECK_INT(found[e]->falls32(narrow, n), falls_narrow);
                nx_free(wide);
                nx_free(narrow);
            }
        }
    }
}

static void
test_the_engine_follows_the_processor(void)
{
    const nx_sort_engine *now = nx_sort_engine_now();
    nx_sort_init(0);
    CHECK_STR(nx_sort_engine_now()->name, "portable");
    nx_sort_init(nx_cpu_detect_without(NULL));
    CHECK(nx_sort_engine_now() == nx_sort_engine_for(nx_cpu_detect_without(NULL)));
    nx_sort_init(now == &nx_sort_engine_portable ? 0 : nx_cpu_detect());
}

const nx_test nx_suite_sort_engine[] = {
    NX_TEST(test_ranks_are_stable),
    NX_TEST(test_bounds_and_falls),
    NX_TEST(test_the_engine_follows_the_processor),
    {0},
};
