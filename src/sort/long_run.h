/* A long run of places while it is ordered by all workers, and its keys. */
#ifndef NX_SORT_LONG_RUN_H
#define NX_SORT_LONG_RUN_H

#include "sort/order_long.h"

enum {
    NX_LONG_PIECE = 1 << 14 /* places that a worker takes at a time */
};

typedef struct nx_long_run {
    nx_rows_job *job;
    nx_run run;
    int64_t *places; /* the part of the order that is the run's */
    size_t n;
    uint64_t *keys;       /* by position in the order made so far */
    uint64_t *more;       /* keys of a further column, then the keys in their order */
    int64_t *order;       /* positions in order of their keys */
    int64_t *before;      /* the places as they were, and scratch */
    uint64_t (*spans)[2]; /* by worker: the least and the greatest key */
    bool in_turn;         /* the places are each one more than the one before */
    nx_text_alphabet alphabet; /* of keys of texts, if they have one */
    size_t longest;            /* units of these from the offset on, as far as seen */
    bool packed;               /* the keys are of several columns ... */
    size_t next_column;        /* ... and this one tells ties of them apart */
} nx_long_run;

/* Makes the room for a run of a job; ended by nx_long_end. */
NX_MUST_CHECK nx_status nx_long_begin(nx_rows_job *job, const nx_run *run,
                                      nx_long_run *made, nx_error *error);
void nx_long_end(nx_long_run *run);

/* Where a piece of the run is; returns how many places it has. */
size_t nx_long_piece(const nx_long_run *run, size_t piece, size_t *first);

/* Runs `body` for every piece. */
NX_MUST_CHECK nx_status nx_long_pieces(nx_parallel_body body, void *context,
                                       const nx_long_run *run, nx_error *error);

/* The column that tells the places of the run apart next. */
const nx_order_column *nx_long_column(const nx_long_run *run);

/* Moves the offset of a run of texts to where they differ; *equal if they do not. */
NX_MUST_CHECK nx_status nx_long_skip_common(nx_long_run *run, bool *equal,
                                            nx_error *error);

/* Makes run->keys of the column of the run, and tells the least and the greatest of
 * them. Texts get an alphabet, if they can have one. */
NX_MUST_CHECK nx_status nx_long_keys(nx_long_run *run, uint64_t *least,
                                     uint64_t *greatest, nx_error *error);

/* Fills the bits that keys of least .. least + span, of numbers, do not use with those
 * of the columns that follow. Uses run->more. */
NX_MUST_CHECK nx_status nx_long_pack(nx_long_run *run, uint64_t least, uint64_t span,
                                     nx_error *error);

#endif
