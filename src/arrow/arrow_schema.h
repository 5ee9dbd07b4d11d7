/* The schema of a table as an ArrowSchema. */
#ifndef NX_ARROW_ARROW_SCHEMA_H
#define NX_ARROW_ARROW_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "arrow/arrow_abi.h"
#include "arrow/arrow_type.h"
#include "base/status.h"

/* What a schema says of one column. */
typedef struct nx_arrow_field {
    const char *name; /* UTF-8, ended by NUL */
    const nx_arrow_type *type;
    bool zoned;                   /* a timestamp whose values are UTC */
    const nx_arrow_type *entries; /* of the dictionary that the values are indices of;
                                     NULL if they are what they seem */
} nx_arrow_field;

/* Fills *out with a struct of these fields, all of them nullable. It refers to
 * nothing of the arguments, and belongs to the caller until somebody releases it.
 * Nothing is left behind on failure. */
NX_MUST_CHECK nx_status nx_arrow_schema_export(struct ArrowSchema *out,
                                               const nx_arrow_field *fields,
                                               size_t count, nx_error *error);

/* Gives each string field the layout that `requested` has for it, if that is a
 * struct of fields with the same names in the same order and the layout is one of
 * strings. Other requests are ignored, as the specification allows. */
void nx_arrow_schema_honour(const struct ArrowSchema *requested, nx_arrow_field *fields,
                            size_t count);

#endif
