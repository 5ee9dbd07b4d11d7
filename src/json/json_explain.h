/* Why a record is not as it should be. */
#ifndef NX_JSON_JSON_EXPLAIN_H
#define NX_JSON_JSON_EXPLAIN_H

#include <stdint.h>

#include "base/status.h"
#include "csv/csv_source.h"
#include "json/json_keys.h"

/* Looks with care at the record in which `error`, one of json_read.h with a byte, has
 * its place; records begin at `start` or behind a line feed. What is not JSON in it
 * goes before all else. The column of the error, until now a slot, becomes the number
 * of its key; `columns` has those of the slots. Leaves the error as it is if the source
 * cannot be read. */
void nx_json_explain(const nx_csv_source *source, uint64_t start, const size_t *columns,
                     const nx_json_keys *keys, nx_error *error);

#endif
