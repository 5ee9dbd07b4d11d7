/* Texts are compared one with the other. Where there are many needles, the first words
 * of all items are made before, and searched like numbers: two of them at most need
 * what is behind it, if there is any. */
#include <string.h>

#include "base/alloc.h"
#include "sort/search.h"

enum {
    PIECE = 1 << 10, /* needles that a worker takes at a time */
    WORDS_PART = 16, /* words are made for one needle in so many items, or more */
    BATCH = NX_TEXT_WORDS_BATCH
};

typedef struct texts_pass {
    const nx_sorted_items *items;
    size_t present;        /* items that have a value: the first ones */
    const uint64_t *words; /* of these; NULL if they are not worth it */
    const nx_order_column *needles;
    size_t count;
    bool right;
    int64_t *found;
} texts_pass;

static int64_t
place_of(const nx_sorted_items *items, size_t i)
{
    return items->sorter == NULL ? (int64_t)i : items->sorter[i];
}

/* A text without its padding, if it has some. */
static nx_span
trimmed(nx_text_order order, nx_span text)
{
    while (order != NX_TEXT_BY_BYTES && text.length > 0 &&
           text.text[text.length - 1] == 0) {
        text.length--;
    }
    if (order == NX_TEXT_BY_POINTS) {
        text.length = (text.length + 3) / 4 * 4; /* NULs of a point that is none */
    }
    return text;
}

/* ---- One needle ---- */

/* The first of items low .. high - 1 that is not before the needle; `high` if there is
 * none. */
static nx_status
find_by_text(const texts_pass *pass, nx_span needle, size_t low, size_t high,
             size_t *found, nx_error *error)
{
    const nx_sort_texts *texts = pass->items->column->texts;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int64_t place = place_of(pass->items, middle);
        nx_span item = {NULL, 0};
        const nx_status status = texts->load(texts->context, &place, 1, &item, error);
        if (status != NX_OK) {
            return status;
        }
        const int compared =
            nx_text_compare(texts->order, trimmed(texts->order, item), needle);
        if (compared < 0 || (compared == 0 && pass->right)) {
            low = middle + 1;
        }
        else {
            high = middle;
        }
    }
    *found = low;
    return NX_OK;
}

/* The end of the words that are equal to one, the first of which is at `low`. */
static size_t
words_alike(const uint64_t *words, size_t low, size_t n, uint64_t word)
{
    size_t step = 1;
    while (step < n - low && words[low + step] == word) {
        step *= 2;
    }
    size_t from = low + step / 2, end = step < n - low ? low + step : n;
    while (from + 1 < end) { /* the one at `from` is equal, the one at `end` is not */
        const size_t middle = from + (end - from) / 2;
        from = words[middle] == word ? middle : from;
        end = words[middle] == word ? end : middle;
    }
    return end;
}

/* ---- Batches ---- */

/* The places of needles, and their words if they are used. */
typedef struct needle_batch {
    int64_t places[BATCH];
    nx_span texts[BATCH];
    uint64_t words[BATCH];
    int64_t below[BATCH]; /* words of items that are less */
} needle_batch;

static nx_status
find_needle(const texts_pass *pass, const needle_batch *batch, size_t i, size_t *found,
            nx_error *error)
{
    const nx_sort_texts *texts = pass->needles->texts;
    const uint8_t *missing = pass->needles->missing;
    size_t low = 0, high = pass->present;
    if (missing != NULL && missing[batch->places[i]] != 0) {
        *found = pass->right ? pass->items->n : pass->present;
        return NX_OK;
    }
    if (pass->words != NULL) {
        low = (size_t)batch->below[i];
        if (low == high || pass->words[low] != batch->words[i]) {
            *found = low;
            return NX_OK;
        }
        high = words_alike(pass->words, low, high, batch->words[i]);
        if (nx_text_word_is_last(texts, 0, batch->words[i])) {
            *found = pass->right ? high : low;
            return NX_OK;
        }
    }
    return find_by_text(pass, trimmed(texts->order, batch->texts[i]), low, high, found,
                        error);
}

