/* What is asked of the columns of a CSV source, from Python. */
#ifndef NX_BINDING_PY_CSV_REQUEST_H
#define NX_BINDING_PY_CSV_REQUEST_H

#include "binding/np_api.h"

#include "csv/csv_read.h"

/* Requests and the rules they refer to; the words belong to the bytes objects in the
 * tuples. Zero-initialised; ended by nx_py_csv_requests_clear. */
typedef struct nx_py_csv_requests {
    size_t count;
    size_t *columns;
    nx_csv_request *requests;
    nx_csv_rules *rules;
    nx_csv_word *words;
    nx_date_format *dates; /* one for each rule */
} nx_py_csv_requests;

/* `requests` has a tuple (field, type, limit, rule) for each column: a position below
 * `fields`, the name of a dtype or "" for the one that the fields show, the limit of
 * a string (csv_read.h), and a position in `rules`. Of these each is (default_na,
 * na_words, true_words, false_words, missing_raises, leading_zeros_int, strip), with
 * words as tuples of bytes, and perhaps (..., decimal, thousands, dates): the byte
 * before a fraction or 0 for the usual form of numbers, and two bytes objects, which
 * may be empty. The tuples must outlive what is made of them. False with an exception
 * set; to be cleared all the same. */
bool nx_py_csv_requests_parse(nx_py_csv_requests *made, PyObject *requests,
                              PyObject *rules, size_t fields);

void nx_py_csv_requests_clear(nx_py_csv_requests *made);

/* csv_date_unit(format, /): the unit of datetime64 for a layout of dates (bytes).
 * ValueError if it is none. */
PyObject *nx_py_csv_date_unit(NX_ARGS);

#endif
