/* Arrays of the texts that patterns find or make. */
#ifndef NX_BINDING_PY_PATTERN_GATHER_H
#define NX_BINDING_PY_PATTERN_GATHER_H

#include "binding/np_api.h"

/* _native.pattern_gather(pattern, texts, kind, groups, pieces, limit): a tuple of two.
 * The first one is a new 1-d array of StringDType, or of S for a pattern of bytes
 * (ValueError for one that ends in a NUL). The second one depends on the kind:
 *
 * 0, all: int64 of one more than there are texts; text i gave those from [i] to [i + 1]
 * 1, first: bool, where there is a match; elsewhere the first array is empty
 * 2, replaced: None
 *
 * A group is (first part, end part); a piece is bytes or such a group. RuntimeError if
 * somebody changed the texts meanwhile. */
PyObject *nx_py_pattern_gather(NX_ARGS);

#endif
