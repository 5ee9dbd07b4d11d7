#include "csv/csv_notes.h"

void
nx_csv_notes_add(nx_csv_notes *notes, nx_csv_note_kind kind, uint64_t row,
                 uint64_t byte, nx_csv_field text)
{
    nx_csv_note *first = &notes->first[kind];
    while (atomic_exchange_explicit(&notes->busy, true, memory_order_acquire)) {
    }
    if (!first->made || row < first->row) {
        *first = (nx_csv_note){
            .made = true, .row = row, .byte = byte, .text = nx_csv_excerpt_of(text)};
    }
    atomic_store_explicit(&notes->busy, false, memory_order_release);
}

static const nx_csv_note *
smaller(const nx_csv_note *a, const nx_csv_note *b)
{
    return !b->made || (a->made && a->row < b->row) ? a : b;
}

nx_status
nx_csv_notes_judge(const nx_csv_notes *notes, nx_type type, nx_error *error)
{
    const nx_csv_note *first = &notes->first[NX_CSV_NOTE_MISSING];
    const nx_csv_note *naive = &notes->first[NX_CSV_NOTE_NAIVE];
    const nx_csv_note *zoned = &notes->first[NX_CSV_NOTE_ZONED];
    nx_csv_fault fault = NX_CSV_FAULT_MISSING;
    if (type != NX_TYPE_NONE && type != NX_TYPE_STRING) {
        first = smaller(first, &notes->first[NX_CSV_NOTE_MISSING_UNLESS_STRING]);
    }
    if (naive->made && zoned->made) {
        /* The one that came later is the stranger. */
        first = naive->row > zoned->row ? naive : zoned;
        fault = first == naive ? NX_CSV_FAULT_NAIVE : NX_CSV_FAULT_ZONED;
    }
    if (!first->made) {
        return NX_OK;
    }
    const nx_status status = nx_csv_fault_error(fault, &first->text, type, 0, error);
    error->record = first->row;
    error->byte = first->byte;
    return status;
}
