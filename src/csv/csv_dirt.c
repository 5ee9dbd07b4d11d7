#include "csv/csv_dirt.h"

#include <string.h>

#include "base/alloc.h"
#include "csv/csv_field.h"

void
nx_csv_dirt_begin(nx_csv_dirt *dirt, size_t rows)
{
    for (size_t i = 0; i < dirt->count; i++) {
        dirt->of_row[dirt->flaws[i].row] = 0;
    }
    dirt->count = 0;
    dirt->rows = rows;
}

/* Room for one flaw more, and for the number of one at every row. */
static bool
reserve(nx_csv_dirt *dirt)
{
    if (dirt->count == dirt->capacity) {
        const size_t capacity = dirt->capacity == 0 ? 16 : 2 * dirt->capacity;
        nx_csv_flaw *flaws =
            nx_realloc(dirt->flaws, dirt->capacity, capacity, sizeof flaws[0]);
        if (flaws == NULL) {
            return false;
        }
        dirt->flaws = flaws;
        dirt->capacity = capacity;
    }
    if (dirt->rows > dirt->row_capacity) {
        /* Only before the first flaw: `rows` does not grow after that. */
        nx_free(dirt->of_row);
        dirt->of_row = nx_alloc_zeroed(dirt->rows, sizeof dirt->of_row[0]);
        dirt->row_capacity = dirt->of_row == NULL ? 0 : dirt->rows;
    }
    return dirt->of_row != NULL;
}

/* True if a flaw is the one to keep of its record. */
static bool
comes_before(const nx_csv_flaw *flaw, const nx_csv_flaw *other)
{
    if (other->status == NX_OK || other->field == NX_CSV_NO_FIELD) {
        return false;
    }
    return flaw->field == NX_CSV_NO_FIELD || flaw->field < other->field;
}

bool
nx_csv_dirt_add(nx_csv_dirt *dirt, const nx_csv_flaw *flaw)
{
    if (!reserve(dirt)) {
        return false;
    }
    uint32_t *number = &dirt->of_row[flaw->row];
    if (*number == 0) {
        dirt->flaws[dirt->count++] = *flaw;
        *number = (uint32_t)dirt->count;
    }
    else if (comes_before(flaw, &dirt->flaws[*number - 1])) {
        dirt->flaws[*number - 1] = *flaw;
    }
    return true;
}

static bool
leave_out(nx_csv_dirt *dirt, size_t row)
{
    const nx_csv_flaw flaw = {.row = (uint32_t)row, .field = NX_CSV_NO_FIELD};
    return nx_csv_dirt_add(dirt, &flaw);
}

bool
nx_csv_dirt_add_records(nx_csv_dirt *dirt, uint64_t first_row, const uint64_t *records,
                        size_t count)
{
    size_t low = 0, high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (records[middle] < first_row) {
            low = middle + 1;
        }
        else {
            high = middle;
        }
    }
    for (; low < count && records[low] - first_row < dirt->rows; low++) {
        if (!leave_out(dirt, (size_t)(records[low] - first_row))) {
            return false;
        }
    }
    return true;
}

void
nx_csv_dirt_cut(nx_csv_dirt *dirt, size_t rows)
{
    size_t kept = 0;
    for (size_t i = 0; i < dirt->count; i++) {
        const nx_csv_flaw flaw = dirt->flaws[i];
        dirt->of_row[flaw.row] = 0;
        if (flaw.row < rows) {
            dirt->flaws[kept++] = flaw;
            dirt->of_row[flaw.row] = (uint32_t)kept;
        }
    }
    dirt->count = kept;
    dirt->rows = rows;
}

size_t
nx_csv_dirt_row_behind(const nx_csv_dirt *dirt, uint64_t good)
{
    size_t row = 0;
    if (dirt->count == 0) {
        return good < dirt->rows ? (size_t)good : dirt->rows;
    }
    for (; row < dirt->rows && good > 0; row++) {
        good -= dirt->of_row[row] == 0;
    }
    return row;
}

bool
nx_csv_sieve_keep(nx_csv_sieve *sieve, const nx_csv_dirt *dirt)
{
    nx_csv_sieve_clear(sieve);
    if (dirt->count == 0) {
        return true;
    }
    sieve->bits = nx_alloc_zeroed((dirt->rows + 7) / 8, 1);
    if (sieve->bits == NULL) {
        return false;
    }
    for (size_t i = 0; i < dirt->count; i++) {
        const nx_csv_flaw *flaw = &dirt->flaws[i];
        sieve->bits[flaw->row / 8] |= (uint8_t)(1u << flaw->row % 8);
        sieve->out++;
        sieve->rejected += flaw->status != NX_OK;
    }
    return true;
}

bool
nx_csv_dirt_restore(nx_csv_dirt *dirt, const nx_csv_sieve *sieve, size_t rows)
{
    nx_csv_dirt_begin(dirt, rows);
    for (size_t row = 0; sieve->bits != NULL && row < rows; row++) {
        if ((sieve->bits[row / 8] >> row % 8 & 1) != 0 && !leave_out(dirt, row)) {
            return false;
        }
    }
    return true;
}

void
nx_csv_sieve_clear(nx_csv_sieve *sieve)
{
    nx_free(sieve->bits);
    memset(sieve, 0, sizeof *sieve);
}

void
nx_csv_dirt_clear(nx_csv_dirt *dirt)
{
    nx_free(dirt->flaws);
    nx_free(dirt->of_row);
    memset(dirt, 0, sizeof *dirt);
}

/* The message of a record that breaks the grammar. */
static void
broken_record_error(const nx_csv_flaw *flaw, nx_error *error)
{
    const nx_status status = (nx_status)flaw->status;
    switch (flaw->code) {
        case 121:
            nx_error_set(error, status, 121,
                         "a line that is left out is part of a record");
            break;
        case 201:
            nx_error_set(error, status, 201, "text after a closing quote");
            break;
        case 202:
            nx_error_set(error, status, 202, "a quote is opened and never closed");
            break;
        case 203:
            nx_error_set(error, status, 203, "a quote inside an unquoted field");
            break;
        default:
            nx_error_set(error, status, 301, "expected %llu fields, found %u",
                         (unsigned long long)flaw->limit, flaw->size);
    }
}

void
nx_csv_flaw_error(const nx_csv_flaw *flaw, const uint8_t *text,
                  const nx_csv_dialect *dialect, nx_error *error)
{
    const uint8_t *at = text + flaw->byte;
    if (flaw->field == NX_CSV_NO_FIELD) {
        broken_record_error(flaw, error);
    }
    else if (flaw->status == NX_ERR_ENCODING) {
        nx_error_set(error, NX_ERR_ENCODING, 401, "byte 0x%02x is not UTF-8", *at);
    }
    else {
        const nx_csv_excerpt excerpt = nx_csv_excerpt_of(
            nx_csv_field_value((nx_csv_field){at, at + flaw->size}, dialect));
        (void)nx_csv_fault_error((nx_csv_fault)flaw->fault, &excerpt,
                                 (nx_type)flaw->type, flaw->limit, error);
    }
}
