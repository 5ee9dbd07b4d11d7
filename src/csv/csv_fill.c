#include "csv/csv_fill.h"

#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "thread/pool.h"
#include "thread/thread.h"

/* What one worker needs for itself; the arrays have an item for each target. */
typedef struct fill_worker {
    nx_csv_block block;
    nx_slabs *slabs;
    nx_class_set *known; /* classes of the column when the chunk was begun */
    bool all_known;      /* ... which were those of all chunks before it */
} fill_worker;

typedef enum fill_kind {
    COUNT_ROWS,
    FIRST_PASS,
    FIX_UP
} fill_kind;

/* One pass over the chunks. */
typedef struct fill_pass {
    nx_csv_fill *fill;
    const nx_wait *wait;
    fill_worker *workers;
    size_t cells; /* of the grid */
    bool waits;   /* errors of values are judged at the end, see nx_csv_targets_wait */
    fill_kind kind;
    nx_csv_relay relay;
    nx_mutex lock;   /* guards what follows, and the targets' classes */
    bool *finished;  /* by chunk */
    size_t in_order; /* chunks before this one are all finished */
} fill_pass;

/* The first pass has seen every field: a record that breaks or a field that widens
 * a type later on was written meanwhile. */
static nx_status
source_changed(nx_error *error)
{
    return nx_error_set(error, NX_ERR_CHANGED, 113,
                        "the source was changed while it was read");
}

static nx_status
no_memory(nx_error *error)
{
    return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for the workers");
}

/* ---- One chunk ---- */

/* Rows are counted by their ends alone, so broken records may be more than there is
 * room for. Good ones never are, unless a broken one stands before them. */
static bool
has_room(const nx_csv_fill *fill, const nx_csv_chunk *chunk, const nx_csv_block *block)
{
    return fill->target_count == 0 ||
           chunk->first_row + block->good_rows <= fill->targets[0].rows;
}

static nx_status
fill_columns(fill_pass *pass, size_t chunk_index, fill_worker *worker, nx_error *error)
{
    const nx_csv_fill *fill = pass->fill;
    const nx_csv_chunk *chunk = &fill->chunks[chunk_index];
    nx_error first = {0};
    const bool any =
        worker->block.good_rows > 0 && has_room(fill, chunk, &worker->block);
    for (size_t i = 0; any && i < fill->target_count; i++) {
        nx_csv_written *written = &fill->written[chunk_index * fill->target_count + i];
        const nx_csv_chunk_column at = {
            .shape = fill->shape,
            .chunk_index = chunk_index,
            .chunk = chunk,
            .block = &worker->block,
            .target = &fill->targets[i],
            .slabs = &worker->slabs[i],
            .known = worker->known[i],
            .decides = worker->all_known && pass->kind == FIRST_PASS,
        };
        if (pass->kind == FIX_UP &&
            nx_csv_target_is_final(at.target, (nx_type)written->type, at.known)) {
            continue;
        }
        nx_error found = {0};
        const nx_status status = nx_csv_chunk_column_fill(&at, written, &found);
        if (status == NX_ERR_VALUE && pass->waits) {
            nx_csv_notes_add_error(&at.target->notes, &found);
        }
        else if (status != NX_OK) {
            nx_csv_error_keep_first(&found, &first);
        }
        else if (pass->kind == FIX_UP &&
                 !nx_csv_target_is_final(at.target, (nx_type)written->type, at.known)) {
            return source_changed(error);
        }
    }
    if (worker->block.bad_status != NX_OK) {
        nx_error bad = worker->block.bad;
        bad.record = chunk->first_row + worker->block.bad_row;
        bad.byte += chunk->offset;
        nx_csv_error_keep_first(&bad, &first);
    }
    if (first.status != NX_OK && error != NULL) {
        *error = first;
    }
    return first.status;
}

static bool
needs_fix_up(const nx_csv_fill *fill, size_t chunk_index)
{
    const bool empty = fill->chunks[chunk_index].rows == 0;
    for (size_t i = 0; !empty && i < fill->target_count; i++) {
        const size_t at = chunk_index * fill->target_count + i;
        const nx_csv_target *target = &fill->targets[i];
        if (!nx_csv_target_is_final(target, (nx_type)fill->written[at].type,
                                    target->classes)) {
            return true;
        }
    }
    return false;
}

/* Takes note of what the columns have shown so far. */
static void
begin_chunk(fill_pass *pass, size_t chunk_index, fill_worker *worker)
{
    nx_mutex_lock(&pass->lock);
    worker->all_known = pass->in_order == chunk_index;
    for (size_t i = 0; i < pass->fill->target_count; i++) {
        worker->known[i] = pass->fill->targets[i].classes;
    }
    nx_mutex_unlock(&pass->lock);
}

