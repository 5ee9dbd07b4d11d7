/* A column while it is being filled.
 *
 * Values live in one array per width (1 to 16 bytes), each made the first
 * time a block is written in a type of that width, at its final size: when a
 * column changes its mind, earlier blocks keep standing where they were written
 * until the fix-up reads them again. The mask is made with the first missing
 * cell. Large arrays cost nothing until they are written to.
 */
#ifndef NX_CSV_CSV_TARGET_H
#define NX_CSV_CSV_TARGET_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/status.h"
#include "column/column.h"
#include "csv/csv_notes.h"
#include "csv/csv_rules.h"
#include "thread/thread.h"

/* The field that decided on a type. */
typedef struct nx_csv_decider {
    nx_class_set classes; /* of that field alone; 0: no field did */
    nx_type before;       /* the column's type up to then */
    uint64_t row;
    uint64_t byte; /* of the field, in the source */
    size_t size;   /* of the field; `text` holds its first NX_CSV_QUOTE_MAX bytes */
    uint8_t text[NX_CSV_QUOTE_MAX];
} nx_csv_decider;

/* Made by the first worker that needs it. */
typedef _Atomic(nx_buffer *) nx_csv_array;

/* Where small arrays of exact size come from: each of thousands of columns would waste
 * part of a page, and pages this small are slow to get. Zero-initialised but for
 * `lock`; ended by nx_csv_arena_clear. Workers share it. */
typedef struct nx_csv_arena {
    nx_mutex lock;
    nx_buffer *block; /* NULL: none yet */
    size_t used;
} nx_csv_arena;

void nx_csv_arena_clear(nx_csv_arena *arena);

/* Which of the times of a requested column are good. */
typedef enum nx_csv_zones {
    NX_CSV_ANY_ZONE = 0, /* it is seen at the end whether they are mixed */
    NX_CSV_NO_ZONE,
    NX_CSV_SOME_ZONE
} nx_csv_zones;

/* Zero-initialised but for `field`, what is asked for and what says how many
 * rows; ended by nx_csv_target_clear. Workers share it: they write to rows of their
 * own. */
typedef struct nx_csv_target {
    size_t field;              /* which field of a record */
    nx_type requested;         /* NX_TYPE_NONE: the type that its fields show */
    int64_t limit;             /* of a requested string, see csv_read.h */
    const nx_csv_rules *rules; /* NULL: nx_csv_rules_default */
    bool words_fail;           /* usual words are no text: a column where no cell may be
                                  missing has turned out to be none of strings */
    nx_csv_zones zones;        /* that times may have */
    uint64_t rows;             /* that arrays have room for */
    bool reserve;              /* `rows` is a bound, about `expected` will be used */
    uint64_t expected;         /* known before the first array is made */
    bool estimated;            /* `rows` is what the first rows promise, and some */
    nx_csv_arena *arena;       /* for small arrays if not `reserve`; may be NULL */
    nx_class_set classes;      /* of all chunks up to the first unfinished one */
    nx_csv_decider decider;
    size_t decider_chunk; /* the chunk it stands in */
    nx_csv_notes notes;
    nx_csv_array narrow; /* one byte a value */
    nx_csv_array half;   /* two */
    nx_csv_array single; /* four */
    nx_csv_array wide;   /* eight */
    nx_csv_array views;  /* strings */
    nx_csv_array mask;
    nx_slabs slabs;                    /* complete once all workers are done */
    atomic_uint_fast32_t slab_counter; /* numbers the slabs of all workers */
} nx_csv_target;

/* Tells targets that `reserve` how many rows there are, or if that is not `exact` how
 * many there may be. A few rows get room for what is expected and an eighth more, side
 * by side, many keep the room for all that could come. Before any array is made. */
void nx_csv_targets_expect(nx_csv_target *targets, size_t count, uint64_t expected,
                           bool exact);

/* The rules of the column, never NULL. */
const nx_csv_rules *nx_csv_target_rules(const nx_csv_target *target);

/* The final type of a column whose classes are complete. */
nx_type nx_csv_target_type(const nx_csv_target *target);

/* True when what was written as one type stands as the type of `classes` would have
 * put it. Text kept as digits is a string like any other. */
bool nx_csv_target_is_final(const nx_csv_target *target, nx_type written,
                            nx_class_set classes);

/* True when the values came from times with a zone. */
bool nx_csv_target_zoned(const nx_csv_target *target);

/* The array for values of a type, made if need be; NULL when no memory is left
 * or the type has no values. */
void *nx_csv_target_values(nx_csv_target *target, nx_type type);

/* The mask, made if need be; NULL when no memory is left. */
uint8_t *nx_csv_target_mask(nx_csv_target *target);

/* Marks rows as not missing, if there is a mask. */
void nx_csv_target_unmask(nx_csv_target *target, uint64_t first_row, size_t rows);

/* Moves the array of the final type and, if `missing` is not 0, the mask into
 * `column`, cut to `rows` rows, and releases the rest. A column without any value
 * becomes NaN; false when no memory is left. */
bool nx_csv_target_finish(nx_csv_target *target, uint64_t rows, size_t missing,
                          nx_column *column);

void nx_csv_target_clear(nx_csv_target *target);

/* True when a missing cell may be an error that only the final type of its column
 * decides on: until then it is not known which error is the first. */
bool nx_csv_targets_wait(const nx_csv_target *targets, size_t count);

/* Adds what the notes of all columns tell to `status` and *error, those of the passes;
 * returns the status of the first error. Types are final unless the source could not
 * be read to its end. */
nx_status nx_csv_targets_judge(const nx_csv_target *targets, size_t count,
                               nx_status status, nx_error *error);

/* The same where bad records are left out: what notes tell is settled by what the
 * columns may hold, for another read. False if there is nothing to settle, and then
 * there is no error. */
bool nx_csv_targets_settle(nx_csv_target *targets, size_t count);

/* Of that only what the first rows settle, whatever comes behind them: zones. */
bool nx_csv_targets_settle_zones(nx_csv_target *targets, size_t count);

/* True when rows that were read may turn out to be bad at the end: whether a word is
 * missing is a question to the whole column. Any thread. */
bool nx_csv_targets_in_doubt(nx_csv_target *targets, size_t count);

/* Makes targets as they were before the first chunk was written, arrays apart. */
void nx_csv_targets_restart(nx_csv_target *targets, size_t count);

/* *error becomes `found` if that is the first: by record, then column. */
void nx_csv_error_keep_first(const nx_error *found, nx_error *error);

#endif
