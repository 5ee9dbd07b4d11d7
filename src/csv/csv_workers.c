#include "csv/csv_workers.h"

#include "base/alloc.h"

static nx_status
no_memory(nx_error *error)
{
    return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for the workers");
}

static bool
make_worker(nx_csv_worker *worker, const nx_csv_workers *workers, bool left_out,
            bool collects)
{
    const size_t targets = workers->target_count;
    worker->slabs = nx_alloc_zeroed(targets, sizeof worker->slabs[0]);
    worker->known = nx_alloc_zeroed(targets, sizeof worker->known[0]);
    if (worker->slabs == NULL || worker->known == NULL) {
        return false;
    }
    for (size_t i = 0; i < targets; i++) {
        worker->slabs[i].counter = &workers->targets[i].slab_counter;
    }
    if (left_out) {
        worker->block.dirt = &worker->dirt;
        worker->dirt.collects = collects;
    }
    if (collects) {
        worker->seen =
            nx_alloc(targets, sizeof worker->seen[0] * (size_t)NX_CSV_NOTE_KINDS);
        worker->deciders = nx_alloc(targets, sizeof worker->deciders[0]);
        return worker->seen != NULL && worker->deciders != NULL;
    }
    return true;
}

nx_status
nx_csv_workers_make(nx_csv_workers *workers, bool left_out, bool collects,
                    nx_error *error)
{
    workers->each = nx_alloc_zeroed(workers->count, sizeof workers->each[0]);
    if (workers->each == NULL) {
        return no_memory(error);
    }
    for (unsigned w = 0; w < workers->count; w++) {
        if (!make_worker(&workers->each[w], workers, left_out, collects)) {
            return no_memory(error);
        }
    }
    return NX_OK;
}

nx_status
nx_csv_workers_merge(nx_csv_workers *workers, nx_error *error)
{
    for (unsigned w = 0; w < workers->count; w++) {
        for (size_t i = 0; i < workers->target_count; i++) {
            if (!nx_slabs_merge(&workers->targets[i].slabs,
                                &workers->each[w].slabs[i])) {
                return no_memory(error);
            }
        }
    }
    return NX_OK;
}

void
nx_csv_workers_clear(nx_csv_workers *workers, uint64_t spent[NX_CSV_STAGES])
{
    for (unsigned w = 0; workers->each != NULL && w < workers->count; w++) {
        nx_csv_worker *worker = &workers->each[w];
        for (size_t i = 0; worker->slabs != NULL && i < workers->target_count; i++) {
            nx_slabs_clear(&worker->slabs[i]);
        }
        for (size_t i = 0; i < NX_CSV_STAGES; i++) {
            spent[i] += worker->block.clock.spent[i];
        }
        nx_csv_block_clear(&worker->block);
        nx_csv_dirt_clear(&worker->dirt);
        nx_free(worker->slabs);
        nx_free(worker->known);
        nx_free(worker->seen);
        nx_free(worker->deciders);
    }
    nx_free(workers->each);
    workers->each = NULL;
}
