/* Few arrays ascend or fall, and those that do not show it at once. So the order is
 * looked at as long as there is one, and the bounds, for which compilers use vectors or
 * at least four chains, as soon as there is none. */
#include "sort/key_scan.h"

#include "base/alloc.h"
#include "base/bits.h"

enum {
    BLOCK = 1024,
    LANES = 4
};

/* Values that a worker looks at before the caller may poll. */
#define PIECE ((size_t)1 << 18)

/* What a piece of the values is like. */
typedef struct piece_scan {
    nx_key_scan scan;
    uint64_t first, last;
} piece_scan;

#define KEY          uint64_t
#define NAME(stem)   stem##_64
#define load_keys_64 nx_sort_keys
#include "sort/key_scan_template.h"
#undef KEY
#undef NAME

#define KEY          uint32_t
#define NAME(stem)   stem##_32
#define load_keys_32 nx_sort_keys32
#include "sort/key_scan_template.h"
#undef KEY
#undef NAME

typedef struct scan_job {
    const nx_sort_source *source;
    size_t length;
    bool descending;
    piece_scan *pieces;
} scan_job;

/* Joins what is known of two parts, of which the second one follows the first. */
static void
join(piece_scan *scan, const piece_scan *next)
{
    scan->scan.least =
        scan->scan.least < next->scan.least ? scan->scan.least : next->scan.least;
    scan->scan.most =
        scan->scan.most > next->scan.most ? scan->scan.most : next->scan.most;
    scan->scan.ascends &= next->scan.ascends && scan->last <= next->first;
    scan->scan.falls &= next->scan.falls && scan->last > next->first;
    scan->last = next->last;
}

static nx_status
scan_piece(void *context, size_t piece, unsigned worker, nx_error *error)
{
    const scan_job *job = context;
    const size_t first = piece * PIECE, left = job->length - first;
    const size_t n = left < PIECE ? left : PIECE;
    piece_scan *scan = job->pieces + piece;
    (void)worker;
    (void)error;
    if (nx_sort_kind_size(job->source->kind) == 8) {
        scan_values_64(job->source, first, n, job->descending, scan);
    }
    else {
        scan_values_32(job->source, first, n, job->descending, scan);
    }
    return NX_OK;
}

nx_status
nx_scan_keys(const nx_sort_source *source, size_t n, bool descending, unsigned threads,
             const nx_wait *wait, nx_key_scan *scan, nx_error *error)
{
    const size_t pieces = (n + PIECE - 1) / PIECE;
    piece_scan one;
    scan_job job = {source, n, descending, &one};
    if (pieces > 1) {
        job.pieces = nx_alloc(pieces, sizeof *job.pieces);
        if (job.pieces == NULL) {
            return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory to sort");
        }
    }
    const nx_status status =
        pieces > 1 ? nx_parallel_for(pieces, threads, scan_piece, &job, wait, error)
                   : scan_piece(&job, 0, 0, error);
    for (size_t i = 1; i < pieces && status == NX_OK; i++) {
        join(job.pieces, job.pieces + i);
    }
    *scan = job.pieces->scan;
    if (pieces > 1) {
        nx_free(job.pieces);
    }
    return status;
}
