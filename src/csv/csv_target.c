#include "csv/csv_target.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"

const nx_csv_rules *
nx_csv_target_rules(const nx_csv_target *target)
{
    return target->rules == NULL ? &nx_csv_rules_default : target->rules;
}

nx_type
nx_csv_target_type(const nx_csv_target *target)
{
    return target->requested != NX_TYPE_NONE
               ? target->requested
               : nx_type_final(nx_type_of_classes(target->classes));
}

bool
nx_csv_target_is_final(const nx_csv_target *target, nx_type written,
                       nx_class_set classes)
{
    if (target->requested != NX_TYPE_NONE) {
        return true;
    }
    const nx_type type = nx_type_of_classes(classes);
    return written == type || (type == NX_TYPE_STRING && written == NX_TYPE_DIGITS);
}

bool
nx_csv_target_zoned(const nx_csv_target *target)
{
    return (target->classes & NX_CLASS_ZONED) != 0 ||
           target->notes.first[NX_CSV_NOTE_ZONED].made;
}

static nx_csv_array *
array_for(nx_csv_target *target, nx_type type)
{
    switch (nx_type_width(type)) {
        case 1:
            return &target->narrow;
        case 2:
            return &target->half;
        case 4:
            return &target->single;
        case 8:
            return &target->wide;
        case 16:
            return &target->views;
        default:
            return NULL;
    }
}

enum {
    ARENA_BLOCK = 4 << 20,
    ARENA_LARGEST = 1 << 20,
    ARENA_ROWS = ARENA_LARGEST / 16 /* of the widest type */
};

/* Rows to spare where it is not known how many there are: a table of a million columns
 * and ten rows must not have room for seventy. */
enum {
    SPARE_BYTES = 64 << 20, /* of all columns */
    SPARE_ROWS = 64,
    FEWEST_SPARE_ROWS = 8
};

static uint64_t
spare_rows(size_t columns)
{
    const size_t rows = SPARE_BYTES / 8 / columns;
    if (rows > SPARE_ROWS) {
        return SPARE_ROWS;
    }
    return rows < FEWEST_SPARE_ROWS ? FEWEST_SPARE_ROWS : rows;
}

/* `bytes` zero bytes of the arena. */
static nx_buffer *
arena_new(nx_csv_arena *arena, size_t bytes)
{
    nx_buffer *slice = NULL;
    nx_mutex_lock(&arena->lock);
    if (arena->block == NULL || ARENA_BLOCK - arena->used < bytes) {
        nx_buffer_release(arena->block);
        arena->block = nx_buffer_new_zeroed(ARENA_BLOCK, 1);
        arena->used = 0;
    }
    if (arena->block != NULL) {
        slice = nx_buffer_slice(arena->block, arena->used, bytes);
        arena->used += (bytes + NX_ALIGNMENT - 1) / NX_ALIGNMENT * NX_ALIGNMENT;
    }
    nx_mutex_unlock(&arena->lock);
    return slice;
}

void
nx_csv_arena_clear(nx_csv_arena *arena)
{
    nx_buffer_release(arena->block);
    arena->block = NULL;
}

void
nx_csv_targets_expect(nx_csv_target *targets, size_t count, uint64_t expected,
                      bool exact)
{
    const bool few = exact || expected <= ARENA_ROWS - ARENA_ROWS / 8;
    /* Less than a huge page in all is better off on the heap. */
    const bool packed =
        expected <= ARENA_ROWS && count * expected * 8 >= NX_HUGE_PAGE_FROM;
    const uint64_t promised = expected + expected / 8;
    const uint64_t room = exact || count == 0 ? expected : promised + spare_rows(count);
    for (size_t i = 0; i < count; i++) {
        nx_csv_target *target = &targets[i];
        if (!target->reserve) {
            continue;
        }
        if (few && room < target->rows) {
            target->rows = room;
            target->estimated = !exact;
        }
        target->reserve = !few;
        target->expected = expected < target->rows ? expected : target->rows;
        target->arena = packed ? target->arena : NULL;
    }
}

