#include "csv/csv_notes.h"

static void
lock(nx_csv_notes *notes)
{
    while (atomic_exchange_explicit(&notes->busy, true, memory_order_acquire)) {
    }
}

static void
unlock(nx_csv_notes *notes)
{
    atomic_store_explicit(&notes->busy, false, memory_order_release);
}

void
nx_csv_notes_add(nx_csv_notes *notes, nx_csv_note_kind kind, uint64_t row,
                 uint64_t byte, nx_csv_field text)
{
    nx_csv_note *first = &notes->first[kind];
    lock(notes);
    if (!first->made || row < first->row) {
        *first = (nx_csv_note){
            .made = true, .row = row, .byte = byte, .text = nx_csv_excerpt_of(text)};
    }
    unlock(notes);
}

bool
nx_csv_notes_has(nx_csv_notes *notes, nx_csv_note_kind kind)
{
    lock(notes);
    const bool made = notes->first[kind].made;
    unlock(notes);
    return made;
}

void
nx_csv_notes_add_error(nx_csv_notes *notes, const nx_error *error)
{
    lock(notes);
    if (notes->error.status == NX_OK || error->record < notes->error.record) {
        notes->error = *error;
    }
    unlock(notes);
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
    const nx_error *certain = &notes->error;
    if (certain->status != NX_OK && (!first->made || certain->record < first->row)) {
        *error = *certain;
        return certain->status;
    }
    if (!first->made) {
        return NX_OK;
    }
    const nx_status status = nx_csv_fault_error(fault, &first->text, type, 0, error);
    error->record = first->row;
    error->byte = first->byte;
    return status;
}
