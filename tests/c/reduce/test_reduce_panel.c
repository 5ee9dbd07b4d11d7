#include "reduce_testing.h"

#include "reduce/reduce_panel.h"

enum {
    LAYERS = 3,
    ROWS = 70,
    COLUMNS = 90,
    ALL = LAYERS * ROWS * COLUMNS
};

/* A view of layers, rows and columns; the rows are neighbours in memory. */
static void
view_of_panels(nx_reduce_view *view, const void *items, nx_item_type type,
               ptrdiff_t step)
{
    *view = (nx_reduce_view){
        .type = type,
        .data = {items, NULL, NULL},
        .kept_axes = 1,
        .reduced_axes = 3,
        .kept = {{1, {0, 0, 0}}},
        .reduced = {{LAYERS, {ROWS * COLUMNS * step, 0, 0}},
                    {ROWS, {step, 0, 0}},
                    {COLUMNS, {ROWS * step, 0, 0}}},
    };
    nx_reduce_view_simplify(view);
}

static void
test_items_are_in_c_order(void)
{
    double *const x = random_doubles(ALL, 1), panel[NX_PANEL_ITEMS + 1];
    float narrow[ALL];
    for (size_t i = 0; i < ALL; i++) {
        narrow[i] = (float)x[i];
    }
    for (int type = 0; type < 2; type++) {
        nx_reduce_view view;
        view_of_panels(&view, type ? (const void *)narrow : x,
                       type ? NX_ITEM_FLOAT32 : NX_ITEM_FLOAT64, type ? 4 : 8);
        CHECK_INT(view.reduced_axes, 3);
        CHECK(nx_panel_pays(&view));
        for (size_t begin = 0; begin < ALL; begin += 977) {
            for (size_t n = 1; n <= NX_PANEL_ITEMS; n = 3 * n + 5) {
                const size_t count = n < ALL - begin ? n : ALL - begin;
                panel[count] = 77;
                nx_panel_fill(&view, view.data, begin, count, panel);
                CHECK_SAME(panel[count], 77);
                for (size_t i = 0; i < count; i++) {
                    const size_t at = begin + i, layer = at / (ROWS * COLUMNS);
                    const size_t row = at / COLUMNS % ROWS, column = at % COLUMNS;
                    const size_t place = layer * ROWS * COLUMNS + column * ROWS + row;
                    CHECK_SAME(panel[i], type ? (double)narrow[place] : x[place]);
                }
            }
        }
    }
    free(x);
}

static void
test_when_panels_pay(void)
{
    nx_reduce_view view;
    static const double x[1];
    view_of_doubles(&view, x, 3, 1, 1000, 3);
    CHECK(!nx_panel_pays(&view)); /* one axis */
    view_of_panels(&view, x, NX_ITEM_FLOAT64, 8);
    view.skip_nan = true;
    CHECK(!nx_panel_pays(&view));
    view.skip_nan = false;
    view.reduced[1].steps[NX_OF_ITEMS] = 16 * ROWS * COLUMNS;
    CHECK(!nx_panel_pays(&view)); /* rows are further than columns */
    view_of_panels(&view, x, NX_ITEM_FLOAT64, 8);
    view.reduced[2].length = NX_PANEL_ITEMS;
    CHECK(!nx_panel_pays(&view)); /* not two rows in a panel */
}

const nx_test nx_suite_reduce_panel[] = {
    NX_TEST(test_items_are_in_c_order),
    NX_TEST(test_when_panels_pay),
    {0},
};
