#include "csv/csv_fill.h"

#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "csv/csv_fix_up.h"
#include "csv/csv_pass.h"
#include "csv/csv_sift.h"
#include "thread/pool.h"
#include "thread/thread.h"

static nx_status
no_memory(nx_error *error)
{
    return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for the workers");
}

/* ---- One chunk ---- */

/* Adds what the chunk has shown, once everything before it has been added. Rejects are
 * counted in that order too: whether they are too many must not depend on who was
 * first. */
static nx_status
finish_chunk(nx_csv_pass *pass, size_t chunk_index, nx_error *error)
{
    const nx_csv_fill *fill = pass->fill;
    nx_csv_rejects *rejects = fill->rejects;
    nx_mutex_lock(&pass->lock);
    pass->finished[chunk_index] = true;
    while (pass->in_order < pass->cells && pass->finished[pass->in_order]) {
        const size_t chunk = pass->in_order++, first = chunk * fill->target_count;
        for (size_t i = 0; i < fill->target_count; i++) {
            fill->targets[i].classes |= fill->written[first + i].classes;
        }
        pass->rejected += fill->sieves != NULL ? fill->sieves[chunk].rejected : 0;
    }
    const bool exceeded = rejects != NULL && pass->rejected > rejects->limit;
    if (exceeded) {
        rejects->exceeded = true;
    }
    nx_mutex_unlock(&pass->lock);
    /* Where earlier records may turn out to be bad as well, the first ones are known at
     * the end only. */
    return exceeded && !nx_csv_targets_in_doubt(fill->targets, fill->target_count)
               ? nx_error_set(error, NX_ERR_VALUE, 320, "too many bad records")
               : NX_OK;
}

/* Describes the bad records of a chunk. If there are too many of them already, those
 * are in front of it. */
static nx_status
add_rejects(nx_csv_pass *pass, size_t item, const nx_csv_worker *worker,
            nx_error *error)
{
    const nx_csv_fill *fill = pass->fill;
    nx_mutex_lock(&pass->lock);
    const bool exceeded = fill->rejects->exceeded;
    nx_mutex_unlock(&pass->lock);
    return exceeded
               ? NX_OK
               : nx_csv_rejects_add(fill->rejects, &worker->dirt, &fill->chunks[item],
                                    worker->block.text, fill->shape->dialect, error);
}

/* Hands over to the chunk behind this one, which perhaps nobody wants. */
static void
pass_on(nx_csv_pass *pass, const nx_csv_chunk *chunk, bool enough)
{
    nx_csv_relay_pass(&pass->relay, chunk);
    if (enough) {
        nx_csv_relay_close(&pass->relay);
    }
}

/* Counts the lines of a chunk that are no records, in its turn. */
static nx_status
count_lines(nx_csv_pass *pass, const nx_csv_block *block, const nx_csv_chunk *chunk,
            bool enough, nx_error *error)
{
    uint64_t blanks, comments;
    if (pass->kind == NX_CSV_COUNT_ROWS || pass->fill->shape->format != NULL) {
        return NX_OK;
    }
    const nx_status status = nx_csv_block_count(block, pass->fill->shape, chunk,
                                                !enough, &blanks, &comments, error);
    if (status == NX_OK) {
        pass->fill->blanks += blanks;
        pass->fill->comments += comments;
    }
    return status;
}

/* Finds the records of a chunk, in its turn, and hands over to the next one. */
static nx_status
place_chunk(nx_csv_pass *pass, size_t item, nx_csv_block *block, nx_csv_chunk *chunk,
            nx_error *error)
{
    const nx_csv_fill *fill = pass->fill;
    const uint64_t end = nx_csv_grid_cell_end(&fill->grid, item);
    nx_status status =
        nx_csv_block_index(block, fill->source, end, fill->shape, chunk, error);
    if (status != NX_OK) {
        return status;
    }
    const uint64_t limit = pass->late ? UINT64_MAX : fill->row_limit;
    const uint64_t left = limit - chunk->first_row;
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
    if (pass->late && pass->kind == NX_CSV_FIRST_PASS) {
        return NX_OK;
    }
    status = count_lines(pass, block, chunk, enough, error);
    if (status == NX_OK) {
        pass_on(pass, chunk, enough);
    }
    return status;
}

