#include "csv/csv_testing.h"
#include "csv/slow_csv.h"

#include "csv/csv_chunk.h"

enum {
    LONGEST = 400
};

/* The records that a text has, by the slow parser; an unclosed quote makes one
 * more. `starts` gets where each begins and, last, where the text ends. */
static size_t
slow_records(const uint8_t *text, size_t n, size_t *starts, bool *blank)
{
    uint8_t padded[LONGEST + 2] = {0};
    slow_field fields[LONGEST + 2];
    memcpy(padded, text, n);
    const bool added = n > 0 && text[n - 1] != '\n' && text[n - 1] != '\r';
    padded[n] = added ? '\n' : '\0';
    slow_text slow = {
        .text = padded, .n = n + added, .dialect = &comma, .fields = fields};
    slow_parse(&slow);
    size_t records = 0;
    for (size_t i = 0; i < slow.field_count; i++) {
        if (fields[i].first) {
            starts[records] = fields[i].start;
            blank[records++] = fields[i].last && fields[i].start == fields[i].end;
        }
    }
    if (slow.consumed < n) {
        starts[records] = slow.consumed;
        blank[records++] = false;
    }
    starts[records] = n;
    return records;
}

/* The chunks tile the text, each begins at a record and counts its rows. */
static void
check_map(const nx_csv_map *map, const uint8_t *text, size_t n, bool skip_blank)
{
    size_t starts[LONGEST + 2];
    bool blank[LONGEST + 2];
    const size_t records = slow_records(text, n, starts, blank);
    size_t record = 0, rows = 0, at = 0;
    for (size_t i = 0; i < map->count; i++) {
        const nx_csv_chunk *chunk = &map->chunks[i];
        CHECK_INT(chunk->offset, at);
        CHECK_INT(chunk->first_row, rows);
        const size_t end = (size_t)chunk->offset + chunk->bytes;
        size_t here = 0;
        for (; record < records && starts[record] < end; record++) {
            here += !(skip_blank && blank[record]);
        }
        CHECK_INT(starts[record], end);
        CHECK_INT(chunk->rows, here);
        rows += here;
        at = end;
    }
    CHECK_INT(record, records);
    CHECK_INT(at, n);
    CHECK_INT(map->rows, rows);
    if (nx_test_failures() > 0) {
        printf("      in %s\n", shown(text, n));
    }
}

static void
test_chunks_of_random_texts(void)
{
    static const char *const alphabets[] = {"\",\n\rab", ",\nabcd", "\"\",\n\nabcde",
                                            "\r\n,ab"};
    uint64_t random = 10;
    const nx_csv_scanner *scanners[2];
    const int count = all_scanners(scanners);
    for (int round = 0; round < 3000 && nx_test_failures() == 0; round++) {
        uint8_t text[LONGEST];
        const size_t n = pick(&random, LONGEST);
        test_source s;
        random_text(&random, alphabets[round % 4], text, n);
        if (open_source(&s, (source_kind)(round % 50 == 0 ? FROM_FILE : round % 2),
                        text, n)) {
            for (size_t bytes = 1; bytes < 500; bytes += 1 + bytes / 3) {
                const nx_csv_map_options options = {
                    .dialect = &comma,
                    .scanner = scanners[bytes % (size_t)count],
                    .chunk_bytes = bytes,
                    .skip_blank = round % 3 == 0,
                };
                nx_csv_map map = {0};
                nx_error error;
                CHECK_INT(nx_csv_map_build(&map, &s.source, 0, &options, NULL, &error),
                          NX_OK);
                check_map(&map, text, n, options.skip_blank);
                nx_csv_map_clear(&map);
            }
        }
        close_source(&s);
    }
}

static nx_status
build(nx_csv_map *map, const char *text, uint64_t start, size_t chunk_bytes,
      const nx_wait *wait)
{
    const nx_csv_source source = {.memory = (const uint8_t *)text,
                                  .size = strlen(text)};
    const nx_csv_map_options options = {
        .dialect = &comma,
        .scanner = &nx_csv_scanner_portable,
        .chunk_bytes = chunk_bytes,
        .skip_blank = true,
    };
    nx_error error;
    return nx_csv_map_build(map, &source, start, &options, wait, &error);
}

static void
test_mapping_starts_behind_the_header(void)
{
    nx_csv_map map = {0};
    CHECK_INT(build(&map, "a,b\n1,2\n3,4", 4, 1, NULL), NX_OK);
    CHECK_INT(map.count, 2);
    CHECK_INT(map.rows, 2);
    CHECK_INT(map.chunks[0].offset, 4);
    CHECK_INT(map.chunks[1].bytes, 3);
    nx_csv_map_clear(&map);
}

static void
test_nothing_to_map(void)
{
    nx_csv_map map = {0};
    CHECK_INT(build(&map, "a,b\n", 4, 100, NULL), NX_OK);
    CHECK_INT(map.count, 0);
    CHECK_INT(map.rows, 0);
    nx_csv_map_clear(&map);
}

static void
test_a_record_longer_than_a_chunk(void)
{
    nx_csv_map map = {0};
    CHECK_INT(build(&map, "1\n\"a long\nfield\nof many lines\"\n2\n", 0, 4, NULL),
              NX_OK);
    CHECK_INT(map.rows, 3);
    CHECK_INT(map.chunks[1].offset, 2);
    nx_csv_map_clear(&map);
}

static void
test_mapping_can_be_cancelled(void)
{
    nx_cancel cancel;
    atomic_init(&cancel.requested, true);
    const nx_wait wait = {.cancel = &cancel};
    nx_csv_map map = {0};
    CHECK_INT(build(&map, "1\n2\n3\n", 0, 1, &wait), NX_ERR_CANCELLED);
    nx_csv_map_clear(&map);
}

static bool
map_many_chunks(void *context)
{
    nx_csv_map map = {0};
    (void)context;
    char text[401];
    memset(text, '\n', 400);
    for (int i = 0; i < 400; i += 2) {
        text[i] = '"';
    }
    text[400] = '\0';
    const nx_status status = build(&map, text, 0, 1, NULL);
    CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    nx_csv_map_clear(&map);
    return status == NX_OK;
}

static void
test_failing_allocations_leave_nothing(void)
{
    nx_test_alloc_failures(map_many_chunks, NULL, 50);
}

const nx_test nx_suite_csv_chunk[] = {
    NX_TEST(test_chunks_of_random_texts),
    NX_TEST(test_mapping_starts_behind_the_header),
    NX_TEST(test_nothing_to_map),
    NX_TEST(test_a_record_longer_than_a_chunk),
    NX_TEST(test_mapping_can_be_cancelled),
    NX_TEST(test_failing_allocations_leave_nothing),
    {0},
};
