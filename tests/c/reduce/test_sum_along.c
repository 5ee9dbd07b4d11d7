#include "sum_testing.h"

static void
check_all(void)
{
    check_layouts(nx_sum_along);
    check_two_axes(nx_sum_along);
}

static void
test_sums_are_those_of_the_definition(void)
{
    with_every_lanes(check_all);
}

/* Many short outputs in a row, of doubles and of other types. */
static void
check_short(void)
{
    enum {
        OUTPUTS = 300
    };
    float items[OUTPUTS * 9];
    double wide[OUTPUTS * 9], sums[OUTPUTS];
    uint64_t seed = 4;
    for (size_t i = 0; i < OUTPUTS * 9; i++) {
        items[i] = (float)random_double(&seed);
        wide[i] = (double)items[i];
    }
    const nx_sum_terms square = {1, {NX_TERM_SQUARE}, NULL};
    const nx_reduce_part part = {0, OUTPUTS, 0, 0, 7};
    for (int gap = 0; gap < 3; gap += 2) {
        nx_reduce_view view;
        view_of_doubles(&view, wide, OUTPUTS, 7 + gap, 7, 1);
        nx_sum_along(&view, &square, &part, sums, OUTPUTS, NULL);
        for (size_t o = 0; o < OUTPUTS; o++) {
            int64_t taken;
            CHECK_SAME(sums[o], slow_output(wide + o * (size_t)(7 + gap), 1, NULL, NULL,
                                            false, 7, NX_TERM_SQUARE, 0, &taken));
        }
        double others[OUTPUTS];
        view.type = NX_ITEM_FLOAT32;
        view.data[NX_OF_ITEMS] = (const char *)items;
        view.kept[0].steps[NX_OF_ITEMS] /= 2;
        view.reduced[0].steps[NX_OF_ITEMS] /= 2;
        nx_sum_along(&view, &square, &part, others, OUTPUTS, NULL);
        CHECK(memcmp(sums, others, sizeof sums) == 0);
    }
}

static void
test_short_outputs(void)
{
    with_every_lanes(check_short);
}

const nx_test nx_suite_sum_along[] = {
    NX_TEST(test_sums_are_those_of_the_definition),
    NX_TEST(test_short_outputs),
    {0},
};
