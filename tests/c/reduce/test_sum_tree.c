#include "reduce_testing.h"

#include "reduce/reduce_plan.h"
#include "reduce/sum_tree.h"

/* The sum of values[0 .. n), a full tree and the rest. */
static double
slow_tree(const double *values, size_t n)
{
    size_t left = 1;
    if (n == 1) {
        return values[0];
    }
    while (2 * left < n) {
        left *= 2;
    }
    return slow_tree(values, left) + slow_tree(values + left, n - left);
}

static void
check_tree(void)
{
    enum {
        MOST = 130,
        WIDTH = 5
    };
    double *const x = random_doubles(MOST, 1);
    for (size_t n = 1; n <= MOST; n++) {
        for (size_t width = 1; width <= WIDTH; width += 4) {
            double levels[NX_TREE_LEVELS * WIDTH], row[WIDTH], sums[WIDTH];
            nx_sum_tree tree = {.engine = nx_lanes(), .width = width, .levels = levels};
            for (int again = 0; again < 2; again++) {
                for (size_t i = 0; i < n; i++) {
                    for (size_t j = 0; j < width; j++) {
                        row[j] = x[i] * (double)(1 << j);
                    }
                    nx_sum_tree_push(&tree, row);
                }
                nx_sum_tree_end(&tree, sums);
                for (size_t j = 0; j < width; j++) {
                    CHECK_SAME(sums[j], slow_tree(x, n) * (double)(1 << j));
                }
            }
        }
    }
    free(x);
}

static void
test_values_are_joined_pair_by_pair(void)
{
    with_every_lanes(check_tree);
}

/* Trees of pieces of a power of two, joined by a tree, are the tree of all. */
static void
test_pieces_make_the_same_tree(void)
{
    enum {
        MOST = 67
    };
    double *const x = random_doubles(MOST, 2);
    for (size_t piece = 1; piece <= 16; piece *= 2) {
        for (size_t n = 1; n <= MOST; n++) {
            double levels[NX_TREE_LEVELS], outer_levels[NX_TREE_LEVELS], sum;
            nx_sum_tree outer = {nx_lanes(), 1, 0, outer_levels};
            for (size_t begin = 0; begin < n; begin += piece) {
                nx_sum_tree inner = {nx_lanes(), 1, 0, levels};
                for (size_t i = begin; i < n && i < begin + piece; i++) {
                    sum = x[i];
                    nx_sum_tree_push(&inner, &sum);
                }
                nx_sum_tree_end(&inner, &sum);
                nx_sum_tree_push(&outer, &sum);
            }
            nx_sum_tree_end(&outer, &sum);
            CHECK_SAME(sum, slow_tree(x, n));
        }
    }
    free(x);
}

const nx_test nx_suite_sum_tree[] = {
    NX_TEST(test_values_are_joined_pair_by_pair),
    NX_TEST(test_pieces_make_the_same_tree),
    {0},
};
