/* References to Python objects that may be dropped on any thread, with or without
 * the interpreter. */
#ifndef NX_BINDING_PY_REFERENCE_H
#define NX_BINDING_PY_REFERENCE_H

#include "binding/np_api.h"

#include "base/buffer.h"

/* The bytes of an object as a buffer that keeps the object alive. When the last
 * reference to the buffer is gone, on whatever thread, the object is put on a list and
 * let go of a little later by a thread that runs Python; never, if the interpreter has
 * begun to shut down by then. NULL with an exception set. */
nx_buffer *nx_py_reference_buffer(PyObject *owner, const void *data, size_t size);

/* Lets go of what is on the list. Called with the interpreter, where it costs
 * nothing if the list is empty. */
void nx_py_references_drop(void);

/* Called once at import: from the exit of the interpreter on nothing is let go of.
 * -1 with an exception set. */
int nx_py_references_start(void);

#endif
