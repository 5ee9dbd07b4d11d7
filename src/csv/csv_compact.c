#include "csv/csv_compact.h"

#include <string.h>

#include "base/bits.h"

typedef struct compaction {
    nx_csv_target *targets;
    const nx_csv_chunk *chunks;
    const nx_csv_sieve *sieves;
    size_t count;
} compaction;

/* The first row from `row` on of which the bit is not `bit`. */
static size_t
end_of_rows(const uint8_t *bits, size_t row, size_t rows, bool bit)
{
    const uint8_t all = bit ? 0xFF : 0;
    while (row < rows) {
        if (row % 8 == 0 && bits[row / 8] == all) {
            row += 8;
        }
        else if ((bits[row / 8] >> row % 8 & 1) == bit) {
            row++;
        }
        else {
            return row;
        }
    }
    return rows;
}

/* Moves `rows` items from one row to another, before it. */
static void
move_rows(uint8_t *items, size_t width, uint64_t to, uint64_t from, uint64_t rows)
{
    if (to != from) {
        memmove(items + to * width, items + from * width, (size_t)(rows * width));
    }
}

/* Moves up the items of all chunks; returns how many there are. `items` may be NULL,
 * to count. */
static uint64_t
compact_items(const compaction *all, uint8_t *items, size_t width)
{
    uint64_t kept = 0;
    for (size_t i = 0; i < all->count; i++) {
        const nx_csv_chunk *chunk = &all->chunks[i];
        const uint8_t *bits = all->sieves[i].bits;
        const size_t rows = chunk->rows;
        for (size_t row = 0; row < rows;) {
            const size_t end =
                bits == NULL ? rows : end_of_rows(bits, row, rows, false);
            if (items != NULL) {
                move_rows(items, width, kept, chunk->first_row + row, end - row);
            }
            kept += end - row;
            row = end == rows ? rows : end_of_rows(bits, end, rows, true);
        }
    }
    return kept;
}

static nx_status
compact_target(void *context, size_t item, unsigned worker, nx_error *error)
{
    const compaction *all = context;
    nx_csv_target *target = &all->targets[item];
    const nx_type type = nx_csv_target_type(target);
    nx_buffer *mask = atomic_load(&target->mask);
    (void)worker;
    uint8_t *values = nx_csv_target_values(target, type);
    if (values == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory for the columns");
    }
    (void)compact_items(all, values, nx_type_width(type));
    if (mask != NULL) {
        (void)compact_items(all, nx_buffer_data(mask), 1);
    }
    return NX_OK;
}

nx_status
nx_csv_compact(nx_csv_target *targets, size_t target_count, const nx_csv_chunk *chunks,
               const nx_csv_sieve *sieves, size_t count, unsigned threads,
               uint64_t *rows, const nx_wait *wait, nx_error *error)
{
    compaction all = {
        .targets = targets, .chunks = chunks, .sieves = sieves, .count = count};
    uint64_t out = 0;
    for (size_t i = 0; i < count; i++) {
        out += sieves[i].out;
    }
    if (out == 0) {
        return NX_OK;
    }
    *rows = compact_items(&all, NULL, 0);
    return nx_parallel_for(target_count, threads, compact_target, &all, wait, error);
}