/* Adds what the chunk has shown, once everything before it has been added. */
static void
finish_chunk(fill_pass *pass, size_t chunk_index)
{
    const nx_csv_fill *fill = pass->fill;
    nx_mutex_lock(&pass->lock);
    pass->finished[chunk_index] = true;
    while (pass->in_order < pass->cells && pass->finished[pass->in_order]) {
        const size_t first = pass->in_order++ * fill->target_count;
        for (size_t i = 0; i < fill->target_count; i++) {
            fill->targets[i].classes |= fill->written[first + i].classes;
        }
    }
    nx_mutex_unlock(&pass->lock);
}

/* Finds the records of a chunk, in its turn, and hands over to the next one. */
static nx_status
place_chunk(fill_pass *pass, size_t item, nx_csv_block *block, nx_csv_chunk *chunk,
            nx_error *error)
{
    const nx_csv_fill *fill = pass->fill;
    const uint64_t end = nx_csv_grid_cell_end(&fill->grid, item);
    const nx_status status =
        nx_csv_block_index(block, fill->source, end, fill->shape, chunk, error);
    if (status != NX_OK) {
        return status;
    }
    const uint64_t left = fill->row_limit - chunk->first_row;
    const bool enough = chunk->rows >= left;
    chunk->rows = enough ? (uint32_t)left : chunk->rows;
    if (chunk->rows > 0 && chunk->first_row == 0) {
        /* Every other chunk gets its place later, and with it this. */
        const double density = (double)chunk->rows / (double)chunk->bytes;
        const uint64_t bytes = fill->grid.end - fill->grid.start;
        const bool only = pass->cells == 1;
        nx_csv_targets_expect(fill->targets, fill->target_count,
                              only ? chunk->rows : (uint64_t)((double)bytes * density),
                              only);
    }
    nx_csv_relay_pass(&pass->relay, chunk);
    if (enough) {
        nx_csv_relay_close(&pass->relay);
    }
    return NX_OK;
}

/* Waits for the place of a chunk, guessing meanwhile; *placed tells if there is one. */
static nx_status
find_chunk(fill_pass *pass, size_t item, nx_csv_block *block, bool *placed,
           nx_error *error)
{
    const nx_csv_fill *fill = pass->fill;
    const nx_csv_grid *grid = &fill->grid;
    nx_status status = NX_OK;
    if (!nx_csv_relay_is_ready(&pass->relay, item)) {
        const uint64_t end = nx_csv_grid_cell_end(grid, item);
        const uint64_t begin = grid->start + (uint64_t)item * grid->cell_bytes;
        status = nx_csv_block_guess(block, fill->source, begin, end,
                                    grid->cell_bytes / 32, fill->shape, error);
    }
    nx_csv_clock_enter(&block->clock, NX_CSV_STAGE_WAIT);
    *placed = nx_csv_relay_take(&pass->relay, item, &fill->chunks[item]);
    nx_csv_clock_enter(&block->clock, NX_CSV_STAGE_INDEX);
    if (!*placed) {
        return NX_OK; /* an error has come before this one, or no rows are wanted */
    }
    return status != NX_OK ? status
                           : place_chunk(pass, item, block, &fill->chunks[item], error);
}

/* True when there are more rows than the first ones promised. */
static bool
is_underestimated(const nx_csv_fill *fill, const nx_csv_chunk *chunk,
                  const nx_csv_block *block)
{
    return fill->target_count > 0 && fill->targets[0].estimated &&
           !has_room(fill, chunk, block);
}

/* Writes a chunk whose records have been found. */
static nx_status
fill_chunk(fill_pass *pass, size_t item, fill_worker *worker, nx_error *error)
{
    const nx_csv_fill *fill = pass->fill;
    const nx_csv_chunk *chunk = &fill->chunks[item];
    nx_csv_clock_enter(&worker->block.clock, NX_CSV_STAGE_CONVERT);
    nx_status status = nx_csv_block_split(&worker->block, fill->shape, chunk, error);
    if (status == NX_OK && is_underestimated(fill, chunk, &worker->block)) {
        status = no_memory(error);
    }
    if (status == NX_OK) {
        begin_chunk(pass, item, worker);
        status = fill_columns(pass, item, worker, error);
    }
    if (status == NX_OK) {
        finish_chunk(pass, item);
        nx_wait_advance(pass->wait, chunk->bytes);
    }
    return status;
}

