/* Records of one chunk that are left out of the table, and why.
 *
 * A record that breaks the grammar is found when its chunk is cut into runs, one with a
 * value that is none when its columns are written. Either way it becomes a flaw, one a
 * record: the one of the smallest field, and one of the record as a whole before all.
 * The chunk is cut once more and written again without such records, so that nothing in
 * them can have an effect. Their rows stay empty until the table is made dense
 * (csv_compact.h).
 */
#ifndef NX_CSV_CSV_DIRT_H
#define NX_CSV_CSV_DIRT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bits.h"
#include "base/status.h"
#include "column/lattice.h"
#include "csv/csv_dialect.h"
#include "csv/csv_fault.h"

#define NX_CSV_NO_FIELD UINT32_MAX

/* What is wrong with one record. Offsets are those of the text of its block. */
typedef struct nx_csv_flaw {
    uint32_t row;        /* counted from the start of the chunk */
    uint32_t begin, end; /* of the record, without what ends it */
    uint32_t field;      /* NX_CSV_NO_FIELD: of the record as a whole */
    uint32_t byte;       /* where it shows */
    uint32_t size;       /* of the text of the field; of NX301: the fields found */
    int64_t limit;       /* of the field's column; of NX301: the fields expected */
    uint16_t code;       /* of the record as a whole: NX121, 201, 202, 203 or 301 */
    uint8_t status;      /* nx_status; NX_OK: it was to be left out from the start */
    uint8_t fault;       /* nx_csv_fault, of NX_ERR_VALUE */
    uint8_t type;        /* nx_type that the value is none of */
} nx_csv_flaw;

/* Zero-initialised; ended by nx_csv_dirt_clear. Reused from chunk to chunk, by one
 * thread at a time. */
typedef struct nx_csv_dirt {
    bool collects; /* flaws are kept; false: a flaw is an error, and only what was to be
                      left out from the start is here */
    nx_csv_flaw *flaws;
    size_t count;
    size_t capacity;
    uint32_t *of_row; /* 1 + the number of its flaw, 0 if there is none */
    size_t rows;      /* of the chunk */
    size_t row_capacity;
} nx_csv_dirt;

/* What is kept of a chunk once it is written: which of its rows are left out. */
typedef struct nx_csv_sieve {
    uint8_t *bits;     /* one a row, NULL if all are zero */
    uint32_t out;      /* how many are not */
    uint32_t rejected; /* of these, for a flaw */
} nx_csv_sieve;

/* Forgets all flaws, for a chunk of `rows` rows. */
void nx_csv_dirt_begin(nx_csv_dirt *dirt, size_t rows);

/* Keeps a flaw of a row below `rows`, or the one that the row has already if that comes
 * first. False when no memory is left. */
bool nx_csv_dirt_add(nx_csv_dirt *dirt, const nx_csv_flaw *flaw);

/* True for a row that is left out; `dirt` may be NULL. */
NX_INLINE bool
nx_csv_dirt_has(const nx_csv_dirt *dirt, size_t row)
{
    return dirt != NULL && dirt->count > 0 && dirt->of_row[row] != 0;
}

/* Leaves out the rows first_row + i of which the number is among the ascending
 * numbers of `records`. False when no memory is left. */
bool nx_csv_dirt_add_records(nx_csv_dirt *dirt, uint64_t first_row,
                             const uint64_t *records, size_t count);

/* Forgets the flaws of rows from `rows` on: the chunk ends before them. */
void nx_csv_dirt_cut(nx_csv_dirt *dirt, size_t rows);

/* The row that has `good` good ones before it, or the number of rows if there are no
 * more than that. */
size_t nx_csv_dirt_row_behind(const nx_csv_dirt *dirt, uint64_t good);

/* Keeps which rows are left out, for nx_csv_dirt_restore. False when no memory is
 * left. */
bool nx_csv_sieve_keep(nx_csv_sieve *sieve, const nx_csv_dirt *dirt);
bool nx_csv_dirt_restore(nx_csv_dirt *dirt, const nx_csv_sieve *sieve, size_t rows);

void nx_csv_sieve_clear(nx_csv_sieve *sieve);
void nx_csv_dirt_clear(nx_csv_dirt *dirt);

/* Fills `error` with status, code and message of a flaw that has a status; `text` is
 * that of the block. Its place is the caller's to fill in. */
void nx_csv_flaw_error(const nx_csv_flaw *flaw, const uint8_t *text,
                       const nx_csv_dialect *dialect, nx_error *error);

#endif
