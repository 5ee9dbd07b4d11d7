/* What a producer hands over, checked as far as the interface lets one: it tells no
 * sizes of buffers, so that a length beyond them cannot be noticed. */
#ifndef NX_ARROW_ARROW_CHECK_H
#define NX_ARROW_ARROW_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "arrow/arrow_abi.h"
#include "arrow/arrow_type.h"
#include "base/buffer.h"
#include "base/status.h"

/* The type of a field, or of its values if it is dictionary-encoded (then they are
 * strings, and *index is the type of the indices; else *index is NULL). NX_ERR_TYPE,
 * with the name and what to do, if columns have no such type. */
NX_MUST_CHECK nx_status nx_arrow_check_field(const struct ArrowSchema *schema,
                                             const nx_arrow_type **type,
                                             const nx_arrow_type **index, bool *zoned,
                                             nx_error *error);

/* Lengths, counts and buffers of one array of that type, whose column is `name`. */
NX_MUST_CHECK nx_status nx_arrow_check_array(const struct ArrowArray *array,
                                             const nx_arrow_type *type,
                                             const char *name, nx_error *error);

/* A record batch, without its columns: a struct of `count` children that have at
 * least its rows, none of them missing as a whole. */
NX_MUST_CHECK nx_status nx_arrow_check_batch(const struct ArrowArray *batch,
                                             size_t count, nx_error *error);

/* Takes an array over, which is then released as far as others can see: an empty
 * buffer that releases it with its last reference. What the array points at stays
 * where it is. NULL, and nothing taken, when no memory is left. */
nx_buffer *nx_arrow_keep(struct ArrowArray *array);

/* Bytes that live as long as `keeper`, as a buffer; NULL when no memory is left. */
nx_buffer *nx_arrow_share(nx_buffer *keeper, const void *data, size_t size);

#endif