static nx_buffer *
make_buffer(const nx_csv_target *target, size_t width, bool zeroed)
{
    const uint64_t rows = target->rows;
    if (rows > SIZE_MAX) {
        return NULL;
    }
    /* What is small is not worth address space of its own: pages that are not written
     * to cost nothing there either. */
    if (target->reserve && rows * width >= NX_HUGE_PAGE_FROM) {
        return nx_buffer_reserve((size_t)rows, width, (size_t)target->expected * width);
    }
    if (!target->reserve && target->arena != NULL && rows * width <= ARENA_LARGEST) {
        return arena_new(target->arena, (size_t)rows * width);
    }
    return zeroed ? nx_buffer_new_zeroed((size_t)rows, width)
                  : nx_buffer_new((size_t)rows, width);
}

/* The bytes of *array, which is made on first use. Of two workers that make it
 * at once, one gives its own back. */
static void *
ensure(nx_csv_target *target, nx_csv_array *array, size_t width, bool zeroed)
{
    nx_buffer *buffer = atomic_load_explicit(array, memory_order_acquire);
    if (buffer == NULL) {
        nx_buffer *made = make_buffer(target, width, zeroed);
        if (made == NULL) {
            return NULL;
        }
        if (atomic_compare_exchange_strong(array, &buffer, made)) {
            buffer = made;
        }
        else {
            nx_buffer_release(made);
        }
    }
    return nx_buffer_data(buffer);
}

/* Takes the buffer out of *array. */
static nx_buffer *
take(nx_csv_array *array)
{
    return atomic_exchange(array, NULL);
}

void *
nx_csv_target_values(nx_csv_target *target, nx_type type)
{
    nx_csv_array *array = array_for(target, type);
    return array == NULL ? NULL : ensure(target, array, nx_type_width(type), false);
}

uint8_t *
nx_csv_target_mask(nx_csv_target *target)
{
    return ensure(target, &target->mask, 1, true);
}

/* The values of a column in which every cell is missing. */
static void
fill_nan(double *values, uint64_t rows)
{
    for (uint64_t i = 0; i < rows; i++) {
        values[i] = (double)NAN;
    }
}

void
nx_csv_target_unmask(nx_csv_target *target, uint64_t first_row, size_t rows)
{
    nx_buffer *mask = atomic_load_explicit(&target->mask, memory_order_acquire);
    if (mask != NULL) {
        memset((uint8_t *)nx_buffer_data(mask) + first_row, 0, rows);
    }
}

/* Cuts the buffer of *array, if there is one, to `bytes`. */
static bool
cut(nx_csv_array *array, size_t bytes)
{
    nx_buffer *buffer = atomic_load(array);
    return buffer == NULL || nx_buffer_shrink(buffer, bytes);
}

bool
nx_csv_target_finish(nx_csv_target *target, uint64_t rows, size_t missing,
                     nx_column *column)
{
    const nx_type type = nx_csv_target_type(target);
    void *values = nx_csv_target_values(target, type);
    if (values == NULL) {
        return false;
    }
    if (target->classes == 0 && target->requested == NX_TYPE_NONE) {
        fill_nan(values, rows);
    }
    if (target->reserve &&
        !(cut(array_for(target, type), (size_t)rows * nx_type_width(type)) &&
          cut(&target->mask, (size_t)rows))) {
        return false;
    }
    *column = (nx_column){
        .type = type,
        .length = (size_t)rows,
        .values = take(array_for(target, type)),
        .mask = missing > 0 ? take(&target->mask) : NULL,
        .missing = missing,
    };
    if (type == NX_TYPE_STRING) {
        column->slabs = target->slabs;
        memset(&target->slabs, 0, sizeof target->slabs);
    }
    nx_csv_target_clear(target);
    return true;
}

