/* A table as an ArrowArrayStream of one record batch. */
#ifndef NX_ARROW_ARROW_STREAM_H
#define NX_ARROW_ARROW_STREAM_H

#include "arrow/arrow_export.h"

/* Fills *out with a stream of these columns, each of `rows` rows; it holds
 * references of its own and copies the names. What has to be copied of the columns is
 * when the batch is asked for, on that thread. With `requested` (may be NULL) strings
 * are laid out as nx_arrow_schema_honour says, and as large_utf8 where utf8 is
 * requested for more than it can hold. Nothing is left behind on failure. */
NX_MUST_CHECK nx_status nx_arrow_stream_export(struct ArrowArrayStream *out,
                                               const nx_arrow_column *columns,
                                               size_t count, size_t rows,
                                               const struct ArrowSchema *requested,
                                               nx_error *error);

#endif
