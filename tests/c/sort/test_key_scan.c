#include "sort_testing.h"

#include "base/alloc.h"
#include "sort/key_scan.h"

static void
check_scan(const nx_sort_source *source, size_t n, bool descending, unsigned threads)
{
    nx_key_scan expected = {UINT64_MAX, 0, true, true}, scan;
    uint64_t last = 0;
    for (size_t i = 0; i < n; i++) {
        uint64_t key;
        nx_sort_keys(source, i, 1, descending, &key);
        expected.least = key < expected.least ? key : expected.least;
        expected.most = key > expected.most ? key : expected.most;
        expected.ascends &= i == 0 || last <= key;
        expected.falls &= i == 0 || last > key;
        last = key;
    }
    CHECK_INT(nx_scan_keys(source, n, descending, threads, NULL, &scan, NULL), NX_OK);
    CHECK(scan.least == expected.least && scan.most == expected.most);
    CHECK(scan.ascends == expected.ascends && scan.falls == expected.falls);
}

static void
test_every_shape_and_width(void)
{
    static const nx_sort_kind kinds[] = {NX_SORT_U64, NX_SORT_F64, NX_SORT_TIME,
                                         NX_SORT_I32, NX_SORT_F32, NX_SORT_U8};
    uint64_t random = 1;
    for (int shape = 0; shape < KEY_SHAPES; shape++) {
        for (size_t l = 1; l < SORT_LENGTHS && sort_lengths[l] <= 5000; l++) {
            const size_t n = sort_lengths[l];
            uint64_t *values = nx_alloc(n, sizeof *values);
            for (size_t i = 0; i < n; i++) {
                values[i] = shaped_key(shape, i, n, &random);
            }
            for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
                const nx_sort_source source = {values, 8, kinds[k], false};
                check_scan(&source, n, false, 1);
                check_scan(&source, n, true, 1);
            }
            nx_free(values);
        }
    }
}

static void
test_order_across_pieces(void)
{
    const size_t n = ((size_t)1 << 18) * 2 + 5;
    int32_t *values = nx_alloc(n, sizeof *values);
    const nx_sort_source source = {values, 4, NX_SORT_I32, false};
    for (size_t i = 0; i < n; i++) {
        values[i] = (int32_t)i;
    }
    check_scan(&source, n, false, 2);
    check_scan(&source, n, true, 1);
    for (size_t at = ((size_t)1 << 18) - 1; at <= (size_t)1 << 18; at++) {
        values[at] += 2; /* only the seam between two pieces is wrong */
        check_scan(&source, n, false, 2);
        values[at] -= 2;
    }
    values[(size_t)1 << 18]--; /* equal to the one before */
    check_scan(&source, n, false, 2);
    check_scan(&source, n, true, 2);
    nx_free(values);
}

const nx_test nx_suite_key_scan[] = {
    NX_TEST(test_every_shape_and_width),
    NX_TEST(test_order_across_pieces),
    {0},
};
