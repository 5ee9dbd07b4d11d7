/* The one place where an nx_error becomes a Python exception. */
#ifndef NX_BINDING_PY_ERROR_H
#define NX_BINDING_PY_ERROR_H

#include "binding/np_api.h"

#include "base/status.h"

/* Sets the exception for a failed call and returns NULL. An exception that is
 * already set (a KeyboardInterrupt that cancelled the call) stays. */
PyObject *nx_py_raise(const nx_error *error);

/* The exception that is set, if any, put aside. Whatever is released may be Python code
 * of somebody else, which would lose it. */
typedef struct nx_py_aside {
    PyObject *type, *value, *traceback;
} nx_py_aside;

nx_py_aside nx_py_put_aside(void);
void nx_py_bring_back(nx_py_aside *aside);

/* Checks the number of arguments; false with TypeError set. */
bool nx_py_arity(const char *function, Py_ssize_t nargs, Py_ssize_t wanted);

#endif
