#include "csv/csv_testing.h"

#include "base/alloc.h"
#include "csv/csv_lines.h"

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

/* Skipping from every place, any number of lines, one after another. */
static void
test_skipping_lines_of_every_stretch(void)
{
    uint64_t random = 10;
    uint8_t text[60];
    for (int round = 0; round < 12; round++) {
        const size_t n = pick(&random, sizeof text);
        random_text(&random, "\r\n\"a", text, n);
        test_source s;
        if (open_source(&s, (source_kind)(round % SOURCE_KINDS), text, n)) {
            for (size_t from = 0; from <= n; from++) {
                uint64_t at = from, skipped, passed, lines = 0;
                nx_error error;
                for (; at < n; lines++) {
                    CHECK_INT(
                        nx_csv_skip_lines(&s.source, from, lines, (nx_csv_token){0},
                                          &skipped, &passed, NULL, &error),
                        NX_OK);
                    CHECK_INT(skipped, at);
                    CHECK_INT(passed, lines);
                    while (at < n && slow_lines(text, at, at + 1, n) == 0) {
                        at++;
                    }
                    at += at < n;
                }
                CHECK_INT(nx_csv_skip_lines(&s.source, from, lines, (nx_csv_token){0},
                                            &skipped, &passed, NULL, &error),
                          NX_OK);
                CHECK_INT(skipped, n);
                CHECK_INT(
                    nx_csv_skip_lines(&s.source, from, UINT64_MAX, (nx_csv_token){0},
                                      &skipped, &passed, NULL, &error),
                    NX_OK);
                CHECK_INT(skipped, from > n ? from : n);
                CHECK_INT(passed, lines);
            }
        }
        close_source(&s);
    }
}

/* Line ends stand on both sides of the seams of windows, CRLF across them. */
static void
test_skipping_lines_of_a_long_text(void)
{
    const size_t n = (size_t)3 << 18, window = (size_t)1 << 18;
    uint8_t *text = malloc(n);
    CHECK(text != NULL);
    for (size_t shift = 0; shift < 3; shift++) {
        for (size_t i = 0; i < n; i++) {
            text[i] = (uint8_t)"\r\nx"[(i + shift) % 3];
        }
        for (int kind = 0; kind < SOURCE_KINDS; kind++) {
            test_source s;
            if (open_source(&s, (source_kind)kind, text, n)) {
                const uint64_t middle = slow_lines(text, 0, 2 * window, n);
                for (uint64_t lines = middle - 2; lines < middle + 3; lines++) {
                    uint64_t at = 0, passed;
                    nx_error error;
                    CHECK_INT(nx_csv_skip_lines(&s.source, 0, lines, (nx_csv_token){0},
                                                &at, &passed, NULL, &error),
                              NX_OK);
                    CHECK_INT(slow_lines(text, 0, at, n), lines);
                    CHECK_INT(passed, lines);
                    CHECK_INT(slow_lines(text, 0, at - 1, n), lines - 1);
                }
            }
            close_source(&s);
        }
    }
    free(text);
}

/* One behind the line that begins at i. */
static size_t
slow_next(const uint8_t *text, size_t n, size_t i, const char *own)
{
    const size_t size = strlen(own);
    for (; i < n; i++) {
        if (size == 0 && (text[i] == '\n' || text[i] == '\r')) {
            return i + 1 + (text[i] == '\r' && i + 1 < n && text[i + 1] == '\n');
        }
        if (size > 0 && n - i >= size && memcmp(text + i, own, size) == 0) {
            return i + size;
        }
    }
    return n;
}

static nx_csv_token
token_of(const char *text)
{
    return (nx_csv_token){(const uint8_t *)text, strlen(text)};
}

/* Leaves out random lines, and holds the pieces against a walk over all lines. */
static void
check_left_out(uint64_t *random, source_kind kind, const uint8_t *text, size_t n,
               const char *own)
{
    uint64_t numbers[300];
    uint8_t kept[300];
    size_t count = 0, lines = 0, size = 0, left_out = 0;
    const size_t rarity = 1 + pick(random, 4);
    for (uint64_t line = 0; line < n + 3; line++) {
        if (pick(random, rarity) == 0) {
            numbers[count++] = line;
        }
    }
    for (size_t i = 0, next, at = 0; i < n; i = next, lines++) {
        next = slow_next(text, n, i, own);
        const bool out = at < count && numbers[at] == lines;
        if (!out) {
            memcpy(kept + size, text + i, next - i);
            size += next - i;
        }
        left_out += out;
        at += out;
    }
    test_source s;
    nx_csv_pieces pieces = {0};
    nx_csv_window window = {0};
    nx_error error;
    if (open_source(&s, kind, text, n)) {
        CHECK_INT(nx_csv_leave_out(&pieces, &s.source, numbers, count, token_of(own),
                                   NULL, &error),
                  NX_OK);
        CHECK_INT(pieces.lines, left_out);
        CHECK_INT(pieces.pieces[pieces.count].at, size);
        CHECK_INT(pieces.pieces[pieces.count].from, n);
        s.source.pieces = pieces.pieces;
        s.source.piece_count = pieces.count;
        s.source.size = size;
        CHECK_INT(nx_csv_window_load(&window, &s.source, 0, n + 1, &error), NX_OK);
        CHECK(memcmp(window.base, kept, size) == 0);
    }
    if (nx_test_failures() > 0) {
        printf("      \"%s\" of \"%s\", ends \"%s\"\n", shown(kept, size),
               shown(text, n), own);
    }
    nx_csv_window_clear(&window);
    nx_csv_pieces_clear(&pieces);
    close_source(&s);
}

