/* Where the time of a read goes: a clock that each worker carries through the stages of
 * a chunk. Reading it costs some ten nanoseconds; a chunk passes a handful of stages.
 */
#ifndef NX_CSV_CSV_STAGES_H
#define NX_CSV_CSV_STAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bits.h"
#include "thread/thread.h"

typedef enum nx_csv_stage {
    NX_CSV_STAGE_NONE,    /* between chunks */
    NX_CSV_STAGE_READ,    /* bytes are copied from the source */
    NX_CSV_STAGE_INDEX,   /* fields and records are found */
    NX_CSV_STAGE_CONVERT, /* columns are written */
    NX_CSV_STAGE_WAIT,    /* for the place of the first record */
    NX_CSV_STAGE_FIX_UP,  /* all of that, for chunks that are read again */
    NX_CSV_STAGES
} nx_csv_stage;

/* Zero-initialised. */
typedef struct nx_csv_clock {
    nx_csv_stage stage;
    bool again; /* chunks are read again: every stage is NX_CSV_STAGE_FIX_UP */
    uint64_t since;
    uint64_t spent[NX_CSV_STAGES]; /* ns */
} nx_csv_clock;

/* Ends the stage at hand and begins another. */
NX_INLINE void
nx_csv_clock_enter(nx_csv_clock *clock, nx_csv_stage stage)
{
    const uint64_t now = nx_clock_ns();
    const bool again = clock->again && stage != NX_CSV_STAGE_NONE;
    clock->spent[clock->stage] += now - clock->since;
    clock->stage = again ? NX_CSV_STAGE_FIX_UP : stage;
    clock->since = now;
}

#endif
