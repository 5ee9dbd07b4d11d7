#include "csv/csv_testing.h"

#include <errno.h>

#include "base/alloc.h"

enum {
    SMALL = 300
};

/* What a window on text[offset..] of `bytes` bytes has to show. */
static void
check_window(const nx_csv_window *window, const uint8_t *text, size_t n, size_t offset,
             size_t bytes)
{
    const size_t left = n - offset;
    const bool at_end = left <= bytes;
    const size_t visible = at_end ? left : bytes;
    const uint8_t last = visible == 0 ? '\n' : text[offset + visible - 1];
    const bool added = at_end && last != '\n' && last != '\r';
    CHECK_INT(window->at_end, at_end);
    CHECK_INT(window->n, visible + added);
    CHECK(memcmp(window->base, text + offset, visible) == 0);
    if (added) {
        CHECK_INT(window->base[visible], '\n');
    }
    if (at_end) {
        CHECK_INT(window->base[window->n], 0);
    }
    else {
        CHECK_INT(window->base[visible], text[offset + visible]);
    }
    unsigned sum = 0; /* tools see it if the padding cannot be read */
    for (ptrdiff_t i = -NX_CSV_PADDING; i < NX_CSV_PADDING; i++) {
        sum += i < 0 ? window->base[i] : window->base[(ptrdiff_t)window->n + i];
    }
    CHECK(sum < 256 * 2 * NX_CSV_PADDING);
}

static void
check_windows(source_kind kind, const uint8_t *text, size_t n)
{
    test_source s;
    nx_csv_window window = {0};
    nx_error error;
    if (!open_source(&s, kind, text, n)) {
        return;
    }
    for (size_t offset = 0; offset <= n; offset++) {
        for (size_t bytes = 1; bytes <= n + 2; bytes += 1 + bytes / 8) {
            CHECK_INT(nx_csv_window_load(&window, &s.source, offset, bytes, &error), 0);
            check_window(&window, text, n, offset, bytes);
        }
    }
    nx_csv_window_clear(&window);
    close_source(&s);
}

static void
test_every_window_of_every_source(void)
{
    uint64_t random = 7;
    uint8_t text[SMALL];
    random_text(&random, "abc,\n", text, sizeof text);
    static const uint8_t lasts[] = {'\n', '\r', 'a', '\0'};
    for (int kind = 0; kind < SOURCE_KINDS; kind++) {
        for (int last = 0; last < 4; last++) {
            text[SMALL - 1] = lasts[last];
            check_windows((source_kind)kind, text, last == 0 ? 0 : SMALL);
            check_windows((source_kind)kind, text + SMALL - 1, 1);
        }
    }
}

static void
test_memory_is_copied_only_if_need_be(void)
{
    uint8_t text[1000] = {0};
    test_source s;
    nx_csv_window window = {0};
    nx_error error;
    if (open_source(&s, IN_PLACE, text, sizeof text)) {
        CHECK_INT(nx_csv_window_load(&window, &s.source, 64, 800, &error), NX_OK);
        CHECK(window.base == s.copy + 64);
        CHECK_INT(nx_csv_window_load(&window, &s.source, 63, 800, &error), NX_OK);
        CHECK(window.base != s.copy + 63);
        CHECK_INT(nx_csv_window_load(&window, &s.source, 100, 837, &error), NX_OK);
        CHECK(window.base != s.copy + 100);
        s.source.writable = true;
        CHECK_INT(nx_csv_window_load(&window, &s.source, 64, 800, &error), NX_OK);
        CHECK(window.base != s.copy + 64);
    }
    nx_csv_window_clear(&window);
    close_source(&s);
}

static uint64_t
slow_lines(const uint8_t *text, size_t from, size_t to, size_t n)
{
    uint64_t lines = 0;
    for (size_t i = from; i < to; i++) {
        if (text[i] == '\r' && i + 1 < n && text[i + 1] == '\n') {
            continue;
        }
        lines += text[i] == '\r' || text[i] == '\n';
    }
    return lines;
}

