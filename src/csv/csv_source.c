#include "csv/csv_source.h"

#include <errno.h>
#include <string.h>

#ifdef _WIN32
#define WIN32_LEAN_AND_MEAN
#include <io.h>
#include <windows.h>
#else
#include <unistd.h>
#endif

#include "base/alloc.h"

enum {
    LARGEST_READ = 1 << 30,
    LINE_WINDOW = 256 << 10
};

/* Reads up to n bytes at an offset, whatever the descriptor's position, so that
 * workers share it (Windows moves the position meanwhile). Returns the count, 0 at the
 * end, -1 with errno. */
#ifdef _WIN32
static int64_t
read_at(int descriptor, uint8_t *to, size_t n, uint64_t offset)
{
    OVERLAPPED at = {.Offset = (DWORD)offset, .OffsetHigh = (DWORD)(offset >> 32)};
    DWORD got = 0;
    const HANDLE file = (HANDLE)_get_osfhandle(descriptor);
    if (!ReadFile(file, to, (DWORD)n, &got, &at) &&
        GetLastError() != ERROR_HANDLE_EOF) {
        errno = EIO;
        return -1;
    }
    return got;
}
#else
static int64_t
read_at(int descriptor, uint8_t *to, size_t n, uint64_t offset)
{
    return pread(descriptor, to, n, (off_t)offset);
}
#endif

static nx_status
source_read(const nx_csv_source *source, uint64_t offset, uint8_t *to, size_t n,
            nx_error *error)
{
    if (source->memory != NULL) {
        memcpy(to, source->memory + offset, n);
        return NX_OK;
    }
    for (size_t done = 0; done < n;) {
        const size_t want = n - done < LARGEST_READ ? n - done : LARGEST_READ;
        const int64_t got = read_at(source->descriptor, to + done, want, offset + done);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return nx_error_set_os(error, errno, "read");
        }
        if (got == 0) {
            return nx_error_set(error, NX_ERR_CHANGED, 111,
                                "the file became shorter while it was read");
        }
        done += (size_t)got;
    }
    return NX_OK;
}

static nx_status
window_reserve(nx_csv_window *window, size_t bytes, nx_error *error)
{
    /* Padding on both sides, the added LF and the look-ahead byte. */
    const size_t capacity = bytes + 2 * NX_CSV_PADDING + 2;
    if (capacity <= window->capacity) {
        return NX_OK;
    }
    nx_free(window->storage);
    window->storage = nx_alloc(capacity, 1);
    window->capacity = window->storage == NULL ? 0 : capacity;
    if (window->storage == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0,
                            "no memory for a block of %zu bytes", bytes);
    }
    memset(window->storage, 0, NX_CSV_PADDING);
    return NX_OK;
}

nx_status
nx_csv_window_load(nx_csv_window *window, const nx_csv_source *source, uint64_t offset,
                   size_t bytes, nx_error *error)
{
    const uint64_t left = source->size - offset;
    const bool at_end = left <= bytes;
    const size_t n = at_end ? (size_t)left : bytes;
    window->at_end = at_end;
    window->n = n;
    if (source->memory != NULL && !source->writable && offset >= NX_CSV_PADDING &&
        left >= bytes + NX_CSV_PADDING) {
        window->base = source->memory + offset;
        return NX_OK;
    }
    nx_status status = window_reserve(window, n, error);
    if (status != NX_OK) {
        return status;
    }
    uint8_t *base = window->storage + NX_CSV_PADDING;
    window->base = base;
    const size_t loaded = at_end ? n : n + 1;
    status = source_read(source, offset, base, loaded, error);
    if (status != NX_OK) {
        return status;
    }
    memset(base + loaded, 0, NX_CSV_PADDING + 2 - (loaded - n));
    if (at_end && n > 0 && base[n - 1] != '\n' && base[n - 1] != '\r') {
        base[n] = '\n';
        window->n = n + 1;
    }
    return NX_OK;
}

void
nx_csv_window_close_line(nx_csv_window *window)
{
    if (window->at_end && window->n > 0 && window->base[window->n - 1] == '\r') {
        /* What reaches the end of its source is always a copy. */
        window->storage[NX_CSV_PADDING + window->n] = '\n';
        window->n++;
    }
}

void
nx_csv_window_clear(nx_csv_window *window)
{
    nx_free(window->storage);
    memset(window, 0, sizeof *window);
}

/* Lanes of bytes, emptied before they overflow, are what compilers make vector code
 * of. */
