/* The records of a text under one dialect, for Python. */
#ifndef NX_BINDING_PY_CSV_SURVEY_H
#define NX_BINDING_PY_CSV_SURVEY_H

#include "binding/np_api.h"

/* _native.csv_survey(text, dialect, at_end)
 *     -> (fields, starts, begins, ends, looks, consumed, open)
 *
 * Five read-only arrays of uint32, the first two with one item a record, the others
 * with one a cell, and what is in csv_survey.h. `text` is a buffer; the dialect is that
 * of py_csv_source.h. */
PyObject *nx_py_csv_survey(NX_ARGS);

#endif