static void
test_lines_of_every_stretch(void)
{
    uint64_t random = 8;
    uint8_t text[120];
    random_text(&random, "\r\n\"a", text, sizeof text);
    for (int kind = 0; kind < SOURCE_KINDS; kind++) {
        test_source s;
        if (open_source(&s, (source_kind)kind, text, sizeof text)) {
            for (size_t from = 0; from <= sizeof text; from++) {
                for (size_t to = from; to <= sizeof text; to++) {
                    uint64_t lines;
                    nx_error error;
                    CHECK_INT(
                        nx_csv_count_lines(&s.source, from, to, &lines, NULL, &error),
                        0);
                    CHECK_INT(lines, slow_lines(text, from, to, sizeof text));
                }
            }
        }
        close_source(&s);
    }
}

/* More than one window is needed, and CRLF stands across their seams. */
static void
test_lines_of_a_long_text(void)
{
    const size_t n = (size_t)3 << 18;
    uint8_t *text = malloc(n);
    test_source s;
    CHECK(text != NULL);
    for (size_t shift = 0; shift < 3; shift++) {
        for (size_t i = 0; i < n; i++) {
            text[i] = (uint8_t)"\r\nx"[(i + shift) % 3];
        }
        for (int kind = 0; kind < SOURCE_KINDS; kind++) {
            uint64_t lines = 0;
            nx_error error;
            if (open_source(&s, (source_kind)kind, text, n)) {
                CHECK_INT(nx_csv_count_lines(&s.source, 0, n, &lines, NULL, &error),
                          NX_OK);
                CHECK_INT(lines, slow_lines(text, 0, n, n));
            }
            close_source(&s);
        }
    }
    free(text);
}

/* Pieces of random lengths: windows show the text that they make, places are those in
 * the source, and lines between pieces count. */
static void
check_pieces(uint64_t *random, source_kind kind, const uint8_t *all, size_t n)
{
    enum {
        MOST = 40
    };
    nx_csv_piece pieces[MOST + 1];
    uint8_t text[SMALL];
    size_t origin[SMALL + 1], size = 0, from = pick(random, 30), count = 0;
    test_source s;
    while (from < n && count < MOST) {
        const size_t length = 1 + pick(random, n - from < 60 ? n - from : 60);
        pieces[count++] = (nx_csv_piece){size, from};
        for (size_t i = 0; i < length; i++) {
            origin[size] = from;
            text[size++] = all[from++];
        }
        from += 1 + pick(random, 20);
    }
    pieces[count] = (nx_csv_piece){size, n};
    if (open_source(&s, kind, all, n)) {
        nx_csv_window window = {0};
        nx_error error = {.byte = size / 2};
        uint64_t lines;
        s.source.size = size;
        s.source.pieces = pieces;
        s.source.piece_count = count;
        for (size_t offset = 0; offset <= size; offset++) {
            for (size_t bytes = 1; bytes <= size + 2; bytes += 1 + bytes / 4) {
                CHECK_INT(nx_csv_window_load(&window, &s.source, offset, bytes, &error),
                          0);
                check_window(&window, text, size, offset, bytes);
            }
            const size_t other = pick(random, offset + 1);
            bool torn = offset == size && other < size && origin[size - 1] + 1 < n;
            for (size_t i = 0; i < count; i++) {
                torn |= other < pieces[i].at && pieces[i].at <= offset;
            }
            CHECK_INT(nx_csv_source_torn(&s.source, other, offset), torn);
            if (offset < size) {
                CHECK_INT(nx_csv_source_byte(&s.source, offset), origin[offset]);
            }
        }
        nx_csv_window_clear(&window);
        const uint64_t starts[] = {NX_CSV_SOURCE_BEGIN, 0, size / 3, size - 1};
        for (size_t i = 0; i < 4; i++) {
            const size_t start = i == 0 ? 0 : origin[starts[i]];
            CHECK_INT(nx_csv_count_lines(&s.source, starts[i], size - 1, &lines, NULL,
                                         &error),
                      0);
            CHECK_INT(lines, slow_lines(all, start, origin[size - 1], n));
        }
        error.byte = size / 2;
        nx_csv_locate(&s.source, NULL, &error);
        CHECK_INT(error.byte, origin[size / 2]);
        CHECK_INT(error.line, slow_lines(all, 0, origin[size / 2], n));
    }
    close_source(&s);
}

