#include "group/group_words.h"

#include <string.h>

#include "group/group_texts.h"

enum {
    PIECE_BYTES = 1 << 18,
    WORD_BYTES = 8 /* of text for a word, about; only to judge whether threads pay */
};

typedef struct word_source {
    const uint8_t *text;
    size_t n;
    nx_word_rule rule;
} word_source;

static nx_status
run_words(const nx_group_job *job, nx_group_worker *worker, size_t piece,
          nx_error *error)
{
    const word_source *source = job->source;
    const size_t begin = piece * PIECE_BYTES, left = source->n - begin;
    nx_word_cursor cursor;
    nx_span words[NX_TABLE_BATCH];
    int64_t places[NX_TABLE_BATCH];
    uint32_t numbers[NX_TABLE_BATCH];
    nx_status status = NX_OK;
    size_t n;
    nx_word_cursor_begin_range(&cursor, source->text, source->n, begin,
                               begin + (left < PIECE_BYTES ? left : PIECE_BYTES),
                               source->rule);
    while (status == NX_OK &&
           (n = nx_word_cursor_next(&cursor, words, NX_TABLE_BATCH)) > 0) {
        for (size_t i = 0; i < n; i++) {
            places[i] = words[i].text - source->text;
        }
        const bool padded = source->text + source->n - words[n - 1].text >= 16;
        status =
            nx_text_table_put(&worker->table.texts, words, n, padded, numbers, error);
        if (status == NX_OK) {
            status = nx_groups_add(&worker->groups, numbers, n,
                                   worker->table.texts.count, 0, places, error);
        }
    }
    return status;
}

nx_status
nx_group_words(const uint8_t *text, size_t n, nx_word_rule rule, unsigned threads,
               const nx_wait *wait, nx_word_groups *result, nx_error *error)
{
    word_source source = {text, n, rule};
    const nx_group_job job = {
        .source = &source,
        .pieces = (n + PIECE_BYTES - 1) / PIECE_BYTES,
        .piece_items = PIECE_BYTES / WORD_BYTES,
        .items = n / WORD_BYTES,
        .codes = NULL,
        .want_counts = true,
        .begin = nx_group_texts_begin,
        .run = run_words,
        .move = nx_group_texts_move,
        .end = nx_group_texts_end,
    };
    nx_group_worker all;
    const nx_status status = nx_group_run(&job, threads, wait, &all, error);
    *result = (nx_word_groups){all.groups, all.table.texts};
    return status;
}

void
nx_word_groups_clear(nx_word_groups *groups)
{
    nx_groups_clear(&groups->groups);
    nx_text_table_clear(&groups->words);
}
