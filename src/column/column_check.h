/* String views from elsewhere, looked at before anything trusts them. */
#ifndef NX_COLUMN_COLUMN_CHECK_H
#define NX_COLUMN_COLUMN_CHECK_H

#include "base/status.h"
#include "column/column.h"

/* Whether every view is one that nx_view_store could have made: no negative length,
 * zeros behind a short text, a slab that is there with the text inside of it and the
 * right prefix, and valid UTF-8. Else NX_ERR_VALUE, or NX_ERR_ENCODING for the last,
 * with the row in `record`. `column->values` must hold `length` views. */
NX_MUST_CHECK nx_status nx_strings_check(const nx_column *column, nx_error *error);

#endif
