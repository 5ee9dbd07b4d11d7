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

typedef struct nx_csv_source {
    const uint8_t *memory; /* NULL: read from `descriptor` */
    int descriptor;
    bool writable; /* others may write to `memory`: never used in place */
    uint64_t size; /* bytes, fixed for the whole read */
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

/* Line ends among text[0..n), as counted below; text[n] is readable. */
uint64_t nx_csv_count_line_ends(const uint8_t *text, size_t n);

/* Number of line ends (LF, CRLF or CR, inside quotes too) in a stretch of the
 * source, for naming lines in messages. Reads the stretch once. */
NX_MUST_CHECK nx_status nx_csv_count_lines(const nx_csv_source *source, uint64_t from,
                                           uint64_t to, uint64_t *lines,
                                           const nx_wait *wait, nx_error *error);

/* Where the line begins that stands n line ends behind `from`, counted as above; the
 * end of the source if it has fewer. Reads no further than that. */
NX_MUST_CHECK nx_status nx_csv_skip_lines(const nx_csv_source *source, uint64_t from,
                                          uint64_t n, uint64_t *offset,
                                          const nx_wait *wait, nx_error *error);

/* Fills in the line of an error whose byte is known, if the source can still be
 * read. */
void nx_csv_locate(const nx_csv_source *source, const nx_wait *wait, nx_error *error);

#endif
