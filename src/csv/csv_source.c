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
    LINE_WINDOW = 256 << 10,
    SHORT_PIECE = 4 << 10, /* fewer bytes are no read of their own ... */
    PIECES_READ = 16 << 10 /* ... but part of one of so many */
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

/* ---- Pieces ---- */

/* The piece that an offset in the text is in, the last one for its end. */
static const nx_csv_piece *
piece_at(const nx_csv_source *source, uint64_t offset)
{
    size_t low = 0, high = source->piece_count;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (source->pieces[middle].at <= offset) {
            low = middle;
        }
        else {
            high = middle;
        }
    }
    return &source->pieces[low];
}

uint64_t
nx_csv_source_byte(const nx_csv_source *source, uint64_t offset)
{
    if (source->pieces == NULL) {
        return offset;
    }
    const nx_csv_piece *piece = piece_at(source, offset);
    return piece->from + (offset - piece->at);
}

bool
nx_csv_source_torn(const nx_csv_source *source, uint64_t from, uint64_t to)
{
    if (source->pieces == NULL) {
        return false;
    }
    const nx_csv_piece *piece = piece_at(source, to);
    const uint64_t size = source->size, end = piece->from + (size - piece->at);
    return piece->at > from ||
           (from < to && to >= size && end < source->pieces[source->piece_count].from);
}

nx_csv_source
nx_csv_source_whole(const nx_csv_source *source)
{
    nx_csv_source whole = *source;
    if (source->pieces != NULL) {
        whole.size = source->pieces[source->piece_count].from;
        whole.pieces = NULL;
    }
    return whole;
}

/* The memory of a stretch of text with its padding, if it is there in one piece; NULL
 * if not. */
static const uint8_t *
in_place(const nx_csv_source *source, uint64_t offset, size_t bytes)
{
    if (source->memory == NULL || source->writable) {
        return NULL;
    }
    uint64_t from = offset, size = source->size;
    if (source->pieces != NULL) {
        const nx_csv_piece *piece = piece_at(source, offset);
        if (piece[1].at - offset <= bytes) {
            return NULL; /* the look-ahead is in the next piece */
        }
        from = piece->from + (offset - piece->at);
        size = source->pieces[source->piece_count].from;
    }
    const bool padded = from >= NX_CSV_PADDING && size - from >= NX_CSV_PADDING &&
                        size - from - NX_CSV_PADDING >= bytes;
    return padded ? source->memory + from : NULL;
}

/* ---- Reading ---- */

static nx_status
read_whole(const nx_csv_source *source, uint64_t offset, uint8_t *to, size_t n,
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

/* Puts the text together. Short pieces come out of longer reads. */
static nx_status
read_pieces(const nx_csv_source *source, uint64_t offset, uint8_t *to, size_t n,
            nx_error *error)
{
    const uint64_t size = source->pieces[source->piece_count].from;
    uint8_t read[PIECES_READ];
    uint64_t read_from = 0;
    size_t read_size = 0;
    nx_status status = NX_OK;
    for (const nx_csv_piece *piece = piece_at(source, offset); n > 0 && status == NX_OK;
         piece++) {
        const uint64_t from = piece->from + (offset - piece->at);
        const uint64_t left = piece[1].at - offset;
        const size_t part = left < n ? (size_t)left : n;
        if (source->memory != NULL || part >= SHORT_PIECE) {
            status = read_whole(source, from, to, part, error);
        }
        else {
            if (from < read_from || from + part > read_from + read_size) {
                read_from = from;
                read_size = size - from < PIECES_READ ? (size_t)(size - from)
                                                      : (size_t)PIECES_READ;
                status = read_whole(source, from, read, read_size, error);
            }
            memcpy(to, read + (from - read_from), part);
        }
        to += part;
        offset += part;
        n -= part;
    }
    return status;
}

static nx_status
source_read(const nx_csv_source *source, uint64_t offset, uint8_t *to, size_t n,
            nx_error *error)
{
    return source->pieces == NULL ? read_whole(source, offset, to, n, error)
                                  : read_pieces(source, offset, to, n, error);
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
    const uint8_t *there = in_place(source, offset, bytes);
    if (there != NULL) {
        window->base = there;
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
nx_csv_line_ends(const uint8_t *text, size_t n)
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

/* A count of lines, in steps between which the caller polls. */
typedef struct line_count {
    const nx_csv_source *source;
    nx_csv_window window;
    uint64_t from;
    uint64_t to;
    uint64_t lines;
} line_count;

static nx_status
count_step(void *context, size_t item, unsigned worker, nx_error *error)
{
    line_count *count = context;
    (void)worker;
    const uint64_t at = count->from + (uint64_t)item * LINE_WINDOW;
    const uint64_t left = count->to - at;
    const size_t n = left < LINE_WINDOW ? (size_t)left : LINE_WINDOW;
    const nx_status status =
        nx_csv_window_load(&count->window, count->source, at, n, error);
    if (status == NX_OK) {
        count->lines += nx_csv_line_ends(count->window.base, n);
    }
    return status;
}

nx_status
nx_csv_count_lines(const nx_csv_source *source, uint64_t from, uint64_t to,
                   uint64_t *lines, const nx_wait *wait, nx_error *error)
{
    const nx_csv_source whole = nx_csv_source_whole(source);
    line_count count = {
        .source = &whole,
        .from = from == NX_CSV_SOURCE_BEGIN ? 0 : nx_csv_source_byte(source, from),
        .to = nx_csv_source_byte(source, to),
    };
    const size_t steps =
        (size_t)((count.to - count.from + LINE_WINDOW - 1) / LINE_WINDOW);
    const nx_status status = nx_parallel_for(steps, 1, count_step, &count, wait, error);
    nx_csv_window_clear(&count.window);
    *lines = count.lines;
    return status;
}

void
nx_csv_locate(const nx_csv_source *source, const nx_wait *wait, nx_error *error)
{
    nx_error ignored;
    if (error->byte == NX_NOWHERE) {
        return;
    }
    if (nx_csv_count_lines(source, NX_CSV_SOURCE_BEGIN, error->byte, &error->line, wait,
                           &ignored) != NX_OK) {
        error->line = NX_NOWHERE;
    }
    error->byte = nx_csv_source_byte(source, error->byte);
}
