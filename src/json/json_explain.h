/* Why a record is not as it should be. */
#ifndef NX_JSON_JSON_EXPLAIN_H
#define NX_JSON_JSON_EXPLAIN_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "csv/csv_source.h"

/* Looks with care at the record in which `error`, one of json_read.h with a byte, has
 * its place; records begin at `start` or behind a line feed. What is not JSON in it
 * goes before all else, and has no column. Leaves the error as it is if the source
 * cannot be read. */
void nx_json_explain(const nx_csv_source *source, uint64_t start, nx_error *error);

/* The key that such an error belongs to, given its byte: without its escapes, *length
 * bytes of UTF-8 or what should be that, to be released by nx_free. NULL if it belongs
 * to none, or if the source cannot be read. */
uint8_t *nx_json_key_around(const nx_csv_source *source, uint64_t start, uint64_t byte,
                            size_t *length);

#endif
