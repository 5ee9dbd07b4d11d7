/* The table of loops, for every instruction set.
 *
 * A file that includes this has defined, for a term that is a constant,
 *   sum_block(term, x, are_floats, y, n, c)   the sum of a block of n items with one c
 *   add_items(term, begin, lanes, x, y, n, c)
 *   sum_rows_at_once(term, x, step, n, rows, c, sums)   true if it has done the work of
 *                                                    sum_rows
 * and the functions join, take and widen of an engine.
 */

/* The three loops of a term, compiled for it alone. */
#define NX_LANES_LOOPS(name, term)                                                    \
    static double sum_##name(const double *x, const double *y, size_t n,              \
                             const double *c)                                         \
    {                                                                                 \
        return sum_block(term, x, false, y, n, nx_uses_c(term) ? *c : 0);             \
    }                                                                                 \
    static void sum_rows_##name(const double *x, ptrdiff_t step, size_t n,            \
                                size_t rows, const double *c, double *sums)           \
    {                                                                                 \
        if (sum_rows_at_once(term, x, step, n, rows, c, sums)) {                      \
            return;                                                                   \
        }                                                                             \
        for (size_t i = 0; i < rows; i++, x += step) {                                \
            sums[i] = sum_block(term, x, false, x, n, nx_uses_c(term) ? c[i] : 0);    \
        }                                                                             \
    }                                                                                 \
    static void begin_##name(double *lanes, const double *x, const double *y,         \
                             size_t n, const double *c)                               \
    {                                                                                 \
        add_items(term, true, lanes, x, y, n, c);                                     \
    }                                                                                 \
    static void add_##name(double *lanes, const double *x, const double *y, size_t n, \
                           const double *c)                                           \
    {                                                                                 \
        add_items(term, false, lanes, x, y, n, c);                                    \
    }

/* The sum of a block of floats. */
#define NX_LANES_FLOATS(name, term)                                            \
    static double sum_floats_##name(const float *x, size_t n, const double *c) \
    {                                                                          \
        return sum_block(term, x, true, NULL, n, nx_uses_c(term) ? *c : 0);    \
    }

NX_LANES_LOOPS(item, NX_TERM_ITEM)
NX_LANES_LOOPS(size, NX_TERM_SIZE)
NX_LANES_LOOPS(root, NX_TERM_ROOT)
NX_LANES_LOOPS(square, NX_TERM_SQUARE)
NX_LANES_LOOPS(product, NX_TERM_PRODUCT)
NX_LANES_LOOPS(scaled_square, NX_TERM_SCALED_SQUARE)
NX_LANES_LOOPS(deviation, NX_TERM_DEVIATION)
NX_LANES_LOOPS(square_deviation, NX_TERM_SQUARE_DEVIATION)

NX_LANES_FLOATS(item, NX_TERM_ITEM)
NX_LANES_FLOATS(size, NX_TERM_SIZE)
NX_LANES_FLOATS(root, NX_TERM_ROOT)
NX_LANES_FLOATS(square, NX_TERM_SQUARE)
NX_LANES_FLOATS(scaled_square, NX_TERM_SCALED_SQUARE)
NX_LANES_FLOATS(deviation, NX_TERM_DEVIATION)
NX_LANES_FLOATS(square_deviation, NX_TERM_SQUARE_DEVIATION)

#define NX_LANES_TERMS                                                               \
    {                                                                                \
        [NX_TERM_ITEM] = {sum_item, sum_floats_item, sum_rows_item, begin_item,      \
                          add_item},                                                 \
        [NX_TERM_SIZE] = {sum_size, sum_floats_size, sum_rows_size, begin_size,      \
                          add_size},                                                 \
        [NX_TERM_ROOT] = {sum_root, sum_floats_root, sum_rows_root, begin_root,      \
                          add_root},                                                 \
        [NX_TERM_SQUARE] = {sum_square, sum_floats_square, sum_rows_square,          \
                            begin_square, add_square},                               \
        [NX_TERM_PRODUCT] = {sum_product, NULL, sum_rows_product, begin_product,     \
                             add_product},                                           \
        [NX_TERM_SCALED_SQUARE] = {sum_scaled_square, sum_floats_scaled_square,      \
                                   sum_rows_scaled_square, begin_scaled_square,      \
                                   add_scaled_square},                               \
        [NX_TERM_DEVIATION] = {sum_deviation, sum_floats_deviation,                  \
                               sum_rows_deviation, begin_deviation, add_deviation},  \
        [NX_TERM_SQUARE_DEVIATION] = {sum_square_deviation,                          \
                                      sum_floats_square_deviation,                   \
                                      sum_rows_square_deviation,                     \
                                      begin_square_deviation, add_square_deviation}, \
    }
