/* Cutting a source into chunks of whole records while it is being read.
 *
 * The source is laid out in cells of equal size; a chunk is the records that end in
 * one cell. Where its first record begins, and how many rows stand before it, only
 * the chunks before it can tell. They do, one after the other, as soon as each has
 * found where its own records end: the relay carries the place from chunk to chunk.
 * A worker need not wait idly for it. It may guess where a record begins, find the
 * records from there on, and keep its work if the place it is handed is the one it
 * guessed. So the cut is exact, nothing is read twice, and what workers do one
 * after the other takes no time to speak of.
 */
#ifndef NX_CSV_CSV_RELAY_H
#define NX_CSV_CSV_RELAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bits.h"
#include "thread/thread.h"

/* The cells of source[start .. end). */
typedef struct nx_csv_grid {
    uint64_t start;
    uint64_t end;
    size_t cell_bytes; /* not 0 */
} nx_csv_grid;

size_t nx_csv_grid_count(const nx_csv_grid *grid);

/* One behind the last byte of a cell. */
uint64_t nx_csv_grid_cell_end(const nx_csv_grid *grid, size_t cell);

/* The records that end in one cell; a record longer than what is left of its cell
 * belongs to the cell it began in all the same if no other one ends there. */
typedef struct nx_csv_chunk {
    uint64_t offset;    /* of its first record, in the source */
    uint64_t first_row; /* rows before it */
    uint32_t rows;      /* records that become rows of the table */
    uint32_t bytes;     /* up to the end of its last record, without an added LF */
} nx_csv_chunk;

/* Ended by nx_csv_relay_destroy. Any thread may call the functions. */
typedef struct nx_csv_relay {
    nx_mutex lock;
    nx_cond moved;
    size_t turn;     /* the cell whose chunk comes next */
    uint64_t offset; /* where it begins */
    uint64_t rows;   /* rows before it */
    bool closed;
} nx_csv_relay;

/* False when the system has nothing to wait with. */
bool nx_csv_relay_init(nx_csv_relay *relay, uint64_t start);
void nx_csv_relay_destroy(nx_csv_relay *relay);

/* True when the place of this chunk is known already, or never will be. */
bool nx_csv_relay_is_ready(nx_csv_relay *relay, size_t cell);

/* Waits until the place of a chunk is known and fills in its offset and first_row.
 * False when the relay was closed. Whoever got a place must pass it on, or close
 * the relay: the others wait. */
bool nx_csv_relay_take(nx_csv_relay *relay, size_t cell, nx_csv_chunk *chunk);

/* Hands over to the next chunk, behind `chunk`. */
void nx_csv_relay_pass(nx_csv_relay *relay, const nx_csv_chunk *chunk);

/* No further chunk gets a place: an error, or rows enough. */
void nx_csv_relay_close(nx_csv_relay *relay);

#endif
