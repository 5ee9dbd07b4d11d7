/* Columns out of what any producer of Arrow data hands over. */
#ifndef NX_ARROW_ARROW_IMPORT_H
#define NX_ARROW_ARROW_IMPORT_H

#include "arrow/arrow_abi.h"
#include "arrow/arrow_type.h"
#include "base/status.h"
#include "column/column.h"
#include "thread/parallel.h"

typedef struct nx_arrow_imported {
    char *name; /* as the producer gave it, "" if it gave none; perhaps not UTF-8 */
    const nx_arrow_type *type; /* type->name is the dtype */
    bool zoned;                /* a timestamp with a zone: its values are UTC */
    nx_column column;
} nx_arrow_imported;

typedef struct nx_arrow_table {
    nx_arrow_imported *columns;
    size_t count;
    size_t rows;
} nx_arrow_table;

/* Reads a stream to its end into one table, which shares the memory of the producer
 * where it can (see nx_arrow_gather_column). The stream is taken over, so that its
 * place is released as far as others can see, also on failure. wait->poll (`wait` may
 * be NULL) is called between batches.
 *
 * NX_ERR_TYPE: a column has a type that NumPy lacks; NX_ERR_FORMAT: the producer
 * failed, with its own message, or broke the rules. */
NX_MUST_CHECK nx_status nx_arrow_import_stream(struct ArrowArrayStream *stream,
                                               const nx_wait *wait,
                                               nx_arrow_table *table, nx_error *error);

/* The same for one record batch. Both are taken over. */
NX_MUST_CHECK nx_status nx_arrow_import_batch(struct ArrowSchema *schema,
                                              struct ArrowArray *batch,
                                              nx_arrow_table *table, nx_error *error);

/* Releases all that a table holds. */
void nx_arrow_table_clear(nx_arrow_table *table);

#endif
