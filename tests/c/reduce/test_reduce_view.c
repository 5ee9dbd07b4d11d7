#include "reduce_testing.h"

static void
test_sizes_of_items(void)
{
    CHECK_INT(nx_item_size(NX_ITEM_BOOL), 1);
    CHECK_INT(nx_item_size(NX_ITEM_UINT16), 2);
    CHECK_INT(nx_item_size(NX_ITEM_FLOAT16), 2);
    CHECK_INT(nx_item_size(NX_ITEM_FLOAT32), 4);
    CHECK_INT(nx_item_size(NX_ITEM_TIME), 8);
}

static void
test_axes_are_joined(void)
{
    nx_reduce_view view = {
        .data = {"", NULL, NULL},
        .kept_axes = 3,
        .reduced_axes = 4,
        .kept = {{1, {7, 0, 0}}, {4, {48, 0, 0}}, {1, {-1, 0, 0}}},
        .reduced = {{5, {600, 0, 0}},
                    {3, {-200, 0, 0}},
                    {2, {8, 0, 0}},
                    {6, {-8, 0, 0}}},
    };
    nx_reduce_view_simplify(&view);
    CHECK_INT(view.outputs, 4);
    CHECK_INT(view.length, 180);
    CHECK_INT(view.kept_axes, 1);
    CHECK_INT(view.kept[0].length, 4);
    CHECK_INT(view.reduced_axes, 4); /* 600 is not 3 * -200, 8 is not 6 * -8 */

    nx_reduce_view chain = {
        .data = {"", NULL, NULL},
        .reduced_axes = 3,
        .reduced = {{5, {-96, 1, 0}}, {3, {-32, 2, 0}}, {4, {-8, 3, 0}}},
    };
    nx_reduce_view_simplify(&chain);
    CHECK_INT(chain.outputs, 1);
    CHECK_INT(chain.kept_axes, 1);
    CHECK_INT(chain.kept[0].length, 1);
    CHECK_INT(chain.reduced_axes, 1);
    CHECK_INT(chain.reduced[0].length, 60);
    CHECK_INT(chain.reduced[0].steps[0], -8);

    /* The factors of a product count if there are any. */
    nx_reduce_view pair = {
        .data = {"", "", NULL},
        .reduced_axes = 2,
        .reduced = {{5, {24, 24, 0}}, {3, {8, -8, 0}}},
    };
    nx_reduce_view_simplify(&pair);
    CHECK_INT(pair.reduced_axes, 2);
}

static void
test_places_are_those_of_nested_loops(void)
{
    const nx_reduce_axis axes[3] = {
        {3, {100, -7, 0}}, {2, {-30, 11, 1}}, {4, {5, 0, 2}}};
    const char *const memory = (const char *)(uintptr_t)0x100000;
    const char *const base[NX_OPERANDS] = {memory, memory, NULL};
    for (size_t start = 0; start < 24; start++) {
        nx_reduce_place place;
        nx_reduce_place_at(&place, axes, 3, base, start);
        for (size_t n = start; n < start + 30;) {
            const size_t number = n % 24;
            const ptrdiff_t i = (ptrdiff_t)(number / 8),
                            j = (ptrdiff_t)(number / 4 % 2),
                            k = (ptrdiff_t)(number % 4);
            CHECK_INT(place.at[0] - memory, 100 * i - 30 * j + 5 * k);
            CHECK_INT(place.at[1] - memory, -7 * i + 11 * j);
            CHECK(place.at[2] == NULL);
            CHECK_INT(place.run, 4 - k);
            const size_t step = 1 + n % place.run;
            nx_reduce_place_advance(&place, step);
            n += step;
        }
    }
}

const nx_test nx_suite_reduce_view[] = {
    NX_TEST(test_sizes_of_items),
    NX_TEST(test_axes_are_joined),
    NX_TEST(test_places_are_those_of_nested_loops),
    {0},
};
