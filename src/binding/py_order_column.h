/* Columns to order rows by, of arrays and of the string columns of tables. */
#ifndef NX_BINDING_PY_ORDER_COLUMN_H
#define NX_BINDING_PY_ORDER_COLUMN_H

#include "binding/np_api.h"

#include "binding/py_string_entry.h"
#include "column/column.h"
#include "sort/order_rows.h"

/* The texts of an array or a string column, by place. */
typedef struct nx_py_texts {
    const char *data;
    npy_intp step;
    size_t item_size;
    int type;                /* type number; NPY_NOTYPE: of a column */
    const nx_column *column; /* of string views */
    nx_py_strings strings;   /* of a StringDType array, once they are locked */
} nx_py_texts;

typedef struct nx_py_order_column {
    nx_sort_source numbers;
    nx_sort_texts sort;
    nx_py_texts texts;
    size_t length;        /* places */
    const npy_bool *mask; /* what is missing beside NA; may be NULL */
    uint8_t *missing;     /* of both, if it was made here */
} nx_py_order_column;

/* What rows are ordered by; ended by nx_py_order_columns_clear. */
typedef struct nx_py_order_columns {
    size_t count;
    nx_py_order_column *own;
    nx_order_column *columns;
    PyObject *held;         /* a tuple of what the columns are made of */
    PyArray_Descr **descrs; /* of the StringDType arrays among them */
    npy_string_allocator **allocators;
    size_t strings;
} nx_py_order_columns;

/* Takes a list of (items, mask, descending): items are a one-dimensional array of
 * numbers, S, U in the byte order of the machine or StringDType, or the capsule of a
 * string column; mask is a contiguous array of bool or None. False with an exception
 * set. */
bool nx_py_order_columns_take(nx_py_order_columns *taken, PyObject *list);

/* Whether all have `length` places; false with an exception set. */
bool nx_py_order_columns_fit(const nx_py_order_columns *taken, size_t length);

void nx_py_order_columns_clear(nx_py_order_columns *taken);

/* Makes columns ready to be read, without the interpreter: locks the strings they
 * stand on, until nx_py_order_columns_end, and looks which have no value. Whoever holds
 * strings must not wait for the interpreter. */
NX_MUST_CHECK nx_status nx_py_order_columns_begin(nx_py_order_columns *taken,
                                                  nx_error *error);
void nx_py_order_columns_end(nx_py_order_columns *taken);

#endif
