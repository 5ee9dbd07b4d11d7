/* The table of loops, for every instruction set.
 *
 * A file that includes this has defined, for a term that is a constant,
 *   sum_block(term, x, y, n, c)   the sum of a block of n items with one c
 *   add_items(term, lanes, x, y, n, c)
 * and the functions join, take and widen of an engine.
 */

/* The three loops of a term, compiled for it alone. */
#define NX_LANES_LOOPS(name, term)                                                    \
    static double sum_##name(const double *x, const double *y, size_t n,              \
                             const double *c)                                         \
    {                                                                                 \
        return sum_block(term, x, y, n, nx_uses_c(term) ? *c : 0);                    \
    }                                                                                 \
    static void sum_rows_##name(const double *x, ptrdiff_t step, size_t n,            \
                                size_t rows, const double *c, double *sums)           \
    {                                                                                 \
        for (size_t i = 0; i < rows; i++, x += step) {                                \
            sums[i] = sum_block(term, x, x, n, nx_uses_c(term) ? c[i] : 0);           \
        }                                                                             \
    }                                                                                 \
    static void add_##name(double *lanes, const double *x, const double *y, size_t n, \
                           const double *c)                                           \
    {                                                                                 \
        add_items(term, lanes, x, y, n, c);                                           \
    }

NX_INLINE int
nx_uses_c(nx_term term)
{
    return term == NX_TERM_SCALED_SQUARE || term == NX_TERM_DEVIATION ||
           term == NX_TERM_SQUARE_DEVIATION;
}

NX_LANES_LOOPS(item, NX_TERM_ITEM)
NX_LANES_LOOPS(size, NX_TERM_SIZE)
NX_LANES_LOOPS(root, NX_TERM_ROOT)
NX_LANES_LOOPS(square, NX_TERM_SQUARE)
NX_LANES_LOOPS(product, NX_TERM_PRODUCT)
NX_LANES_LOOPS(scaled_square, NX_TERM_SCALED_SQUARE)
NX_LANES_LOOPS(deviation, NX_TERM_DEVIATION)
NX_LANES_LOOPS(square_deviation, NX_TERM_SQUARE_DEVIATION)

#define NX_LANES_TERMS                                                                 \
    {                                                                                  \
        [NX_TERM_ITEM] = {sum_item, sum_rows_item, add_item},                          \
        [NX_TERM_SIZE] = {sum_size, sum_rows_size, add_size},                          \
        [NX_TERM_ROOT] = {sum_root, sum_rows_root, add_root},                          \
        [NX_TERM_SQUARE] = {sum_square, sum_rows_square, add_square},                  \
        [NX_TERM_PRODUCT] = {sum_product, sum_rows_product, add_product},              \
        [NX_TERM_SCALED_SQUARE] = {sum_scaled_square, sum_rows_scaled_square,          \
                                   add_scaled_square},                                 \
        [NX_TERM_DEVIATION] = {sum_deviation, sum_rows_deviation, add_deviation},      \
        [NX_TERM_SQUARE_DEVIATION] = {sum_square_deviation, sum_rows_square_deviation, \
                                      add_square_deviation},                           \
    }
