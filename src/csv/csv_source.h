/* Where the bytes of a CSV text come from, and padded windows onto them.
 *
 * A source is memory or an open file that can be read at any offset. Scanners
 * and kernels load whole vectors, so they see the source through a window:
 * NX_CSV_PADDING readable bytes stand before and after its bytes.
 */
#ifndef NX_CSV_CSV_SOURCE_H
#define NX_CSV_CSV_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "thread/parallel.h"

#define NX_CSV_PADDING 64

/* Longest record in bytes, just under 2 GiB: a string view has a 31-bit length. */
#define NX_CSV_RECORD_MAX ((size_t)INT32_MAX)

/* A stretch of a source that is part of its text. */
typedef struct nx_csv_piece {
    uint64_t at;   /* offset in the text */
    uint64_t from; /* offset in the source */
} nx_csv_piece;

/* Of a source whose text has pieces, all offsets are those in the text, as if nothing
 * else were there, but for the places in messages (nx_csv_locate). */
typedef struct nx_csv_source {
    const uint8_t *memory; /* NULL: read from `descriptor` */
    int descriptor;
    bool writable;              /* others may write to `memory`: never used in place */
    uint64_t size;              /* bytes of the text, fixed for the whole read */
    const nx_csv_piece *pieces; /* NULL: all of it is text. Else at least one, the first
                                   at 0, and behind them the sizes of text and source */
    size_t piece_count;         /* without those sizes */
} nx_csv_source;

/* A stretch of a source. Zero-initialised; ended by nx_csv_window_clear. One
 * thread at a time; reused from block to block. */
typedef struct nx_csv_window {
    const uint8_t *base; /* first byte; padding stands before it */
    size_t n;            /* bytes to scan; base[n] is readable as a look-ahead */
    bool at_end;         /* the window reaches the end of the source */
    uint8_t *storage;
    size_t capacity;
} nx_csv_window;

/* Shows `bytes` bytes of the source from `offset` on, fewer at its end. At the
 * end of a source whose last byte ends no record, one LF is added to n: it
 * ends the last record like any other. Short reads are repeated; a source that
 * became shorter is NX_ERR_CHANGED. */
NX_MUST_CHECK nx_status nx_csv_window_load(nx_csv_window *window,
                                           const nx_csv_source *source, uint64_t offset,
                                           size_t bytes, nx_error *error);

/* Adds that LF behind a last CR too, for records that CR does not end. */
void nx_csv_window_close_line(nx_csv_window *window);

void nx_csv_window_clear(nx_csv_window *window);

/* The source with all of it as text, whatever its pieces are. */
nx_csv_source nx_csv_source_whole(const nx_csv_source *source);

/* Where a byte of the text stands in the source. */
uint64_t nx_csv_source_byte(const nx_csv_source *source, uint64_t offset);

/* True when text[from] and text[to] are of different pieces; also when the text ends
 * at `to`, behind `from`, and the source does not. */
bool nx_csv_source_torn(const nx_csv_source *source, uint64_t from, uint64_t to);

/* Line ends (LF, CRLF or CR) among text[0..n); text[n] is readable. */
uint64_t nx_csv_line_ends(const uint8_t *text, size_t n);

/* In place of an offset: where the source begins, perhaps before its text does. */
#define NX_CSV_SOURCE_BEGIN NX_NOWHERE

/* Number of line ends (LF, CRLF or CR, inside quotes too) in a stretch of the
 * source, for naming lines in messages; also those between its pieces, and from
 * NX_CSV_SOURCE_BEGIN on those before the first. Reads the stretch once. */
NX_MUST_CHECK nx_status nx_csv_count_lines(const nx_csv_source *source, uint64_t from,
                                           uint64_t to, uint64_t *lines,
                                           const nx_wait *wait, nx_error *error);

/* Makes the byte of an error one in the source, and fills in its line if the source can
 * still be read. */
void nx_csv_locate(const nx_csv_source *source, const nx_wait *wait, nx_error *error);

#endif
