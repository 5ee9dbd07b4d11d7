/* NumPy ufuncs from tables.
 *
 * A family of kernels describes its ufuncs in an nx_py_ufunc each and is listed in
 * py_ufuncs.c. One loop function serves many types: it finds the type number of its
 * first input in the descriptors of its call.
 */
#ifndef NX_BINDING_PY_UFUNCS_H
#define NX_BINDING_PY_UFUNCS_H

#include "binding/np_api.h"

enum {
    NX_UFUNC_OPERANDS = 3 /* at most */
};

/* One loop function and the types of the first input that it serves. */
typedef struct nx_py_ufunc_loop {
    const int *first_types; /* type numbers, ended by NPY_NOTYPE */
    PyArrayMethod_StridedLoop *run;
} nx_py_ufunc_loop;

/* In place of a type number: the type of the first input. */
#define NX_UFUNC_SAME_TYPE (-1)

/* A ufunc with one output; a second input is a uint64, as is then the output.
 * Everything here is kept by NumPy: static data. */
typedef struct nx_py_ufunc {
    const char *name;
    const char *signature; /* of a generalized ufunc, else NULL */
    const char *doc;
    int inputs;
    int other_types[NX_UFUNC_OPERANDS - 1]; /* of the operands after the first */
    bool float_errors;         /* the floating-point flags of loops are the user's */
    nx_py_ufunc_loop loops[2]; /* the second one may be empty */
} nx_py_ufunc;

/* The types of text: bytes (S), void (V), str (U), StringDType and object. */
extern const int nx_py_text_types[];

/* The types of numbers: bool, all integers, float16, float32 and float64. */
extern const int nx_py_number_types[];

/* float64 alone. As the types of a ufunc's first loop they say that other numbers are
 * converted, as NumPy's own functions of floats do. */
extern const int nx_py_float_types[];

/* Adds the dict `ufuncs` of all ufuncs by name to the module. -1 with an exception
 * set if that fails. */
int nx_py_ufuncs_add(PyObject *module);

#endif
