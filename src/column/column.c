#include "column/column.h"

#include <string.h>

void
nx_column_clear(nx_column *column)
{
    nx_buffer_release(column->values);
    nx_buffer_release(column->mask);
    nx_slabs_clear(&column->slabs);
    memset(column, 0, sizeof *column);
}
