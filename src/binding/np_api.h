/* Python and NumPy, included in one way by every file of the binding.
 *
 * The NumPy function tables are static data of one file, the one that defines
 * NX_IMPORT_NUMPY (module.c); every other file refers to them.
 */
#ifndef NX_BINDING_NP_API_H
#define NX_BINDING_NP_API_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* A fixed number, so that later NumPy releases cannot break this source. */
#define NPY_NO_DEPRECATED_API  NPY_2_0_API_VERSION
#define NPY_TARGET_VERSION     NPY_2_0_API_VERSION
#define PY_ARRAY_UNIQUE_SYMBOL nx_array_api
#define PY_UFUNC_UNIQUE_SYMBOL nx_ufunc_api
#ifndef NX_IMPORT_NUMPY
#define NO_IMPORT_ARRAY
#define NO_IMPORT_UFUNC
#endif
#include <numpy/arrayobject.h>
#include <numpy/dtype_api.h>
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wstrict-prototypes" /* one function has none */
#endif
#include <numpy/ufuncobject.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

#include <stdbool.h>

/* A function of the module: fixed arity, positional arguments. */
#define NX_ARGS PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t nargs

#endif
