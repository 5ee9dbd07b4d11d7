/* A CSV source to finished columns: fill, finish, name the lines. */
#ifndef NX_CSV_CSV_READ_H
#define NX_CSV_CSV_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cpu.h"
#include "base/status.h"
#include "column/column.h"
#include "csv/csv_block.h"
#include "csv/csv_dialect.h"
#include "csv/csv_rejects.h"
#include "csv/csv_rules.h"
#include "csv/csv_scan.h"
#include "csv/csv_source.h"
#include "csv/csv_stages.h"
#include "csv/csv_target.h"
#include "thread/parallel.h"

/* What is asked of one column. */
typedef struct nx_csv_request {
    nx_type type;              /* a final type; NX_TYPE_NONE: the one its fields show */
    int64_t limit;             /* of a string that becomes a dtype S or U: at most so
                                  many bytes or, below 0, code points, and no NUL at
                                  its end; 0: none */
    const nx_csv_rules *rules; /* NULL: nx_csv_rules_default */
} nx_csv_request;

typedef struct nx_csv_options {
    nx_csv_dialect dialect;
    uint64_t start;        /* first byte of the first data record */
    size_t fields;         /* of every record */
    const size_t *columns; /* which fields to read, in this order, no repeats */
    size_t column_count;
    const nx_csv_request *requests; /* one for each of `columns`, or NULL: nothing */
    bool skip_blank;                /* blank lines are no rows */
    size_t block_bytes;             /* 0: the default */
    unsigned threads;               /* 0: one */
    uint64_t row_limit;   /* no more rows than this; what follows has no influence */
    bool pad;             /* short records get missing cells at their end */
    bool truncate;        /* long records lose what they have too much */
    bool collect;         /* bad records are left out, and told in the table */
    size_t most_rejects;  /* so many of them, the first ones */
    uint64_t max_rejects; /* more of them end the read: table->exceeded */
    const uint64_t *left_out; /* records that are left out without being looked at,
                                 numbered from 0, ascending */
    size_t left_out_count;
    bool tell_out; /* fill in table->out */
} nx_csv_options;

typedef struct nx_csv_column {
    nx_column column;
    nx_csv_decider decider; /* the field that settled the type */
    uint64_t line;          /* of that field, counted from 1 */
    bool zoned; /* of a datetime column: the text had zones, values are UTC */
} nx_csv_column;

/* Zero-initialised; ended by nx_csv_table_clear. */
typedef struct nx_csv_table {
    uint64_t rows;
    size_t column_count;
    nx_csv_column *columns;
    uint64_t spent[NX_CSV_STAGES]; /* ns by stage, of all workers */
    uint64_t blanks;               /* lines that are no rows, up to the last row */
    uint64_t comments;             /* lines of comments alone */
    uint64_t rejected;             /* bad records that were left out */
    bool exceeded;                 /* more than max_rejects: there are no columns */
    nx_csv_reject_table rejects;   /* the first of them */
    nx_buffer *out; /* numbers of the records left out, uint64; NULL if there are none,
                       or nobody asked */
} nx_csv_table;

/* Chooses the scanner; called once by nx_init. */
void nx_csv_init(nx_cpu cpu);

/* Name of the scanner in use ("avx2", "portable"). */
const char *nx_csv_scanner_name(void);

/* That scanner, for what else walks over records. */
const nx_csv_scanner *nx_csv_scanner_in_use(void);

/* Reads the records from options->start to the end of the source. An error has
 * record, line, column (position in the record) and byte where they are known;
 * `table` is then left empty. With options->collect no record is an error, only the
 * source as a whole. The result depends on the source and options
 * only, not on block_bytes, threads or the processor. */
NX_MUST_CHECK nx_status nx_csv_read(nx_csv_table *table, const nx_csv_source *source,
                                    const nx_csv_options *options, const nx_wait *wait,
                                    nx_error *error);

/* How many bytes are read at a time: options->block_bytes, or as many as suit records
 * of options->fields, which `counter` finds. */
NX_MUST_CHECK nx_status nx_csv_cell_bytes(const nx_csv_source *source,
                                          const nx_csv_scanner *counter,
                                          const nx_csv_options *options,
                                          size_t *cell_bytes, nx_error *error);

/* nx_csv_read for records that `shape` finds and reads. Each has at least `least_bytes`
 * bytes; they are read in cells of `cell_bytes`, at most NX_CSV_RECORD_MAX / 2. Of the
 * options neither dialect, fields, skip_blank nor block_bytes counts. */
NX_MUST_CHECK nx_status nx_csv_read_shaped(nx_csv_table *table,
                                           const nx_csv_source *source,
                                           const nx_csv_shape *shape,
                                           size_t least_bytes, size_t cell_bytes,
                                           const nx_csv_options *options,
                                           const nx_wait *wait, nx_error *error);

void nx_csv_table_clear(nx_csv_table *table);

#endif
