#include "sum_testing.h"

static void
check_all(void)
{
    check_layouts(nx_sum_across);
    check_two_axes(nx_sum_across);
}

static void
test_sums_are_those_of_the_definition(void)
{
    with_every_lanes(check_all);
}

const nx_test nx_suite_sum_across[] = {
    NX_TEST(test_sums_are_those_of_the_definition),
    {0},
};