static void
test_pieces_are_one_text(void)
{
    uint64_t random = 12;
    uint8_t all[SMALL];
    for (int round = 0; round < 60 && nx_test_failures() == 0; round++) {
        random_text(&random, "abc,\n\r", all, sizeof all);
        check_pieces(&random, (source_kind)(round % SOURCE_KINDS), all,
                     50 + pick(&random, SMALL - 50));
    }
}

/* A file is read in few calls though the pieces are many, and long ones by themselves;
 * memory is not copied inside of a piece. */
static void
test_long_pieces_are_read_in_place(void)
{
    enum {
        SIZE = 200000,
        COUNT = 400
    };
    static uint8_t all[SIZE], text[SIZE];
    static nx_csv_piece pieces[COUNT + 1];
    uint64_t random = 13;
    size_t size = 0;
    random_text(&random, "abcdefgh\n", all, SIZE);
    for (size_t i = 0; i < COUNT; i++) {
        const size_t length = i % 100 == 0 ? 9000 : 300;
        const size_t from =
            i == 0 ? 100 : pieces[i - 1].from + (i % 100 == 1 ? 9100 : 350);
        pieces[i] = (nx_csv_piece){size, from};
        memcpy(text + size, all + from, length);
        size += length;
    }
    pieces[COUNT] = (nx_csv_piece){size, SIZE};
    for (int kind = 0; kind < SOURCE_KINDS; kind++) {
        test_source s;
        nx_csv_window window = {0};
        nx_error error;
        if (open_source(&s, (source_kind)kind, all, SIZE)) {
            s.source.size = size;
            s.source.pieces = pieces;
            s.source.piece_count = COUNT;
            CHECK_INT(nx_csv_window_load(&window, &s.source, 0, size, &error), NX_OK);
            CHECK(memcmp(window.base, text, size) == 0);
            CHECK_INT(nx_csv_window_load(&window, &s.source, 9, 8000, &error), NX_OK);
            CHECK(memcmp(window.base, text + 9, 8000) == 0);
            CHECK_INT(kind == IN_PLACE, window.base == s.copy + 109);
            CHECK_INT(nx_csv_window_load(&window, &s.source, 9, 8991, &error), NX_OK);
            CHECK(memcmp(window.base, text + 9, 8992) == 0);
        }
        nx_csv_window_clear(&window);
        close_source(&s);
    }
}

static void
test_a_shorter_file_is_noticed(void)
{
    test_source s;
    nx_csv_window window = {0};
    nx_error error;
    if (open_source(&s, FROM_FILE, "0123456789", 10)) {
        s.source.size = 11;
        CHECK_INT(nx_csv_window_load(&window, &s.source, 0, 5, &error), NX_OK);
        CHECK_INT(nx_csv_window_load(&window, &s.source, 0, 10, &error),
                  NX_ERR_CHANGED);
        CHECK_INT(error.code, 111);
        CHECK_INT(nx_csv_window_load(&window, &s.source, 0, 20, &error),
                  NX_ERR_CHANGED);
        CHECK_INT(nx_csv_window_load(&window, &s.source, 10, 1, &error),
                  NX_ERR_CHANGED);
    }
    nx_csv_window_clear(&window);
    close_source(&s);
}