/* Waits for the place of a chunk, guessing meanwhile; *placed tells if there is one. */
static nx_status
find_chunk(nx_csv_pass *pass, size_t item, nx_csv_block *block, bool *placed,
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

/* True when there are more rows than the first ones promised, or than records of all
 * their fields could be. */
static bool
is_underestimated(const nx_csv_fill *fill, const nx_csv_chunk *chunk,
                  const nx_csv_block *block)
{
    const bool bounded =
        fill->sieves == NULL && !fill->shape->pad && !fill->shape->truncate;
    return fill->target_count > 0 && (!bounded || fill->targets[0].estimated) &&
           !nx_csv_pass_has_room(fill, chunk, block);
}

/* Writes a chunk whose records have been found. */
static nx_status
write_chunk(nx_csv_pass *pass, size_t item, nx_csv_worker *worker, nx_error *error)
{
    const nx_csv_fill *fill = pass->fill;
    const nx_csv_chunk *chunk = &fill->chunks[item];
    nx_status status = nx_csv_block_split(&worker->block, fill->shape, chunk, error);
    if (status == NX_OK && is_underestimated(fill, chunk, &worker->block)) {
        status = no_memory(error);
    }
    if (status == NX_OK) {
        nx_csv_pass_begin(pass, item, worker);
        status = nx_csv_pass_write(pass, item, worker, error);
    }
    return status;
}

/* The same without its bad records; `again` if it was written before its last rows
 * were found to be too many. */
static nx_status
sift_chunk(nx_csv_pass *pass, size_t item, nx_csv_worker *worker, bool again,
           nx_error *error)
{
    const nx_csv_fill *fill = pass->fill;
    const nx_csv_chunk *chunk = &fill->chunks[item];
    if (is_underestimated(fill, chunk, &worker->block)) {
        return no_memory(error);
    }
    if (!again) {
        nx_csv_pass_begin(pass, item, worker);
    }
    const nx_csv_sift sift = {
        .shape = fill->shape,
        .chunk_index = item,
        .chunk = chunk,
        .block = &worker->block,
        .targets = fill->targets,
        .target_count = fill->target_count,
        .slabs = worker->slabs,
        .known = worker->known,
        .decides = worker->all_known,
        .again = again,
        .written = &fill->written[item * fill->target_count],
        .seen = worker->seen,
        .deciders = worker->deciders,
    };
    return nx_csv_sift_chunk(&sift, error);
}

/* Passes on a chunk of which it is known what is left out. If it has all the rows that
 * are wanted it ends behind them; *cut tells whether it had more. */
static nx_status
pass_on_late(nx_csv_pass *pass, size_t item, nx_csv_worker *worker, bool *cut,
             nx_error *error)
{
    const nx_csv_fill *fill = pass->fill;
    nx_csv_chunk *chunk = &fill->chunks[item];
    const uint64_t wanted = fill->row_limit - pass->good;
    const uint64_t good = chunk->rows - worker->dirt.count;
    const bool enough = good >= wanted;
    *cut = false;
    if (enough) {
        const size_t rows = nx_csv_dirt_row_behind(&worker->dirt, wanted);
        *cut = rows < chunk->rows;
        chunk->rows = (uint32_t)rows;
        nx_csv_dirt_cut(&worker->dirt, rows);
    }
    pass->good += enough ? wanted : good;
    const nx_status status = count_lines(pass, &worker->block, chunk, enough, error);
    if (status == NX_OK) {
        pass_on(pass, chunk, enough);
    }
    return status;
}

/* Writes a chunk whose bad records become rejects. */
static nx_status
fill_sifted(nx_csv_pass *pass, size_t item, nx_csv_worker *worker, nx_error *error)
{
    bool cut = false;
    nx_status status = sift_chunk(pass, item, worker, false, error);
    if (status == NX_OK && pass->late) {
        status = pass_on_late(pass, item, worker, &cut, error);
    }
    if (status == NX_OK && cut) {
        status = sift_chunk(pass, item, worker, true, error);
    }
    return status == NX_OK ? add_rejects(pass, item, worker, error) : status;
}

/* Writes a chunk of which some records may be left out. */
static nx_status
fill_partly(nx_csv_pass *pass, size_t item, nx_csv_worker *worker, nx_error *error)
{
    const nx_csv_fill *fill = pass->fill;
    const nx_csv_chunk *chunk = &fill->chunks[item];
    bool ignored;
    nx_status status = NX_OK;
    nx_csv_dirt_begin(&worker->dirt, chunk->rows);
    if (!nx_csv_dirt_add_records(&worker->dirt, chunk->first_row, fill->left_out,
                                 fill->left_out_count)) {
        return no_memory(error);
    }
    if (fill->rejects != NULL) {
        status = fill_sifted(pass, item, worker, error);
    }
    else {
        if (pass->late) {
            status = pass_on_late(pass, item, worker, &ignored, error);
        }
        status = status == NX_OK ? write_chunk(pass, item, worker, error) : status;
    }
    if (status == NX_OK && !nx_csv_sieve_keep(&fill->sieves[item], &worker->dirt)) {
        status = no_memory(error);
    }
    return status;
}

static nx_status
fill_chunk(nx_csv_pass *pass, size_t item, nx_csv_worker *worker, nx_error *error)
{
    const nx_csv_fill *fill = pass->fill;
    nx_csv_clock_enter(&worker->block.clock, NX_CSV_STAGE_CONVERT);
    nx_status status =
        (fill->sieves != NULL ? fill_partly : write_chunk)(pass, item, worker, error);
    if (status == NX_OK) {
        status = finish_chunk(pass, item, error);
    }
    if (status == NX_OK && !fill->again) {
        nx_wait_advance(pass->wait, fill->chunks[item].bytes);
    }
    return status;
}

/* The first pass over one chunk, or the count of its rows. */
static nx_status
read_chunk(void *context, size_t item, unsigned worker_number, nx_error *error)
{
    nx_csv_pass *pass = context;
    nx_csv_worker *worker = &pass->workers.each[worker_number];
    bool placed;
    nx_status status = find_chunk(pass, item, &worker->block, &placed, error);
    if (status == NX_OK && placed && pass->kind == NX_CSV_FIRST_PASS) {
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

/* ---- The whole ---- */

/* No more workers than there is work for. */
static unsigned
worker_count(const nx_csv_pass *pass)
{
    const unsigned threads = pass->fill->threads;
    const unsigned most = threads < NX_POOL_MAX_WORKERS ? threads : NX_POOL_MAX_WORKERS;
    const unsigned wanted = pass->cells < most ? (unsigned)pass->cells : most;
    return wanted == 0 ? 1 : wanted;
}

/* Runs the first pass, or the count. */
static nx_status
read_chunks(nx_csv_pass *pass, nx_error *error)
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

/* True when the first pass has found out what columns may hold, which was not known
 * while it ran. */
static bool
settle(const nx_csv_fill *fill)
{
    return fill->rejects != NULL &&
           nx_csv_targets_settle(fill->targets, fill->target_count);
}

/* *again tells if all is to be done once more. */
static nx_status
run_passes(nx_csv_pass *pass, bool *again, nx_error *error)
{
    const nx_csv_fill *fill = pass->fill;
    nx_status status = read_chunks(pass, error);
    if (pass->kind == NX_CSV_COUNT_ROWS) {
        return status;
    }
    const bool exceeded =
        fill->rejects != NULL && fill->rejects->exceeded && status != NX_ERR_CANCELLED;
    if (exceeded && status != NX_OK) {
        /* Whatever else was found meanwhile; but which are the first? */
        *again = nx_csv_targets_settle_zones(fill->targets, fill->target_count);
        return NX_OK;
    }
    *again = status == NX_OK && settle(fill);
    if (*again || exceeded) {
        return NX_OK;
    }
    if (status == NX_OK) {
        status = nx_csv_fix_up_deciders(pass, error);
    }
    if (status == NX_OK) {
        pass->kind = NX_CSV_FIX_UP;
        status = nx_parallel_for(pass->cells, fill->threads, nx_csv_fix_up_chunk, pass,
                                 pass->wait, error);
    }
    if (fill->rejects == NULL) {
        status = nx_csv_targets_judge(fill->targets, fill->target_count, status, error);
    }
    return status == NX_OK ? nx_csv_workers_merge(&pass->workers, error) : status;
}

static nx_status
run(nx_csv_fill *fill, nx_csv_pass_kind kind, bool *again, const nx_wait *wait,
    nx_error *error)
{
    nx_csv_pass pass = {
        .fill = fill,
        .wait = wait,
        .workers = {.targets = fill->targets, .target_count = fill->target_count},
        .cells = nx_csv_grid_count(&fill->grid),
        .late = fill->sieves != NULL && fill->row_limit != UINT64_MAX,
        .kind = kind,
        .waits = fill->rejects == NULL &&
                 nx_csv_targets_wait(fill->targets, fill->target_count),
    };
    fill->threads = pass.workers.count = worker_count(&pass);
    nx_mutex_init(&pass.lock);
    pass.finished = nx_alloc_zeroed(pass.cells, sizeof pass.finished[0]);
    nx_status status = pass.finished == NULL ? no_memory(error) : NX_OK;
    if (status == NX_OK) {
        status = nx_csv_workers_make(&pass.workers, fill->sieves != NULL,
                                     fill->rejects != NULL, error);
    }
    if (status == NX_OK) {
        status = run_passes(&pass, again, error);
    }
    nx_csv_workers_clear(&pass.workers, fill->spent);
    nx_free(pass.finished);
    nx_mutex_destroy(&pass.lock);
    return status;
}

nx_status
nx_csv_fill_count(nx_csv_fill *fill, const nx_wait *wait, nx_error *error)
{
    bool ignored;
    return run(fill, NX_CSV_COUNT_ROWS, &ignored, wait, error);
}

/* Forgets what a read has left that is done once more. */
static void
restart(nx_csv_fill *fill)
{
    const size_t cells = nx_csv_grid_count(&fill->grid);
    nx_csv_targets_restart(fill->targets, fill->target_count);
    memset(fill->chunks, 0, cells * sizeof fill->chunks[0]);
    memset(fill->written, 0, cells * fill->target_count * sizeof fill->written[0]);
    for (size_t i = 0; i < cells; i++) {
        nx_csv_sieve_clear(&fill->sieves[i]);
    }
    nx_csv_rejects_restart(fill->rejects);
    fill->blanks = fill->comments = 0;
    fill->again = true;
}

nx_status
nx_csv_fill_run(nx_csv_fill *fill, const nx_wait *wait, nx_error *error)
{
    bool again = false;
    nx_status status = run(fill, NX_CSV_FIRST_PASS, &again, wait, error);
    while (status == NX_OK && again) {
        restart(fill);
        again = false;
        status = run(fill, NX_CSV_FIRST_PASS, &again, wait, error);
    }
    return status;
}
