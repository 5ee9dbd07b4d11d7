#include "harness.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "sort/rank.h"

/* The rank of an item by the definition: from how many are less, and how many equal. */
static double
rank_of(const int *values, const uint8_t *missing, size_t n, size_t at,
        nx_rank_method method)
{
    size_t less = 0, equal = 0, before = 0, groups = 0;
    for (size_t i = 0; i < n; i++) {
        if (missing[i]) {
            continue;
        }
        less += values[i] < values[at];
        equal += values[i] == values[at];
        before += values[i] == values[at] && i < at;
        bool first = values[i] < values[at];
        for (size_t j = 0; j < i && first; j++) {
            first = missing[j] || values[j] != values[i];
        }
        groups += first;
    }
    switch (method) {
        case NX_RANK_AVERAGE:
            return (double)less + ((double)equal + 1) / 2;
        case NX_RANK_MIN:
            return (double)less + 1;
        case NX_RANK_MAX:
            return (double)(less + equal);
        case NX_RANK_DENSE:
            return (double)groups + 1;
        default:
            return (double)(less + before) + 1;
    }
}

/* Values of a few kinds in lanes, with their order and where equal ones begin. */
typedef struct ranked {
    size_t lanes, rows;
    int *values;
    uint8_t *missing, *begins;
    int64_t *order;
    double *averages;
    int64_t *ranks;
} ranked;

static void
make_ranked(ranked *r, size_t lanes, size_t rows, int most)
{
    const size_t n = lanes * rows;
    uint64_t random = n;
    *r = (ranked){lanes,     rows,          malloc(n * sizeof(int)), malloc(n),
                  malloc(n), malloc(n * 8), malloc(n * 8),           malloc(n * 8)};
    for (size_t i = 0; i < n; i++) {
        r->values[i] = (int)(nx_test_random(&random) % (unsigned)most);
        r->missing[i] = nx_test_random(&random) % 5 == 0;
    }
    for (size_t lane = 0; lane < lanes; lane++) {
        size_t at = lane * rows;
        for (int value = 0; value <= most; value++) { /* what is missing comes last */
            bool first = true;
            for (size_t i = 0; i < rows; i++) {
                const size_t place = lane * rows + i;
                const int now = r->missing[place] ? most : r->values[place];
                if (now == value) {
                    r->begins[at] = first;
                    r->order[at++] = (int64_t)i;
                    first = false;
                }
            }
        }
    }
}

static void
free_ranked(ranked *r)
{
    free(r->values);
    free(r->missing);
    free(r->begins);
    free(r->order);
    free(r->averages);
    free(r->ranks);
}

static void
check_item(const ranked *r, size_t lane, size_t row, nx_rank_method method)
{
    const size_t base = lane * r->rows, place = base + row;
    const double found =
        method == NX_RANK_AVERAGE ? r->averages[place] : (double)r->ranks[place];
    if (r->missing[place]) {
        CHECK(method == NX_RANK_AVERAGE ? isnan(found) : found == 0);
        return;
    }
    CHECK(found == rank_of(r->values + base, r->missing + base, r->rows, row, method));
}

static void
check(size_t lanes, size_t rows, int most, size_t step)
{
    ranked r;
    make_ranked(&r, lanes, rows, most);
    for (int method = NX_RANK_AVERAGE; method <= NX_RANK_ORDINAL; method++) {
        for (unsigned threads = 1; threads <= 2; threads++) {
            CHECK_INT(nx_rank(r.order, r.begins, r.missing, lanes, rows,
                              (nx_rank_method)method, r.averages, r.ranks, threads,
                              NULL, NULL),
                      NX_OK);
            for (size_t i = 0; i < lanes * rows; i += step) {
                check_item(&r, i / rows, i % rows, (nx_rank_method)method);
            }
        }
    }
    free_ranked(&r);
}

static void
test_every_method_against_its_definition(void)
{
    for (size_t rows = 1; rows < 20; rows++) {
        check(3, rows, 4, 1);
    }
    check(1, 200, 10, 1);
    check(2000, 20, 5, 77);
    check(2, 40000, 6, 3989);
    check(1, 40000, 1, 9973); /* a group over all pieces */
    CHECK_INT(nx_rank(NULL, NULL, NULL, 0, 5, NX_RANK_MIN, NULL, NULL, 1, NULL, NULL),
              NX_OK);
    CHECK_INT(nx_rank(NULL, NULL, NULL, 5, 0, NX_RANK_MIN, NULL, NULL, 1, NULL, NULL),
              NX_OK);
}

static bool
rank_all(void *context)
{
    const ranked *r = context;
    nx_error error;
    const nx_status status = nx_rank(r->order, r->begins, NULL, r->lanes, r->rows,
                                     NX_RANK_DENSE, NULL, r->ranks, 2, NULL, &error);
    CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    return status == NX_OK;
}

static void
test_allocation_failures(void)
{
    ranked r;
    make_ranked(&r, 1, 40000, 3);
    (void)rank_all(&r);
    nx_test_alloc_failures(rank_all, &r, 20);
    free_ranked(&r);
}

const nx_test nx_suite_rank[] = {
    NX_TEST(test_every_method_against_its_definition),
    NX_TEST(test_allocation_failures),
    {0},
};