/* The first pass over one chunk, or the count of its rows. */
static nx_status
read_chunk(void *context, size_t item, unsigned worker_number, nx_error *error)
{
    fill_pass *pass = context;
    fill_worker *worker = &pass->workers[worker_number];
    bool placed;
    nx_status status = find_chunk(pass, item, &worker->block, &placed, error);
    if (status == NX_OK && placed && pass->kind == FIRST_PASS) {
        status = fill_chunk(pass, item, worker, error);
    }
    if (status != NX_OK) {
        /* The place may not have been passed on, and chunks that were taken and not
         * yet begun are dropped by the loop: nobody may wait for theirs. */
        nx_csv_relay_close(&pass->relay);
    }
    nx_csv_clock_enter(&worker->block.clock, NX_CSV_STAGE_NONE);
    return status;
}

/* The fix-up of one chunk. */
static nx_status
fix_chunk(void *context, size_t item, unsigned worker_number, nx_error *error)
{
    fill_pass *pass = context;
    fill_worker *worker = &pass->workers[worker_number];
    const nx_csv_fill *fill = pass->fill;
    if (!needs_fix_up(fill, item)) {
        return NX_OK;
    }
    worker->block.clock.again = true;
    nx_status status = nx_csv_block_reload(&worker->block, fill->source,
                                           &fill->chunks[item], fill->shape, error);
    if (status == NX_OK) {
        begin_chunk(pass, item, worker);
        status = fill_columns(pass, item, worker, error);
    }
    nx_csv_clock_enter(&worker->block.clock, NX_CSV_STAGE_NONE);
    return status;
}

/* ---- The deciding fields ---- */

/* The chunk that brings the classes of a column to its final type, or the number
 * of chunks if there is no value; *before is what the chunks before it show. */
static size_t
deciding_chunk(const fill_pass *pass, size_t target, nx_class_set *before)
{
    const nx_csv_fill *fill = pass->fill;
    const nx_type type = nx_type_of_classes(fill->targets[target].classes);
    nx_class_set classes = 0;
    if (type == NX_TYPE_NONE) {
        return pass->cells;
    }
    for (size_t chunk = 0; chunk < pass->cells; chunk++) {
        *before = classes;
        classes |= fill->written[chunk * fill->target_count + target].classes;
        if (nx_type_of_classes(classes) == type) {
            return chunk;
        }
    }
    return pass->cells;
}

/* Fills the deciding chunk of one column again, knowing what stands before it,
 * unless that is how it was filled. The chunk may stay in the worker's block. */
static nx_status
settle_decider(fill_pass *pass, size_t target, size_t *loaded, nx_error *error)
{
    nx_csv_fill *fill = pass->fill;
    fill_worker *worker = &pass->workers[0];
    nx_csv_chunk_column at = {
        .shape = fill->shape,
        .block = &worker->block,
        .target = &fill->targets[target],
        .slabs = &worker->slabs[target],
        .decides = true,
    };
    at.chunk_index = deciding_chunk(pass, target, &at.known);
    if (at.chunk_index == pass->cells || (at.target->decider.classes != 0 &&
                                          at.target->decider_chunk == at.chunk_index)) {
        return NX_OK;
    }
    at.chunk = &fill->chunks[at.chunk_index];
    if (*loaded != at.chunk_index) {
        const nx_status status = nx_csv_block_reload(&worker->block, fill->source,
                                                     at.chunk, fill->shape, error);
        if (status != NX_OK) {
            return status;
        }
        *loaded = at.chunk_index;
    }
    nx_csv_written *written =
        &fill->written[at.chunk_index * fill->target_count + target];
    const nx_status status = nx_csv_chunk_column_fill(&at, written, error);
    const nx_class_set seen = at.target->classes;
    if (status == NX_OK &&
        nx_type_of_classes(seen | written->classes) != nx_type_of_classes(seen)) {
        return source_changed(error);
    }
    return status;
}

static nx_status
settle_deciders(fill_pass *pass, nx_error *error)
{
    nx_status status = NX_OK;
    size_t loaded = SIZE_MAX;
    nx_csv_clock *clock = &pass->workers[0].block.clock;
    clock->again = true;
    for (size_t i = 0; i < pass->fill->target_count && status == NX_OK; i++) {
        if (nx_wait_cancelled(pass->wait)) {
            return nx_error_set(error, NX_ERR_CANCELLED, 0, "cancelled");
        }
        status = settle_decider(pass, i, &loaded, error);
    }
    nx_csv_clock_enter(clock, NX_CSV_STAGE_NONE);
    return status;
}

/* ---- The whole ---- */

