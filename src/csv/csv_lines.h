/* Lines of a source by their numbers: where they begin, and the text without some.
 *
 * A line ends at LF, CRLF or CR, or at the record end of a dialect that has its own.
 * Quotes mean nothing here: a line break inside quotes is one as well.
 */
#ifndef NX_CSV_CSV_LINES_H
#define NX_CSV_CSV_LINES_H

#include "csv/csv_dialect.h"
#include "csv/csv_source.h"

/* Where the line begins that stands n lines behind `from`, the start of one; the end of
 * the source if it has fewer. `terminator` is that of the dialect. *passed is n, or how
 * many lines there are. Reads no further than that. */
NX_MUST_CHECK nx_status nx_csv_skip_lines(const nx_csv_source *source, uint64_t from,
                                          uint64_t n, nx_csv_token terminator,
                                          uint64_t *offset, uint64_t *passed,
                                          const nx_wait *wait, nx_error *error);

/* Some pieces of a source: its text. Zero-initialised; ended by nx_csv_pieces_clear. */
typedef struct nx_csv_pieces {
    nx_csv_piece *pieces; /* as in nx_csv_source, with the sizes behind them */
    size_t count;
    uint64_t lines; /* that are left out, if they were named */
} nx_csv_pieces;

/* The source, all of which is text, without some lines, whose numbers ascend from 0;
 * there may be fewer lines than that. */
NX_MUST_CHECK nx_status nx_csv_leave_out(nx_csv_pieces *text,
                                         const nx_csv_source *source,
                                         const uint64_t *numbers, size_t count,
                                         nx_csv_token terminator, const nx_wait *wait,
                                         nx_error *error);

/* The first `size` bytes of the text of a source. */
NX_MUST_CHECK nx_status nx_csv_cut_off(nx_csv_pieces *text, const nx_csv_source *source,
                                       uint64_t size, nx_error *error);

/* The error of a record that lines are left out of: it begins at `byte`. */
nx_status nx_csv_torn_error(uint64_t byte, nx_error *error);

void nx_csv_pieces_clear(nx_csv_pieces *text);

#endif