void
nx_csv_target_clear(nx_csv_target *target)
{
    nx_buffer_release(take(&target->narrow));
    nx_buffer_release(take(&target->half));
    nx_buffer_release(take(&target->single));
    nx_buffer_release(take(&target->wide));
    nx_buffer_release(take(&target->views));
    nx_buffer_release(take(&target->mask));
    nx_slabs_clear(&target->slabs);
}

void
nx_csv_error_keep_first(const nx_error *found, nx_error *error)
{
    if (error->status == NX_OK || found->record < error->record ||
        (found->record == error->record && found->column < error->column)) {
        *error = *found;
    }
}

bool
nx_csv_targets_wait(const nx_csv_target *targets, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (targets[i].requested == NX_TYPE_NONE &&
            nx_csv_target_rules(&targets[i])->missing_raises) {
            return true;
        }
    }
    return false;
}

nx_status
nx_csv_targets_judge(const nx_csv_target *targets, size_t count, nx_status status,
                     nx_error *error)
{
    if (status != NX_OK && (error == NULL || error->record == NX_NOWHERE)) {
        return status;
    }
    nx_error first = {0};
    if (status != NX_OK) {
        first = *error;
    }
    for (size_t i = 0; i < count; i++) {
        const bool final = status == NX_OK || targets[i].requested != NX_TYPE_NONE;
        nx_error found = {0};
        if (nx_csv_notes_judge(&targets[i].notes,
                               final ? nx_csv_target_type(&targets[i]) : NX_TYPE_NONE,
                               &found) != NX_OK) {
            found.column = targets[i].field;
            nx_csv_error_keep_first(&found, &first);
        }
    }
    if (first.status != NX_OK && error != NULL) {
        *error = first;
    }
    return first.status;
}

/* What a column of times may hold: what its first one has. */
static bool
settle_zones(nx_csv_target *target)
{
    const nx_csv_note *naive = &target->notes.first[NX_CSV_NOTE_NAIVE];
    const nx_csv_note *zoned = &target->notes.first[NX_CSV_NOTE_ZONED];
    if (target->zones != NX_CSV_ANY_ZONE || !naive->made || !zoned->made) {
        return false;
    }
    target->zones = naive->row < zoned->row ? NX_CSV_NO_ZONE : NX_CSV_SOME_ZONE;
    return true;
}

/* Whether NA is text: not if the column is none of strings. */
static bool
settle_words(nx_csv_target *target)
{
    if (target->words_fail || target->requested != NX_TYPE_NONE ||
        !target->notes.first[NX_CSV_NOTE_MISSING_UNLESS_STRING].made ||
        nx_csv_target_type(target) == NX_TYPE_STRING) {
        return false;
    }
    target->words_fail = true;
    return true;
}

bool
nx_csv_targets_settle(nx_csv_target *targets, size_t count)
{
    bool settled = nx_csv_targets_settle_zones(targets, count);
    for (size_t i = 0; i < count; i++) {
        settled |= settle_words(&targets[i]);
    }
    return settled;
}

bool
nx_csv_targets_settle_zones(nx_csv_target *targets, size_t count)
{
    bool settled = false;
    for (size_t i = 0; i < count; i++) {
        settled |= settle_zones(&targets[i]);
    }
    return settled;
}

bool
nx_csv_targets_in_doubt(nx_csv_target *targets, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!targets[i].words_fail && targets[i].requested == NX_TYPE_NONE &&
            nx_csv_notes_has(&targets[i].notes, NX_CSV_NOTE_MISSING_UNLESS_STRING)) {
            return true;
        }
    }
    return false;
}

void
nx_csv_targets_restart(nx_csv_target *targets, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        nx_csv_target *target = &targets[i];
        target->classes = 0;
        memset(&target->decider, 0, sizeof target->decider);
        memset(&target->notes, 0, sizeof target->notes);
        nx_slabs_clear(&target->slabs);
        atomic_store(&target->slab_counter, 0);
    }
}
