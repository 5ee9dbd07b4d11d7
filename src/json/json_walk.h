/* From an indexed block of records to a matrix of their values.
 *
 * A row of the matrix has two offsets for each wanted column: the byte before the
 * value, and the byte behind it. That is how csv_field.h finds a field: column i of a
 * run is field 2 * i + 1 of a CSV run, and the loops over columns see it as one. A
 * record without the key has an empty field where the record begins.
 *
 * Keys are foreseen: behind each one the key that came behind it last is tried, before
 * it is looked up. Keys that are not known are kept for the caller. What stands in a
 * wanted column is taken as it is, between the colon and the next comma; the loops find
 * out what it is. All else, braces, keys, nested values and what no column wants, is
 * checked here. A record that is not as it should be ends the run; it is found out
 * later why (json_check.h).
 */
#ifndef NX_JSON_JSON_WALK_H
#define NX_JSON_JSON_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "csv/csv_block.h"
#include "json/json_keys.h"
#include "thread/thread.h"

/* What all workers share: the `context` of an nx_csv_shape. */
typedef struct nx_json_walk {
    const nx_json_keys *keys; /* with their slots, which are distinct */
    size_t slot_count;
    bool nested_text;     /* nested values are text; else they are an error */
    bool keys_only;       /* values that no column wants are not looked at */
    uint64_t most_cells;  /* rows times slots, at most */
    nx_mutex lock;        /* guards what follows */
    nx_json_keys further; /* keys that were met and are not known, each with the row and
                             the place in the record where it was first met */
} nx_json_walk;

/* The column of a run that holds the values of a slot. */
NX_INLINE size_t
nx_json_run_column(size_t slot)
{
    return 2 * slot + 1;
}

/* The `split` of an nx_csv_format. */
NX_MUST_CHECK nx_status nx_json_split(nx_csv_block *block, const nx_csv_shape *shape,
                                      const nx_csv_chunk *chunk, nx_error *error);

#endif
