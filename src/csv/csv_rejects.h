/* Bad records of a whole read: how many there are, and of the first ones what is wrong
 * with them, where, and their text.
 *
 * While columns are written only faults and places are kept. Lines and texts are
 * fetched from the source once it has been read.
 */
#ifndef NX_CSV_CSV_REJECTS_H
#define NX_CSV_CSV_REJECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "column/column.h"
#include "csv/csv_dirt.h"
#include "csv/csv_relay.h"
#include "csv/csv_source.h"
#include "thread/parallel.h"
#include "thread/thread.h"

typedef struct nx_csv_reject {
    uint64_t record;     /* counted from the first data record, bad ones included */
    uint64_t begin, end; /* of its text, in the source */
    uint64_t byte;       /* where it is wrong */
    uint64_t field;      /* of the record, or NX_NOWHERE */
    int code;
    size_t message; /* where it begins in the messages */
    size_t message_size;
} nx_csv_reject;

/* Zero-initialised but for `most` and `limit`; begun by nx_csv_rejects_init and ended
 * by nx_csv_rejects_clear. Workers share it. */
typedef struct nx_csv_rejects {
    size_t most;    /* of them are described, the first ones */
    uint64_t limit; /* more of them end the read */
    bool exceeded;  /* there were more */
    nx_mutex lock;
    nx_csv_reject *items;
    size_t item_count;
    size_t capacity;
    uint8_t *messages;
    size_t used;
    size_t room;
} nx_csv_rejects;

void nx_csv_rejects_init(nx_csv_rejects *rejects);
void nx_csv_rejects_clear(nx_csv_rejects *rejects);

/* Forgets all of them, for another read. */
void nx_csv_rejects_restart(nx_csv_rejects *rejects);

/* Describes the flaws of a chunk, with its text, as far as they are wanted. Any
 * thread. */
NX_MUST_CHECK nx_status nx_csv_rejects_add(
    nx_csv_rejects *rejects, const nx_csv_dirt *dirt, const nx_csv_chunk *chunk,
    const uint8_t *text, const nx_csv_dialect *dialect, nx_error *error);

/* What was found of each reject, in the order of the source. Zero-initialised; ended by
 * nx_csv_reject_table_clear. */
typedef struct nx_csv_reject_table {
    size_t length;
    nx_buffer *record; /* int64, like all but the two strings; from 1 */
    nx_buffer *line;   /* of `byte`, from 1 */
    nx_buffer *byte;
    nx_buffer *field; /* -1: none */
    nx_buffer *code;
    nx_column text; /* of the record; a byte that is not UTF-8 as \xff */
    nx_column message;
} nx_csv_reject_table;

/* Fetches lines and texts of the rejects that are described, after all workers are
 * done. */
NX_MUST_CHECK nx_status nx_csv_rejects_finish(nx_csv_rejects *rejects,
                                              const nx_csv_source *source,
                                              nx_csv_reject_table *table,
                                              const nx_wait *wait, nx_error *error);

void nx_csv_reject_table_clear(nx_csv_reject_table *table);

#endif
