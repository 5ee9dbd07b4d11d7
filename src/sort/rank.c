/* Lanes are cut into pieces, or short ones taken several at a time. A group of equal
 * items belongs to the piece that it begins in. Dense ranks depend on how many groups
 * there are before a piece, which is counted first. */
#include "sort/rank.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"

enum {
    PIECE = 1 << 14
};

typedef struct rank_pass {
    const int64_t *order;
    const uint8_t *begins, *missing;
    size_t lanes, rows;
    size_t pieces;      /* of a lane, if lanes are long, else 1 */
    size_t piece_lanes; /* of a piece, if they are short, else 1 */
    nx_rank_method method;
    double *averages;
    int64_t *ranks;
    int64_t
        *groups; /* by piece of long lanes: groups that begin in it, then before it */
} rank_pass;

/* The ranks of positions first .. end - 1 of a lane, whose items are equal; they are
 * group number `group`. */
static void
write_group(const rank_pass *pass, size_t base, size_t first, size_t end, int64_t group)
{
    const int64_t *const order = pass->order + base;
    if (pass->missing != NULL && pass->missing[base + (size_t)order[first]]) {
        for (size_t i = first; i < end; i++) {
            const size_t place = base + (size_t)order[i];
            if (pass->method == NX_RANK_AVERAGE) {
                pass->averages[place] = (double)NAN;
            }
            else {
                pass->ranks[place] = 0;
            }
        }
        return;
    }
    if (pass->method == NX_RANK_AVERAGE) {
        const double average = ((double)first + 1 + (double)end) / 2;
        for (size_t i = first; i < end; i++) {
            pass->averages[base + (size_t)order[i]] = average;
        }
        return;
    }
    const int64_t rank = pass->method == NX_RANK_MIN   ? (int64_t)first + 1
                         : pass->method == NX_RANK_MAX ? (int64_t)end
                                                       : group;
    const bool ordinal = pass->method == NX_RANK_ORDINAL;
    for (size_t i = first; i < end; i++) {
        pass->ranks[base + (size_t)order[i]] = ordinal ? (int64_t)i + 1 : rank;
    }
}

/* The groups that begin at positions first .. end - 1 of a lane, after `group` others.
 */
static void
rank_range(const rank_pass *pass, size_t base, size_t first, size_t end, int64_t group)
{
    const uint8_t *const begins = pass->begins + base;
    while (first < end && begins[first] == 0) {
        first++;
    }
    for (size_t last; first < end; first = last) {
        for (last = first + 1; last < pass->rows && begins[last] == 0;) {
            last++;
        }
        write_group(pass, base, first, last, ++group);
    }
}

/* Where a piece of a long lane is. */
static size_t
place_of(const rank_pass *pass, size_t item, size_t *first, size_t *end)
{
    *first = item % pass->pieces * PIECE;
    *end = pass->rows - *first < PIECE ? pass->rows : *first + PIECE;
    return item / pass->pieces * pass->rows;
}

static nx_status
count_piece(void *context, size_t item, unsigned worker, nx_error *error)
{
    const rank_pass *pass = context;
    size_t first, end;
    const size_t base = place_of(pass, item, &first, &end);
    int64_t groups = 0;
    (void)worker;
    (void)error;
    for (size_t i = first; i < end; i++) {
        groups += pass->begins[base + i] != 0;
    }
    pass->groups[item] = groups;
    return NX_OK;
}

static nx_status
rank_piece(void *context, size_t item, unsigned worker, nx_error *error)
{
    const rank_pass *pass = context;
    size_t first, end;
    (void)worker;
    (void)error;
    if (pass->rows > PIECE) {
        const size_t base = place_of(pass, item, &first, &end);
        rank_range(pass, base, first, end, pass->groups[item]);
        return NX_OK;
    }
    const size_t lane = item * pass->piece_lanes, left = pass->lanes - lane;
    const size_t lanes = left < pass->piece_lanes ? left : pass->piece_lanes;
    for (size_t i = lane; i < lane + lanes; i++) {
        rank_range(pass, i * pass->rows, 0, pass->rows, 0);
    }
    return NX_OK;
}

/* Counts the groups before every piece of long lanes. */
static nx_status
count_groups(rank_pass *pass, unsigned threads, const nx_wait *wait, nx_error *error)
{
    const size_t items = pass->lanes * pass->pieces;
    nx_status status = nx_parallel_for(items, threads, count_piece, pass, wait, error);
    int64_t before = 0;
    for (size_t item = 0; item < items && status == NX_OK; item++) {
        const int64_t groups = pass->groups[item];
        before = item % pass->pieces == 0 ? 0 : before;
        pass->groups[item] = before;
        before += groups;
    }
    return status;
}

nx_status
nx_rank(const int64_t *order, const uint8_t *begins, const uint8_t *missing,
        size_t lanes, size_t rows, nx_rank_method method, double *averages,
        int64_t *ranks, unsigned threads, const nx_wait *wait, nx_error *error)
{
    rank_pass pass = {order, begins, missing,  lanes, rows, 1,
                      1,     method, averages, ranks, NULL};
    if (lanes == 0 || rows == 0) {
        return NX_OK;
    }
    if (rows <= PIECE) {
        pass.piece_lanes = PIECE / rows;
        const size_t items = (lanes - 1) / pass.piece_lanes + 1;
        return nx_parallel_for(items, threads, rank_piece, &pass, wait, error);
    }
    pass.pieces = (rows - 1) / PIECE + 1;
    pass.groups = nx_alloc_zeroed(lanes * pass.pieces, sizeof *pass.groups);
    if (pass.groups == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to rank %zu items",
                            rows);
    }
    nx_status status = NX_OK;
    if (method == NX_RANK_DENSE) {
        status = count_groups(&pass, threads, wait, error);
    }
    if (status == NX_OK) {
        status = nx_parallel_for(lanes * pass.pieces, threads, rank_piece, &pass, wait,
                                 error);
    }
    nx_free(pass.groups);
    return status;
}
