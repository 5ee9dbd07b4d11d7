/* One chunk in memory: its text, where its fields end, and which of its
 * records can be trusted.
 *
 * A block is indexed (where do fields and records end?) before it is cut into runs of
 * records: the chunks behind it wait for the first and not for the second.
 *
 * A block whose field ends come in rows of exactly `stride` is one run. Blank
 * lines cut it into several. A record with another number of fields than the shape
 * bears, or with quotes that contradict the dialect, ends the runs: it is reported and
 * nothing after it is used, unless the block has dirt that collects such records
 * (csv_split.h). Of several faults in that record the first quote or text out of
 * place (NX201, NX203: the leftmost field) goes before a quote that stays open
 * (NX202) and both before the number of fields (NX301). Of a record that has an end,
 * what was left out of its middle (NX121) comes before all of these.
 */
#ifndef NX_CSV_CSV_BLOCK_H
#define NX_CSV_CSV_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "csv/csv_dirt.h"
#include "csv/csv_field.h"
#include "csv/csv_relay.h"
#include "csv/csv_scan.h"
#include "csv/csv_source.h"
#include "csv/csv_stages.h"

typedef struct nx_csv_format nx_csv_format;

/* What the records of a source have in common. */
typedef struct nx_csv_shape {
    const nx_csv_dialect *dialect;
    const nx_csv_scanner *scanner;
    size_t columns;              /* fields a record */
    bool skip_blank;             /* blank lines are no rows */
    bool pad;                    /* what a short record does not have is missing */
    bool truncate;               /* what a long record has too much is dropped */
    const nx_csv_format *format; /* NULL: CSV */
    void *context;               /* of the format */
} nx_csv_shape;

/* A record with more or fewer fields than the others, which the shape bears. */
typedef struct nx_csv_odd {
    uint32_t entry;      /* of its first field in the index */
    uint32_t fields;     /* that it has */
    uint32_t begin, end; /* of its text */
} nx_csv_odd;

/* Zero-initialised but for `dirt`; ended by nx_csv_block_clear. Reused from chunk to
 * chunk. */
typedef struct nx_csv_block {
    nx_csv_window window;
    const nx_csv_source *source; /* of the window */
    uint64_t offset;             /* of the window, in the source */
    uint64_t end;                /* of the window, without an added LF */
    uint64_t indexed;    /* offset of `text` if the index holds, or NX_NOWHERE */
    const uint8_t *text; /* from the first record on */
    nx_csv_scan scan;    /* of `text`: its whole records */
    /* Set by nx_csv_block_split. */
    nx_csv_run *runs;
    size_t run_count;
    size_t good_rows; /* in all runs */
    nx_csv_odd *odd;  /* in the order of the runs of such records */
    size_t odd_count;
    size_t odd_capacity;
    uint32_t *pairs;   /* two for each of `odd`: a field of it */
    nx_csv_dirt *dirt; /* the caller's: rows in no run; NULL: there are none */
    bool check_utf8;   /* the text is not valid UTF-8 as a whole: look at each field */
    /* The first record that is broken; bad_status is NX_OK when none is. */
    nx_status bad_status;
    size_t bad_row; /* counted from the start of the chunk */
    nx_error bad;   /* its byte too */
    uint32_t *ends; /* ends[0] is the byte before; field i ends at ends[i + 1] */
    size_t ends_capacity;
    size_t run_capacity;
    nx_csv_clock clock; /* of the worker that has the block */
    void *own;          /* what another format keeps with it, made by its `split` */
    void (*clear_own)(void *own);
} nx_csv_block;

struct nx_csv_cells;

/* Records that are no CSV and end at line feeds all the same, for the passes of
 * csv_fill.h: the scanner of their shape finds record ends, these two do the rest. */
struct nx_csv_format {
    /* nx_csv_block_split */
    nx_status (*split)(nx_csv_block *block, const nx_csv_shape *shape,
                       const nx_csv_chunk *chunk, nx_error *error);
    /* nx_csv_kernel_run */
    size_t (*kernel)(const nx_csv_run *run, struct nx_csv_cells *cells);
};

/* Indexes the records that end in source[from .. to), or as many of them as there are
 * if a record begins where it seems. `before` bytes in front of `from` are looked at
 * to find out. */
NX_MUST_CHECK nx_status nx_csv_block_guess(nx_csv_block *block,
                                           const nx_csv_source *source, uint64_t from,
                                           uint64_t to, size_t before,
                                           const nx_csv_shape *shape, nx_error *error);

/* Indexes the records from chunk->offset on that end before `to`, at least one unless
 * the source ends; fills in the chunk's rows and bytes. What was guessed right is
 * not done again. A record of more than NX_CSV_RECORD_MAX bytes is NX_ERR_OVERFLOW.
 * A text that ends inside quotes has one last, bad record. */
NX_MUST_CHECK nx_status nx_csv_block_index(nx_csv_block *block,
                                           const nx_csv_source *source, uint64_t to,
                                           const nx_csv_shape *shape,
                                           nx_csv_chunk *chunk, nx_error *error);

/* Cuts the rows of a chunk, whose block is indexed, into runs: chunk->rows of them,
 * which may be fewer than the block has. A broken record is not a failure of this call:
 * it is left in bad_*, or in the dirt of the block. */
NX_MUST_CHECK nx_status nx_csv_block_split(nx_csv_block *block,
                                           const nx_csv_shape *shape,
                                           const nx_csv_chunk *chunk, nx_error *error);

/* Loads, indexes and splits a chunk that was whole when it was read before. If it
 * is no longer what it was, that is NX_ERR_CHANGED. */
NX_MUST_CHECK nx_status nx_csv_block_reload(nx_csv_block *block,
                                            const nx_csv_source *source,
                                            const nx_csv_chunk *chunk,
                                            const nx_csv_shape *shape, nx_error *error);

/* How many blank lines that are no rows, and lines of comments alone, stand before the
 * end of the last row of a chunk, whose block is indexed; with `all`, in the whole
 * chunk. */
NX_MUST_CHECK nx_status nx_csv_block_count(const nx_csv_block *block,
                                           const nx_csv_shape *shape,
                                           const nx_csv_chunk *chunk, bool all,
                                           uint64_t *blanks, uint64_t *comments,
                                           nx_error *error);

void nx_csv_block_clear(nx_csv_block *block);

#endif
