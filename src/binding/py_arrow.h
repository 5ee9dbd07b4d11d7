/* Tables to other libraries and back, by the Arrow PyCapsule interface. */
#ifndef NX_BINDING_PY_ARROW_H
#define NX_BINDING_PY_ARROW_H

#include "binding/np_api.h"

/* _native.arrow_schema(columns): a capsule "arrow_schema". Columns are tuples (name,
 * type name, values, mask, zoned); values are an array or a string capsule, the mask a
 * bool array or None. */
PyObject *nx_py_arrow_schema(NX_ARGS);

/* _native.arrow_stream(columns, rows, requested): a capsule "arrow_array_stream" of
 * the table; `requested` is a capsule "arrow_schema" or None. */
PyObject *nx_py_arrow_stream(NX_ARGS);

/* _native.arrow_import(stream) or arrow_import(schema, array): rows and columns of what
 * such capsules hold, as tuples (name, type name, values, mask, missing, zoned). */
PyObject *nx_py_arrow_import(NX_ARGS);

#endif
