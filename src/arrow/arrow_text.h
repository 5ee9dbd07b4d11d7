/* Chunks of strings, in any of Arrow's layouts, as string views. */
#ifndef NX_ARROW_ARROW_TEXT_H
#define NX_ARROW_ARROW_TEXT_H

#include "arrow/arrow_gather.h"

/* Fills values and slabs of gather->column, whose mask is there. Text longer than a
 * view holds stays where the producer has it, and its array is taken over. All text
 * is looked at: what is not UTF-8, or lies outside its buffer as far as that can be
 * known, is NX_ERR_FORMAT. */
NX_MUST_CHECK nx_status nx_arrow_gather_text(nx_arrow_gather *gather, nx_error *error);

#endif
