/* A range of the rows of a section as text. */
#ifndef NX_JSON_JSON_ROWS_H
#define NX_JSON_JSON_ROWS_H

#include "json/json_write.h"

/* Writes rows first .. end - 1 of a section, not none, with what stands before the
 * first of them and, after the last row of all, the brackets that end. `at` is in
 * writer->out; returns the end of the text, NULL on failure, with the place of the
 * value in the error but for its section. */
uint8_t *nx_json_put_section(nx_json_writer *writer, const nx_json_section *section,
                             size_t first, size_t end, uint8_t *at);

/* Writes n bytes of text. */
uint8_t *nx_json_put_span(nx_json_writer *writer, nx_span text, uint8_t *at);

#endif
