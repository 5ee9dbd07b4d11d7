#include "reduce_testing.h"

#include "reduce/reduce_plan.h"

/* Every item of every output is in one part, and pieces are nodes of the tree. */
static void
check_plan(size_t outputs, ptrdiff_t output_step, size_t length, ptrdiff_t item_step)
{
    nx_reduce_view view;
    view_of_doubles(&view, NULL, outputs, output_step, length, item_step);
    const nx_reduce_plan plan = nx_reduce_plan_of(&view);
    size_t items = 0;
    size_t *const seen = calloc(outputs, sizeof *seen);
    for (size_t i = 0; i < plan.tiles * plan.pieces; i++) {
        const nx_reduce_part part = nx_reduce_plan_part(&plan, i);
        CHECK(part.width > 0 && part.length > 0);
        CHECK(part.output + part.width <= outputs);
        CHECK_INT(part.begin, part.number * plan.piece);
        CHECK_INT(part.begin % plan.piece, 0);
        CHECK(part.length == plan.piece || part.begin + part.length == length);
        CHECK(!plan.across || part.width <= NX_TILE);
        for (size_t o = part.output; o < part.output + part.width; o++) {
            CHECK_INT(seen[o], part.begin); /* pieces come in order */
            seen[o] += part.length;
        }
        items += part.width * part.length;
    }
    CHECK_INT(items, outputs * length);
    const size_t blocks = plan.piece / NX_LANES_BLOCK;
    CHECK_INT(plan.piece % NX_LANES_BLOCK, 0);
    CHECK_INT(blocks & (blocks - 1), 0);
    CHECK(blocks < (size_t)1 << (NX_PIECE_LEVELS - 1));
    free(seen);
}

static void
test_parts_cover_all(void)
{
    static const size_t sizes[] = {1, 2, 3, 8, 63, 64, 65, 1000, 1024, 1025, 70000};
    const size_t count = sizeof sizes / sizeof sizes[0];
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            const size_t outputs = sizes[i], length = sizes[j];
            check_plan(outputs, (ptrdiff_t)length, length, 1);
            check_plan(outputs, 1, length, (ptrdiff_t)outputs);
            check_plan(outputs, -1, length, -(ptrdiff_t)outputs);
        }
    }
}

static void
test_lines_are_not_crossed(void)
{
    nx_reduce_view view = {
        .type = NX_ITEM_FLOAT64,
        .data = {"", NULL, NULL},
        .kept_axes = 2,
        .reduced_axes = 1,
        .kept = {{3, {80000, 0, 0}}, {100, {8, 0, 0}}},
        .reduced = {{10, {8000, 0, 0}}},
    };
    nx_reduce_view_simplify(&view);
    const nx_reduce_plan plan = nx_reduce_plan_of(&view);
    CHECK(plan.across);
    CHECK_INT(plan.tiles, 6);
    for (size_t i = 0; i < 6; i++) {
        const nx_reduce_part part = nx_reduce_plan_part(&plan, i);
        CHECK_INT(part.output, i / 2 * 100 + i % 2 * 64);
        CHECK_INT(part.width, i % 2 == 0 ? 64 : 36);
    }
}

const nx_test nx_suite_reduce_plan[] = {
    NX_TEST(test_parts_cover_all),
    NX_TEST(test_lines_are_not_crossed),
    {0},
};
