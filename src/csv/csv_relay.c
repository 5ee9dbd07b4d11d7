#include "csv/csv_relay.h"

size_t
nx_csv_grid_count(const nx_csv_grid *grid)
{
    const uint64_t bytes = grid->end - grid->start;
    return (size_t)(bytes / grid->cell_bytes + (bytes % grid->cell_bytes != 0));
}

uint64_t
nx_csv_grid_cell_end(const nx_csv_grid *grid, size_t cell)
{
    const uint64_t begin = grid->start + (uint64_t)cell * grid->cell_bytes;
    return grid->end - begin < grid->cell_bytes ? grid->end : begin + grid->cell_bytes;
}

bool
nx_csv_relay_init(nx_csv_relay *relay, uint64_t start)
{
    *relay = (nx_csv_relay){.offset = start};
    if (!nx_cond_init(&relay->moved)) {
        return false;
    }
    nx_mutex_init(&relay->lock);
    return true;
}

void
nx_csv_relay_destroy(nx_csv_relay *relay)
{
    nx_cond_destroy(&relay->moved);
    nx_mutex_destroy(&relay->lock);
}

bool
nx_csv_relay_is_ready(nx_csv_relay *relay, size_t cell)
{
    nx_mutex_lock(&relay->lock);
    const bool ready = relay->turn == cell || relay->closed;
    nx_mutex_unlock(&relay->lock);
    return ready;
}

bool
nx_csv_relay_take(nx_csv_relay *relay, size_t cell, nx_csv_chunk *chunk)
{
    nx_mutex_lock(&relay->lock);
    while (relay->turn != cell && !relay->closed) {
        nx_cond_wait(&relay->moved, &relay->lock, NX_WAIT_FOREVER);
    }
    const bool open = !relay->closed;
    if (open) {
        chunk->offset = relay->offset;
        chunk->first_row = relay->rows;
    }
    nx_mutex_unlock(&relay->lock);
    return open;
}

void
nx_csv_relay_pass(nx_csv_relay *relay, const nx_csv_chunk *chunk)
{
    nx_mutex_lock(&relay->lock);
    relay->turn++;
    relay->offset = chunk->offset + chunk->bytes;
    relay->rows = chunk->first_row + chunk->rows;
    nx_cond_broadcast(&relay->moved);
    nx_mutex_unlock(&relay->lock);
}

void
nx_csv_relay_close(nx_csv_relay *relay)
{
    nx_mutex_lock(&relay->lock);
    relay->closed = true;
    nx_cond_broadcast(&relay->moved);
    nx_mutex_unlock(&relay->lock);
}
