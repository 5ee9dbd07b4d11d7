/* Groups of equal items: where each was first seen, and how many items it has.
 *
 * Groups are numbered in the order in which they are first seen, whatever the number of
 * threads: each worker numbers the groups of the pieces it takes, which come in
 * increasing order, and the groups of all are then put together by where they were seen
 * first.
 */
#ifndef NX_GROUP_GROUPS_H
#define NX_GROUP_GROUPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "hashtable/number_table.h"
#include "hashtable/text_table.h"
#include "thread/parallel.h"

/* Zero-initialised but perhaps for `want_counts`; ended by nx_groups_clear. */
typedef struct nx_groups {
    size_t count;
    size_t capacity;
    int64_t *first;  /* by group: the place of its first item */
    int64_t *counts; /* by group: its items; NULL if not wanted */
    bool want_counts;
    int64_t missing;       /* items that are in no group */
    int64_t first_missing; /* the place of the first of them; meaningless if there is
                              none */
} nx_groups;

void nx_groups_clear(nx_groups *groups);

/* Notes n items of the groups `numbers`, at most NX_TABLE_BATCH; new numbers follow the
 * last one in turn, and with these there are `count` groups. Item i is at places[i], or
 * at place + i if `places` is NULL. */
NX_MUST_CHECK nx_status nx_groups_add(nx_groups *groups, const uint32_t *numbers,
                                      size_t n, size_t count, int64_t place,
                                      const int64_t *places, nx_error *error);

/* Of n items from `first` on, `kept` are in groups, at increasing `places`: notes the
 * others as missing. */
void nx_groups_add_missing(nx_groups *groups, size_t first, size_t n,
                           const int64_t *places, size_t kept);

/* Makes the missing items, of which there are some, one group more, in its turn by the
 * first of them, and *number its number. Changes the n codes of the items accordingly;
 * `codes` may be NULL. */
NX_MUST_CHECK nx_status nx_groups_insert_missing(nx_groups *groups, int64_t *codes,
                                                 size_t n, size_t *number,
                                                 nx_error *error);

/* Writes the codes of such items, for all n of them; `far`: past the caches, for arrays
 * that are larger. */
void nx_group_put_codes(int64_t *codes, size_t first, size_t n, const uint32_t *numbers,
                        const int64_t *places, size_t kept, bool far);

/* What one worker has found. */
typedef struct nx_group_worker {
    nx_groups groups;
    union {
        nx_number_table numbers;
        nx_text_table texts;
    } table;
} nx_group_worker;

/* One grouping: how items are turned into numbers of groups. */
typedef struct nx_group_job {
    void *source;
    size_t pieces;      /* that workers take one at a time */
    size_t piece_items; /* codes of a piece; the last one may have fewer */
    size_t items;       /* codes in all */
    int64_t *codes;     /* by item: its group, or -1; NULL if not wanted */
    bool want_counts;
    /* Makes the table of a worker. */
    nx_status (*begin)(const struct nx_group_job *job, nx_group_worker *worker,
                       nx_error *error);
    /* Groups a piece. */
    nx_status (*run)(const struct nx_group_job *job, nx_group_worker *worker,
                     size_t piece, nx_error *error);
    /* The numbers that groups first .. first + n - 1 of a worker have in the table of
     * another one, which is given those it has not; n is at most NX_TABLE_BATCH. */
    nx_status (*move)(const struct nx_group_job *job, const nx_group_worker *from,
                      size_t first, size_t n, nx_group_worker *to, uint32_t *numbers,
                      nx_error *error);
    /* Releases the table of a worker. */
    void (*end)(nx_group_worker *worker);
} nx_group_job;

/* Groups items first .. first + n - 1, at most NX_TABLE_BATCH. */
typedef nx_status nx_group_batch(const nx_group_job *job, nx_group_worker *worker,
                                 size_t first, size_t n, nx_error *error);

/* Groups a piece of a job of which every item has a code, batch by batch. */
NX_MUST_CHECK nx_status nx_group_piece(const nx_group_job *job, nx_group_worker *worker,
                                       size_t piece, nx_group_batch *batch,
                                       nx_error *error);

/* Notes what a batch has shown: of n items from `first` on, `kept` at increasing
 * `places` (all of them if that is NULL) have these numbers in the worker's table,
 * which has `count` keys now. Writes the codes if they are wanted. */
NX_MUST_CHECK nx_status nx_group_note(const nx_group_job *job, nx_group_worker *worker,
                                      size_t first, size_t n, const uint32_t *numbers,
                                      size_t count, const int64_t *places, size_t kept,
                                      nx_error *error);

/* Runs a job on up to `threads` threads; `wait` may be NULL. On success *result is a
 * worker that has seen all, to be ended by the caller with nx_group_end; on failure it
 * holds nothing. */
NX_MUST_CHECK nx_status nx_group_run(const nx_group_job *job, unsigned threads,
                                     const nx_wait *wait, nx_group_worker *result,
                                     nx_error *error);

/* The same where the groups are all that is wanted: the table is released. *groups is
 * to be ended by nx_groups_clear, and holds nothing on failure. */
NX_MUST_CHECK nx_status nx_group_run_for_groups(const nx_group_job *job,
                                                unsigned threads, const nx_wait *wait,
                                                nx_groups *groups, nx_error *error);

/* Releases what a worker holds. */
void nx_group_end(const nx_group_job *job, nx_group_worker *worker);

#endif