static nx_status
make_workers(fill_pass *pass, nx_error *error)
{
    const nx_csv_fill *fill = pass->fill;
    const size_t targets = fill->target_count;
    pass->finished = nx_alloc_zeroed(pass->cells, sizeof pass->finished[0]);
    pass->workers = nx_alloc_zeroed(fill->threads, sizeof pass->workers[0]);
    if (pass->finished == NULL || pass->workers == NULL) {
        return no_memory(error);
    }
    for (unsigned w = 0; w < fill->threads; w++) {
        fill_worker *worker = &pass->workers[w];
        worker->slabs = nx_alloc_zeroed(targets, sizeof worker->slabs[0]);
        worker->known = nx_alloc_zeroed(targets, sizeof worker->known[0]);
        if (worker->slabs == NULL || worker->known == NULL) {
            return no_memory(error);
        }
        for (size_t i = 0; i < targets; i++) {
            worker->slabs[i].counter = &fill->targets[i].slab_counter;
        }
    }
    return NX_OK;
}

/* Puts the strings of all workers together. */
static nx_status
merge_slabs(fill_pass *pass, nx_error *error)
{
    for (unsigned w = 0; w < pass->fill->threads; w++) {
        for (size_t i = 0; i < pass->fill->target_count; i++) {
            if (!nx_slabs_merge(&pass->fill->targets[i].slabs,
                                &pass->workers[w].slabs[i])) {
                return no_memory(error);
            }
        }
    }
    return NX_OK;
}

static void
clear_workers(fill_pass *pass)
{
    for (unsigned w = 0; pass->workers != NULL && w < pass->fill->threads; w++) {
        fill_worker *worker = &pass->workers[w];
        for (size_t i = 0; worker->slabs != NULL && i < pass->fill->target_count; i++) {
            nx_slabs_clear(&worker->slabs[i]);
        }
        for (size_t i = 0; i < NX_CSV_STAGES; i++) {
            pass->fill->spent[i] += worker->block.clock.spent[i];
        }
        nx_csv_block_clear(&worker->block);
        nx_free(worker->slabs);
        nx_free(worker->known);
    }
    nx_free(pass->workers);
    nx_free(pass->finished);
}

/* No more workers than there is work for. */
static unsigned
worker_count(const fill_pass *pass)
{
    const unsigned threads = pass->fill->threads;
    const unsigned most = threads < NX_POOL_MAX_WORKERS ? threads : NX_POOL_MAX_WORKERS;
    const unsigned wanted = pass->cells < most ? (unsigned)pass->cells : most;
    return wanted == 0 ? 1 : wanted;
}

/* Runs the first pass, or the count. */
static nx_status
read_chunks(fill_pass *pass, nx_error *error)
{
    nx_csv_fill *fill = pass->fill;
    if (!nx_csv_relay_init(&pass->relay, fill->grid.start)) {
        return no_memory(error);
    }
    const nx_status status = nx_parallel_for(pass->cells, fill->threads, read_chunk,
                                             pass, pass->wait, error);
    fill->rows = pass->relay.rows;
    nx_csv_relay_destroy(&pass->relay);
    return status;
}

static nx_status
run_passes(fill_pass *pass, nx_error *error)
{
    nx_status status = read_chunks(pass, error);
    if (pass->kind == COUNT_ROWS) {
        return status;
    }
    if (status == NX_OK) {
        status = settle_deciders(pass, error);
    }
    if (status == NX_OK) {
        pass->kind = FIX_UP;
        status = nx_parallel_for(pass->cells, pass->fill->threads, fix_chunk, pass,
                                 pass->wait, error);
    }
    status = nx_csv_targets_judge(pass->fill->targets, pass->fill->target_count, status,
                                  error);
    return status == NX_OK ? merge_slabs(pass, error) : status;
}

static nx_status
run(nx_csv_fill *fill, fill_kind kind, const nx_wait *wait, nx_error *error)
{
    fill_pass pass = {
        .fill = fill,
        .wait = wait,
        .cells = nx_csv_grid_count(&fill->grid),
        .kind = kind,
        .waits = nx_csv_targets_wait(fill->targets, fill->target_count),
    };
    fill->threads = worker_count(&pass);
    nx_mutex_init(&pass.lock);
    nx_status status = make_workers(&pass, error);
    if (status == NX_OK) {
        status = run_passes(&pass, error);
    }
    clear_workers(&pass);
    nx_mutex_destroy(&pass.lock);
    return status;
}

nx_status
nx_csv_fill_count(nx_csv_fill *fill, const nx_wait *wait, nx_error *error)
{
    return run(fill, COUNT_ROWS, wait, error);
}

nx_status
nx_csv_fill_run(nx_csv_fill *fill, const nx_wait *wait, nx_error *error)
{
    return run(fill, FIRST_PASS, wait, error);
}
