/* Records in an index of fields, which has one of two layouts.
 *
 * Plain: one entry a field, the offset of the byte that ends it, so that each field
 * begins one behind the end of the one before it; the byte tells whether the record
 * ends there too. This is what scanners of plain dialects write.
 *
 * Spans: for each record its number of fields, two entries a field (the byte before it,
 * and its end), and the offset where the record begins. Fields need not lie side by
 * side. Since the entry before the end of a field is the byte before it in both
 * layouts, nx_csv_field_at finds fields in both; only which entry it starts from
 * differs.
 *
 *     a || "b" # note \n      3 0 -1 ...  is  [2, -1, 2, 4, 8, 0]
 */
#ifndef NX_CSV_CSV_RECORD_H
#define NX_CSV_CSV_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv/csv_dialect.h"

typedef struct nx_csv_record {
    size_t fields;
    size_t stride; /* entries of the record */
    size_t start;  /* offsets: of its first byte ... */
    size_t end;    /* ... and of the byte behind its last field, in the plain layout
                      perhaps behind a CR: nx_csv_record_text_end */
    bool blank;    /* no bytes, and no field but an empty one */
} nx_csv_record;

/* The entry of a field, counted from the first one of its record. */
NX_INLINE size_t
nx_csv_record_slot(size_t field, bool spans)
{
    return spans ? 2 * field + 2 : field;
}

/* Entries of a record. */
NX_INLINE size_t
nx_csv_record_stride(size_t fields, bool spans)
{
    return spans ? 2 * fields + 2 : fields;
}

/* The whole record whose entries begin at ends[0]; ends[-1] is the byte before it, or
 * an entry. */
NX_INLINE nx_csv_record
nx_csv_record_at(const uint8_t *text, const uint32_t *ends, bool spans)
{
    if (spans) {
        const size_t fields = ends[0], last = nx_csv_record_slot(fields - 1, true);
        return (nx_csv_record){
            .fields = fields,
            .stride = last + 2,
            .start = ends[last + 1],
            .end = ends[last],
            .blank = fields == 1 && (uint32_t)(ends[1] + 1) == ends[2],
        };
    }
    size_t fields = 1;
    while (!nx_csv_ends_record(text[ends[fields - 1]])) {
        fields++;
    }
    const size_t start = (uint32_t)(ends[-1] + 1), end = ends[fields - 1];
    return (nx_csv_record){
        .fields = fields,
        .stride = fields,
        .start = start,
        .end = end,
        .blank = fields == 1 && nx_csv_is_blank(text + start, end - start),
    };
}

/* Where the last field of a record ends: the CR of a CRLF belongs to what ends the
 * record. */
NX_INLINE size_t
nx_csv_record_text_end(const nx_csv_record *record, const uint8_t *text, bool spans)
{
    const size_t end = record->end;
    const bool pair =
        !spans && end > record->start && text[end] == '\n' && text[end - 1] == '\r';
    return end - pair;
}

#endif
