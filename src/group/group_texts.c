#include "group/group_texts.h"

#include <string.h>

enum {
    PIECE_ITEMS = 1 << 16
};

/* Leaves the texts that are not missing, and their places; returns how many. */
static size_t
drop_missing(nx_span *texts, const uint8_t *missing, size_t first, size_t n,
             int64_t *places)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        texts[kept] = texts[i];
        places[kept] = (int64_t)(first + i);
        kept += missing[i] == 0;
    }
    return kept;
}

static nx_status
run_batch(const nx_group_job *job, nx_group_worker *worker, size_t first, size_t n,
          nx_error *error)
{
    const nx_text_items *items = job->source;
    nx_span texts[NX_TABLE_BATCH];
    uint8_t missing[NX_TABLE_BATCH];
    bool padded = false;
    int64_t places[NX_TABLE_BATCH];
    uint32_t numbers[NX_TABLE_BATCH];
    nx_status status =
        items->load(items->context, first, n, texts, missing, &padded, error);
    if (status != NX_OK) {
        return status;
    }
    const bool all = memchr(missing, 1, n) == NULL;
    const size_t kept = all ? n : drop_missing(texts, missing, first, n, places);
    status =
        nx_text_table_put(&worker->table.texts, texts, kept, padded, numbers, error);
    return status != NX_OK ? status
                           : nx_group_note(job, worker, first, n, numbers,
                                           worker->table.texts.count,
                                           all ? NULL : places, kept, error);
}

static nx_status
run_texts(const nx_group_job *job, nx_group_worker *worker, size_t piece,
          nx_error *error)
{
    return nx_group_piece(job, worker, piece, run_batch, error);
}

nx_status
nx_group_texts_begin(const nx_group_job *job, nx_group_worker *worker, nx_error *error)
{
    (void)job;
    (void)error;
    nx_text_table_begin(&worker->table.texts, nx_hash_seed_first());
    return NX_OK;
}

nx_status
nx_group_texts_move(const nx_group_job *job, const nx_group_worker *from, size_t first,
                    size_t n, nx_group_worker *to, uint32_t *numbers, nx_error *error)
{
    const nx_span *const texts = from->table.texts.texts + first;
    (void)job;
    return nx_text_table_put(&to->table.texts, texts, n, false, numbers, error);
}

void
nx_group_texts_end(nx_group_worker *worker)
{
    nx_text_table_clear(&worker->table.texts);
}

nx_status
nx_group_texts(const nx_text_items *items, int64_t *codes, bool want_counts,
               unsigned threads, const nx_wait *wait, nx_groups *groups,
               nx_error *error)
{
    nx_text_items source = *items;
    const nx_group_job job = {
        .source = &source,
        .pieces = (items->length + PIECE_ITEMS - 1) / PIECE_ITEMS,
        .piece_items = PIECE_ITEMS,
        .items = items->length,
        .codes = codes,
        .want_counts = want_counts,
        .begin = nx_group_texts_begin,
        .run = run_texts,
        .move = nx_group_texts_move,
        .end = nx_group_texts_end,
    };
    return nx_group_run_for_groups(&job, threads, wait, groups, error);
}
