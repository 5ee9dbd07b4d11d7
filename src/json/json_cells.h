/* Writing one JSON value into its column the careful way: it is JSON or not, missing,
 * of the column's type, of another one, or not of the dtype that was asked for. As
 * csv_cells.h, whose state it uses. */
#ifndef NX_JSON_JSON_CELLS_H
#define NX_JSON_JSON_CELLS_H

#include "csv/csv_cells.h"

/* Writes a cell of a column of any type. False as nx_csv_cell_put, and with the status
 * NX_ERR_SYNTAX for a field that is no value. */
bool nx_json_cell_put(nx_csv_cells *cells, size_t row, nx_csv_field field);

#endif
