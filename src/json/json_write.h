/* Arrays, records and tables as one JSON text.
 *
 * A document is texts and sections in turn. A section is rows: each has the values of
 * all its columns with texts before and between them, and brackets or a separator
 * between the rows. One array is a section of one column, records are a section of
 * many, and columns one behind the other are a section each.
 *
 * Rows are written in chunks. One thread writes them straight to where they belong;
 * several write to memory of their own, and hand the place where the next chunk goes on
 * from one to the other. Where that place is depends on the rows before alone, and so
 * does every byte.
 */
#ifndef NX_JSON_JSON_WRITE_H
#define NX_JSON_JSON_WRITE_H

#include "json/json_value.h"
#include "thread/parallel.h"

typedef struct nx_json_section {
    nx_span before; /* text before the first row */
    size_t rows;    /* not 0 */
    int ndim;       /* of the nested lists that the rows are in; 0: no brackets */
    const size_t *dims;
    uint8_t between; /* rows: ',' or '\n' */
    const nx_json_column *columns;
    size_t column_count; /* not 0 */
    nx_span row_end;     /* text behind the last value of a row */
    /* Filled by nx_json_measure. */
    size_t chunk_rows;
    size_t first_chunk;
} nx_json_section;

typedef struct nx_json_document {
    nx_json_section *sections;
    size_t section_count; /* not 0 */
    nx_span after;        /* text at the end */
    nx_json_policy policy;
    size_t chunks; /* filled by nx_json_measure */
} nx_json_document;

/* Divides the document into chunks, and estimates from some rows of each section how
 * long its text will be, in bytes; it may become longer. */
NX_MUST_CHECK nx_status nx_json_measure(nx_json_document *document, size_t *estimate,
                                        nx_error *error);

/* Text that did not fit where it was meant to go. */
typedef struct nx_json_block {
    struct nx_json_block *next;
    size_t offset; /* in the whole text */
    size_t length;
    uint8_t *text;
} nx_json_block;

typedef struct nx_json_text {
    uint8_t *start;        /* where to write: memory of the caller ... */
    size_t capacity;       /* ... of this size */
    size_t length;         /* of the whole text */
    size_t in_place;       /* bytes of it that are at `start` */
    nx_json_block *blocks; /* the others */
} nx_json_text;

/* Writes a document, which was measured. `start` and `capacity` of the text are set,
 * the others 0; it is ended by nx_json_text_clear whatever happens. For NX_ERR_VALUE
 * and NX_ERR_ENCODING the error has a code of json_value.h and the first value at
 * fault: its section is `line`, its column `column`, its row `record`, its number there
 * `byte`. */
NX_MUST_CHECK nx_status nx_json_write(const nx_json_document *document,
                                      unsigned threads, const nx_wait *wait,
                                      nx_json_text *text, nx_error *error);

/* Copies what is not in place to where it belongs in memory that has room for all. */
void nx_json_text_complete(const nx_json_text *text, uint8_t *start);

void nx_json_text_clear(nx_json_text *text);

#endif
