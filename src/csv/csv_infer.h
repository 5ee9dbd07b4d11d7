/* What a single field could be: its classes and its value. */
#ifndef NX_CSV_CSV_INFER_H
#define NX_CSV_CSV_INFER_H

#include "column/lattice.h"
#include "csv/csv_rules.h"
#include "number/parse_datetime.h"

/* A field that was looked at closely. Which member counts follows from the
 * classes; a decimal is not converted here. */
typedef struct nx_csv_value {
    nx_class_set classes;
    int64_t integer;      /* INTEGER within int64 */
    uint64_t big;         /* INTEGER with BEYOND_INT64 */
    uint8_t truth;        /* BOOL */
    nx_datetime datetime; /* DATE, TIME_* */
} nx_csv_value;

/* Classifies the value text of a field that is not missing. */
nx_csv_value nx_csv_classify(nx_csv_field text, const nx_csv_rules *rules);

/* BEYOND_NS when some count of units between low and high (both real times)
 * cannot be said in nanoseconds, else nothing. */
nx_class_set nx_csv_beyond_ns(int64_t low, int64_t high, nx_datetime_unit unit);

#endif