/* Words of the needles, and where they stand among those of the items. */
static nx_status
find_words(const texts_pass *pass, needle_batch *batch, size_t n, nx_error *error)
{
    const nx_sort_source words = {pass->words, sizeof *pass->words, NX_SORT_U64, false};
    const nx_sort_source wanted = {batch->words, sizeof batch->words[0], NX_SORT_U64,
                                   false};
    const nx_order_column column = {.numbers = &words};
    const nx_sorted_items items = {&column, pass->present, NULL};
    const nx_status status =
        nx_text_words(pass->needles->texts, batch->places, n, 0, batch->words, error);
    return status != NX_OK ? status
                           : nx_search_numbers(&items, &wanted, n, false, batch->below,
                                               1, NULL, error);
}

static nx_status
search_piece(void *context, size_t piece, unsigned worker, nx_error *error)
{
    const texts_pass *pass = context;
    const nx_sort_texts *texts = pass->needles->texts;
    const size_t start = piece * PIECE, left = pass->count - start;
    const size_t end = start + (left < PIECE ? left : PIECE);
    nx_status status = NX_OK;
    (void)worker;
    for (size_t first = start; first < end && status == NX_OK; first += BATCH) {
        const size_t n = end - first < BATCH ? end - first : BATCH;
        needle_batch batch;
        for (size_t i = 0; i < n; i++) {
            batch.places[i] = (int64_t)(first + i);
        }
        status = texts->load(texts->context, batch.places, n, batch.texts, error);
        if (status == NX_OK && pass->words != NULL) {
            status = find_words(pass, &batch, n, error);
        }
        for (size_t i = 0; i < n && status == NX_OK; i++) {
            size_t found = 0;
            status = find_needle(pass, &batch, i, &found, error);
            pass->found[first + i] = (int64_t)found;
        }
    }
    return status;
}

/* ---- Words of the items ---- */

typedef struct words_pass {
    const nx_sorted_items *items;
    size_t n;
    uint64_t *words;
} words_pass;

static nx_status
words_piece(void *context, size_t piece, unsigned worker, nx_error *error)
{
    const words_pass *pass = context;
    const size_t start = piece * PIECE, left = pass->n - start;
    const size_t n = left < PIECE ? left : PIECE;
    int64_t places[PIECE];
    (void)worker;
    for (size_t i = 0; i < n; i++) {
        places[i] = place_of(pass->items, start + i);
    }
    return nx_text_words(pass->items->column->texts, places, n, 0, pass->words + start,
                         error);
}

/* Items that are not missing: the others come behind them. */
static size_t
count_present(const nx_sorted_items *items)
{
    const uint8_t *missing = items->column->missing;
    size_t low = 0, high = items->n;
    while (missing != NULL && low < high) {
        const size_t middle = low + (high - low) / 2;
        if (missing[place_of(items, middle)] != 0) {
            high = middle;
        }
        else {
            low = middle + 1;
        }
    }
    return missing == NULL ? items->n : low;
}

/* Whether needles and items have words that can be compared. */
static bool
have_like_words(const nx_sort_texts *a, const nx_sort_texts *b)
{
    return a->order == b->order && a->point_bits == b->point_bits &&
           a->width == b->width;
}

nx_status
nx_search_texts(const nx_sorted_items *items, const nx_order_column *needles,
                size_t count, bool right, int64_t *found, unsigned threads,
                const nx_wait *wait, nx_error *error)
{
    texts_pass pass = {items, count_present(items), NULL, needles, count, right, found};
    uint64_t *words = NULL;
    nx_status status = NX_OK;
    if (count > pass.present / WORDS_PART &&
        have_like_words(items->column->texts, needles->texts)) {
        words = nx_alloc(pass.present, sizeof *words);
        if (words == NULL) {
            return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for %zu words",
                                pass.present);
        }
        words_pass make = {items, pass.present, words};
        status = nx_parallel_for((pass.present + PIECE - 1) / PIECE, threads,
                                 words_piece, &make, wait, error);
        pass.words = words;
    }
    if (status == NX_OK) {
        status = nx_parallel_for((count + PIECE - 1) / PIECE, threads, search_piece,
                                 &pass, wait, error);
    }
    nx_free(words);
    return status;
}
