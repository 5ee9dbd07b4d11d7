#include "reduce_testing.h"

#include "reduce/reduce_walk.h"

/* Collects what is walked over. */
typedef struct seen {
    double sum;
    size_t items, runs, longest;
    size_t width; /* of outputs side by side; 0: one output */
    double sums[64];
} seen;

static void
look(void *context, const nx_walked *run)
{
    seen *const s = context;
    const double *const x = run->items, *const y = run->factors;
    s->runs++;
    s->items += run->n;
    s->longest = run->n > s->longest ? run->n : s->longest;
    for (size_t i = 0; i < run->n; i++) {
        const bool in = run->flags == NULL || run->flags[i] != 0;
        const double term = in ? x[i] * (y == NULL ? 1 : y[i]) : 0;
        s->sum += term;
        if (s->width > 0) {
            s->sums[i % s->width] += term;
        }
    }
}

static void
test_along_an_output(void)
{
    enum {
        LENGTH = 100000
    };
    double *const x = malloc((2 * LENGTH + 1) * sizeof *x);
    for (size_t i = 0; i <= 2 * LENGTH; i++) {
        x[i] = (double)i;
    }
    nx_reduce_view view;
    view_of_doubles(&view, x, 2, LENGTH, LENGTH, 1);
    seen s = {0};
    nx_walk_along(&view, 1, 10, LENGTH - 10, look, &s);
    CHECK_INT(s.items, LENGTH - 10);
    CHECK_INT(s.longest, NX_LONG_RUN);
    CHECK(s.sum == (double)(LENGTH - 10) * (3.0 * LENGTH + 9) / 2);
    /* Steps, and what is not aligned, come in blocks of their own. */
    view_of_doubles(&view, x, 1, 1, LENGTH, 2);
    s = (seen){0};
    nx_walk_along(&view, 0, 0, LENGTH, look, &s);
    CHECK_INT(s.longest, NX_LANES_BLOCK);
    CHECK(s.sum == (double)LENGTH * (LENGTH - 1));
    char *const shifted = (char *)x + 1;
    memmove(shifted, x, LENGTH * sizeof *x);
    view_of_doubles(&view, (const double *)(const void *)shifted, 1, 1, LENGTH, 1);
    s = (seen){0};
    nx_walk_along(&view, 0, 0, LENGTH, look, &s);
    CHECK_INT(s.longest, NX_LANES_BLOCK);
    CHECK(s.sum == (double)LENGTH * (LENGTH - 1) / 2);
    free(x);
}

static void
test_factors_and_flags(void)
{
    double x[3000], y[3000];
    uint8_t flags[3000];
    double expected = 0;
    for (size_t i = 0; i < 3000; i++) {
        x[i] = (double)i;
        y[i] = (double)(i % 7);
        flags[i] = i % 3 == 0;
        expected += flags[i] ? x[i] * y[i] : 0;
    }
    nx_reduce_view view;
    view_of_doubles(&view, x, 1, 1, 3000, 1);
    view.data[NX_OF_FACTORS] = (const char *)y;
    view.data[NX_OF_TAKEN] = (const char *)flags;
    view.reduced[0].steps[NX_OF_FACTORS] = 8;
    view.reduced[0].steps[NX_OF_TAKEN] = 1;
    seen s = {0};
    nx_walk_along(&view, 0, 0, 3000, look, &s);
    CHECK(s.sum == expected);
    CHECK_INT(s.longest, NX_LANES_BLOCK);
}

static void
test_across_outputs(void)
{
    enum {
        ROWS = 500,
        WIDTH = 7,
        GAP = 9
    };
    double x[ROWS * GAP];
    for (size_t i = 0; i < ROWS * GAP; i++) {
        x[i] = (double)(i % 1000);
    }
    for (int gap = WIDTH; gap <= GAP; gap += GAP - WIDTH) {
        nx_reduce_view view;
        view_of_doubles(&view, x, WIDTH, 1, ROWS, gap);
        const nx_reduce_part part = {0, WIDTH, 0, 3, ROWS - 3};
        seen s = {.width = WIDTH};
        nx_walk_across(&view, &part, look, &s);
        CHECK_INT(s.items, WIDTH * (ROWS - 3));
        CHECK_INT(s.longest, gap == WIDTH ? NX_LANES_BLOCK / WIDTH * WIDTH : WIDTH);
        for (size_t o = 0; o < WIDTH; o++) {
            double sum = 0;
            for (size_t row = 3; row < ROWS; row++) {
                sum += x[row * (size_t)gap + o];
            }
            CHECK(s.sums[o] == sum);
        }
    }
}

static void
test_rows_of_few_items(void)
{
    double x[6000];
    uint64_t room[NX_LANES_BLOCK];
    nx_reduce_view view;
    view_of_doubles(&view, x, 2000, 3, 3, 1);
    nx_walked_rows rows = nx_walk_rows(&view, 5, 100, room);
    CHECK_INT(rows.rows, 100);
    CHECK(rows.items == x + 15);
    rows = nx_walk_rows(&view, 1900, 5000, room);
    CHECK_INT(rows.rows, 100);
    rows = nx_walk_rows(&view, 0, 5000, room);
    CHECK_INT(rows.rows, NX_LANES_BLOCK / 3);
    view_of_doubles(&view, x, 2, 4, 3, 1); /* a gap */
    CHECK_INT(nx_walk_rows(&view, 0, 2, room).rows, 0);
    view_of_doubles(&view, x, 2, 1000, 1000, 1); /* not two in a room */
    CHECK_INT(nx_walk_rows(&view, 0, 2, room).rows, 0);
    view_of_doubles(&view, x, 2, 3, 3, 1);
    view.data[NX_OF_TAKEN] = "";
    CHECK_INT(nx_walk_rows(&view, 0, 2, room).rows, 0);
}

const nx_test nx_suite_reduce_walk[] = {
    NX_TEST(test_along_an_output),
    NX_TEST(test_factors_and_flags),
    NX_TEST(test_across_outputs),
    NX_TEST(test_rows_of_few_items),
    {0},
};