static void
test_lines_left_out_of_random_texts(void)
{
    static const char *const ends[] = {"", ";", ";;", "a;a", "\n"};
    uint64_t random = 14;
    for (int round = 0; round < 1500 && nx_test_failures() == 0; round++) {
        uint8_t text[120];
        const size_t n = pick(&random, round % 2 == 0 ? sizeof text : 8);
        random_text(&random, "a;\n;\r\"a", text, n);
        check_left_out(&random, (source_kind)(round % SOURCE_KINDS), text, n,
                       ends[round % 5]);
    }
}

/* Ends of several bytes across the seams of windows, which must not be found twice. */
static void
test_own_ends_of_a_long_text(void)
{
    const size_t n = (size_t)5 << 17, window = (size_t)1 << 18;
    uint8_t *text = malloc(n);
    CHECK(text != NULL);
    for (size_t shift = 0; shift < 5; shift++) {
        uint64_t offset, passed, lines = 0;
        size_t begin = 0, last = 0;
        memset(text, ';', n);
        for (size_t i = shift; i < n; i += 7) {
            text[i] = 'x';
        }
        for (; begin < window + 20; lines++) {
            last = begin;
            begin = slow_next(text, n, begin, ";;;");
        }
        const nx_csv_source source = {.memory = text, .size = n};
        nx_error error;
        for (int back = 0; back < 2; back++) {
            CHECK_INT(
                nx_csv_skip_lines(&source, 0, lines - (uint64_t)back, token_of(";;;"),
                                  &offset, &passed, NULL, &error),
                NX_OK);
            CHECK_INT(offset, back ? last : begin);
        }
        for (; begin < n; lines++) {
            begin = slow_next(text, n, begin, ";;;");
        }
        CHECK_INT(nx_csv_skip_lines(&source, 0, UINT64_MAX, token_of(";;;"), &offset,
                                    &passed, NULL, &error),
                  NX_OK);
        CHECK_INT(passed, lines);
        CHECK_INT(offset, n);
    }
    free(text);
}

/* The first bytes of a text of pieces, of every length. */
static void
test_text_that_is_cut_off(void)
{
    const uint8_t text[] = "0123456789";
    const nx_csv_piece pieces[] = {{0, 1}, {2, 4}, {5, 8}, {7, 10}};
    const char kept[] = "1245689";
    for (int whole = 0; whole < 2; whole++) {
        for (uint64_t size = 0; size <= (whole ? 10 : 7); size++) {
            nx_csv_source source = {.memory = text, .size = whole ? 10 : 7};
            nx_csv_pieces cut = {0};
            nx_csv_window window = {0};
            nx_error error;
            source.pieces = whole ? NULL : pieces;
            source.piece_count = whole ? 0 : 3;
            CHECK_INT(nx_csv_cut_off(&cut, &source, size, &error), NX_OK);
            CHECK(cut.count >= 1);
            CHECK_INT(cut.pieces[cut.count].at, size);
            CHECK_INT(cut.pieces[cut.count].from, 10);
            source.pieces = cut.pieces;
            source.piece_count = cut.count;
            source.size = size;
            CHECK_INT(nx_csv_window_load(&window, &source, 0, 20, &error), NX_OK);
            CHECK(window.at_end);
            CHECK(memcmp(window.base, whole ? (const char *)text : kept,
                         (size_t)size) == 0);
            nx_csv_window_clear(&window);
            nx_csv_pieces_clear(&cut);
        }
    }
}

static bool
leave_out(void *context)
{
    const nx_csv_source *source = context;
    const uint64_t numbers[] = {0, 2};
    nx_csv_pieces kept = {0}, cut = {0};
    nx_error error;
    nx_status status =
        nx_csv_leave_out(&kept, source, numbers, 2, (nx_csv_token){0}, NULL, &error);
    CHECK(status == NX_OK || (status == NX_ERR_MEMORY && kept.pieces == NULL));
    if (status == NX_OK) {
        status = nx_csv_cut_off(&cut, source, 3, &error);
        CHECK(status == NX_OK || (status == NX_ERR_MEMORY && cut.pieces == NULL));
    }
    nx_csv_pieces_clear(&kept);
    nx_csv_pieces_clear(&cut);
    return status == NX_OK;
}

static void
test_failing_allocations_leave_nothing(void)
{
    nx_csv_source source = {.memory = (const uint8_t *)"a\nb\nc", .size = 5};
    nx_test_alloc_failures(leave_out, &source, 20);
}

static bool
never(void *context)
{
    (void)context;
    return false;
}

static void
test_the_walk_can_be_cancelled(void)
{
    enum {
        SIZE = 64 << 20
    };
    uint8_t *text = malloc(SIZE);
    CHECK(text != NULL);
    memset(text, 'a', SIZE);
    const nx_csv_source source = {.memory = text, .writable = true, .size = SIZE};
    const nx_wait wait = {.poll = never, .interval_ms = 1};
    const uint64_t number = 7;
    nx_csv_pieces kept = {0};
    nx_error error;
    CHECK_INT(
        nx_csv_leave_out(&kept, &source, &number, 1, (nx_csv_token){0}, &wait, &error),
        NX_ERR_CANCELLED);
    CHECK(kept.pieces == NULL);
    free(text);
}

const nx_test nx_suite_csv_lines[] = {
    NX_TEST(test_skipping_lines_of_every_stretch),
    NX_TEST(test_skipping_lines_of_a_long_text),
    NX_TEST(test_lines_left_out_of_random_texts),
    NX_TEST(test_own_ends_of_a_long_text),
    NX_TEST(test_text_that_is_cut_off),
    NX_TEST(test_failing_allocations_leave_nothing),
    NX_TEST(test_the_walk_can_be_cancelled),
    {0},
};