uint64_t
nx_csv_count_line_ends(const uint8_t *text, size_t n)
{
    enum {
        LANES = 32,
        ROUNDS = 255
    };
    uint64_t count = 0;
    size_t i = 0;
    while (n - i >= LANES) {
        uint8_t lanes[LANES] = {0};
        for (int round = 0; round < ROUNDS && n - i >= LANES; round++, i += LANES) {
            for (int lane = 0; lane < LANES; lane++) {
                const uint8_t byte = text[i + (size_t)lane];
                const uint8_t next = text[i + (size_t)lane + 1];
                lanes[lane] =
                    (uint8_t)(lanes[lane] +
                              ((byte == '\n') | ((byte == '\r') & (next != '\n'))));
            }
        }
        for (int lane = 0; lane < LANES; lane++) {
            count += lanes[lane];
        }
    }
    for (; i < n; i++) {
        count += text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n');
    }
    return count;
}

/* A walk over lines, in steps between which the caller polls. */
typedef struct line_walk {
    const nx_csv_source *source;
    nx_csv_window window;
    uint64_t from;
    uint64_t to;
    uint64_t lines;  /* passed so far */
    uint64_t wanted; /* stop behind this one ... */
    bool stopped;
    uint64_t stop; /* ... which is here */
} line_walk;

static size_t
line_steps(uint64_t from, uint64_t to)
{
    return (size_t)((to - from + LINE_WINDOW - 1) / LINE_WINDOW);
}

/* Shows the stretch of one step; its bytes. */
static nx_status
load_step(line_walk *walk, size_t item, uint64_t *at, size_t *n, nx_error *error)
{
    *at = walk->from + (uint64_t)item * LINE_WINDOW;
    *n = walk->to - *at < LINE_WINDOW ? (size_t)(walk->to - *at) : LINE_WINDOW;
    return nx_csv_window_load(&walk->window, walk->source, *at, *n, error);
}

static nx_status
count_step(void *context, size_t item, unsigned worker, nx_error *error)
{
    line_walk *walk = context;
    (void)worker;
    uint64_t at;
    size_t n;
    const nx_status status = load_step(walk, item, &at, &n, error);
    if (status == NX_OK) {
        walk->lines += nx_csv_count_line_ends(walk->window.base, n);
    }
    return status;
}

nx_status
nx_csv_count_lines(const nx_csv_source *source, uint64_t from, uint64_t to,
                   uint64_t *lines, const nx_wait *wait, nx_error *error)
{
    line_walk walk = {.source = source, .from = from, .to = to};
    const nx_status status =
        nx_parallel_for(line_steps(from, to), 1, count_step, &walk, wait, error);
    nx_csv_window_clear(&walk.window);
    *lines = walk.lines;
    return status;
}

/* Bytes up to and with the n-th line end of text[0..size), which holds as many. */
static size_t
behind_line_end(const uint8_t *text, size_t size, uint64_t n)
{
    size_t i = 0;
    for (; i < size && n > 0; i++) {
        n -= text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n');
    }
    return i;
}

static nx_status
skip_step(void *context, size_t item, unsigned worker, nx_error *error)
{
    line_walk *walk = context;
    (void)worker;
    if (walk->stopped) {
        return NX_OK;
    }
    uint64_t at;
    size_t n;
    const nx_status status = load_step(walk, item, &at, &n, error);
    if (status != NX_OK) {
        return status;
    }
    const uint8_t *text = walk->window.base;
    const uint64_t lines = nx_csv_count_line_ends(text, n),
                   left = walk->wanted - walk->lines;
    if (lines >= left) {
        walk->stopped = true;
        walk->stop = at + behind_line_end(text, n, left);
    }
    walk->lines += lines;
    return NX_OK;
}

nx_status
nx_csv_skip_lines(const nx_csv_source *source, uint64_t from, uint64_t n,
                  uint64_t *offset, const nx_wait *wait, nx_error *error)
{
    line_walk walk = {.source = source,
                      .from = from,
                      .to = source->size,
                      .wanted = n,
                      .stopped = n == 0,
                      .stop = n == 0 ? from : source->size};
    const size_t steps = walk.stopped ? 0 : line_steps(from, source->size);
    const nx_status status = nx_parallel_for(steps, 1, skip_step, &walk, wait, error);
    nx_csv_window_clear(&walk.window);
    *offset = walk.stop;
    return status;
}

void
nx_csv_locate(const nx_csv_source *source, const nx_wait *wait, nx_error *error)
{
    nx_error ignored;
    if (error->byte != NX_NOWHERE &&
        nx_csv_count_lines(source, 0, error->byte, &error->line, wait, &ignored) !=
            NX_OK) {
        error->line = NX_NOWHERE;
    }
}
