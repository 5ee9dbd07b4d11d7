/* Where one value of a table stands in its source: for what is found wrong with it once
 * the table is read and its text is gone. */
#ifndef NX_JSON_JSON_PLACE_H
#define NX_JSON_JSON_PLACE_H

#include <stdint.h>

#include "base/status.h"
#include "csv/csv_place.h"
#include "json/json_read.h"

/* Finds the value of the one column that `options` reads in a row, or the record if it
 * has none. Walks over all records before it. A source that no longer has that row is
 * NX_ERR_CHANGED. */
NX_MUST_CHECK nx_status nx_json_place_find(nx_csv_place *place,
                                           const nx_csv_source *source,
                                           const nx_json_options *options, uint64_t row,
                                           const nx_wait *wait, nx_error *error);

#endif