static void
test_failing_reads_say_why(void)
{
    const nx_csv_source source = {.descriptor = -1, .size = 10};
    nx_csv_window window = {0};
    nx_error error;
    CHECK_INT(nx_csv_window_load(&window, &source, 0, 10, &error), NX_ERR_IO);
    CHECK_INT(error.os_errno, EBADF);
    nx_csv_window_clear(&window);
}

#ifndef _WIN32

#include <unistd.h>

/* The same source once more, with a read that is interrupted and comes short. */
static int interruptions;

static ssize_t
poor_pread(int descriptor, void *to, size_t n, off_t offset)
{
    static int turn;
    if (++turn % 3 == 0) {
        interruptions++;
        errno = EINTR;
        return -1;
    }
    return pread(descriptor, to, n < 7 ? n : 7, offset);
}

#define pread                    poor_pread
#define nx_csv_window_load       poor_window_load
#define nx_csv_window_close_line poor_window_close_line
#define nx_csv_window_clear      poor_window_clear
#define nx_csv_count_lines       poor_count_lines
#define nx_csv_line_ends         poor_line_ends
#define nx_csv_source_whole      poor_source_whole
#define nx_csv_source_byte       poor_source_byte
#define nx_csv_source_torn       poor_source_torn
#define nx_csv_locate            poor_locate
#include "../../src/csv/csv_source.c"
#undef nx_csv_window_load
#undef nx_csv_window_close_line
#undef nx_csv_window_clear
#undef nx_csv_count_lines
#undef nx_csv_line_ends
#undef nx_csv_source_whole
#undef nx_csv_source_byte
#undef nx_csv_source_torn
#undef nx_csv_locate

static void
test_short_and_interrupted_reads_are_repeated(void)
{
    uint8_t text[SMALL];
    uint64_t random = 9, lines;
    test_source s;
    nx_csv_window window = {0};
    nx_error error;
    random_text(&random, "abc,\r\n", text, sizeof text);
    if (open_source(&s, FROM_FILE, text, sizeof text)) {
        for (size_t offset = 0; offset < SMALL; offset += 11) {
            CHECK_INT(poor_window_load(&window, &s.source, offset, 100, &error), NX_OK);
            check_window(&window, text, SMALL, offset, 100);
        }
        CHECK_INT(poor_count_lines(&s.source, 0, SMALL, &lines, NULL, &error), NX_OK);
        CHECK_INT(lines, slow_lines(text, 0, SMALL, SMALL));
        CHECK(interruptions > 10);
        s.source.size++;
        CHECK_INT(poor_window_load(&window, &s.source, 0, 400, &error), NX_ERR_CHANGED);
    }
    poor_window_clear(&window);
    close_source(&s);
}

#endif

static bool
load_growing_windows(void *context)
{
    const nx_csv_source *source = context;
    nx_csv_window window = {0};
    nx_error error;
    nx_status status = NX_OK;
    for (size_t bytes = 1; bytes < 300 && status == NX_OK; bytes *= 4) {
        status = nx_csv_window_load(&window, source, 0, bytes, &error);
        CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    }
    nx_csv_window_clear(&window);
    return status == NX_OK;
}

static void
test_failing_allocations_leave_nothing(void)
{
    uint8_t text[SMALL] = {0};
    nx_csv_source source = {.memory = text, .size = SMALL};
    nx_test_alloc_failures(load_growing_windows, &source, 20);
}

const nx_test nx_suite_csv_source[] = {
    NX_TEST(test_every_window_of_every_source),
    NX_TEST(test_memory_is_copied_only_if_need_be),
    NX_TEST(test_lines_of_every_stretch),
    NX_TEST(test_lines_of_a_long_text),
    NX_TEST(test_pieces_are_one_text),
    NX_TEST(test_long_pieces_are_read_in_place),
    NX_TEST(test_a_shorter_file_is_noticed),
    NX_TEST(test_failing_reads_say_why),
#ifndef _WIN32
    NX_TEST(test_short_and_interrupted_reads_are_repeated),
#endif
    NX_TEST(test_failing_allocations_leave_nothing),
    {0},
};
