/* The ufunc of squares. */
#ifndef NX_BINDING_PY_SQUARE_H
#define NX_BINDING_PY_SQUARE_H

#include "binding/py_ufuncs.h"

extern const nx_py_ufunc nx_py_ufunc_square;

#endif
