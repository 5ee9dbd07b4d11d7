#include "csv/csv_testing.h"

#include "base/buffer.h"
#include "csv/csv_compact.h"

enum {
    MOST_ROWS = 400,
    MOST_CHUNKS = 8
};

/* Chunks of some rows, of which a few are left out. */
typedef struct holes {
    nx_csv_chunk chunks[MOST_CHUNKS];
    nx_csv_sieve sieves[MOST_CHUNKS];
    size_t count;
    uint64_t rows;
    bool out[MOST_ROWS];
} holes;

static void
make_holes(holes *h, uint64_t *random, size_t one_in)
{
    *h = (holes){.count = 1 + pick(random, MOST_CHUNKS)};
    for (size_t i = 0; i < h->count; i++) {
        const size_t rows = pick(random, 50);
        nx_csv_dirt dirt = {0};
        nx_csv_dirt_begin(&dirt, rows);
        h->chunks[i] = (nx_csv_chunk){.first_row = h->rows, .rows = (uint32_t)rows};
        for (size_t row = 0; row < rows; row++) {
            if (pick(random, one_in) == 0) {
                const uint64_t record = h->rows + row;
                h->out[record] = true;
                CHECK(nx_csv_dirt_add_records(&dirt, h->rows, &record, 1));
            }
        }
        CHECK(nx_csv_sieve_keep(&h->sieves[i], &dirt));
        nx_csv_dirt_clear(&dirt);
        h->rows += rows;
    }
}

static void
check_type(nx_type type, uint64_t *random, unsigned threads)
{
    holes h;
    make_holes(&h, random, 1 + pick(random, 6));
    nx_csv_target targets[3] = {{.requested = type, .rows = MOST_ROWS},
                                {.requested = NX_TYPE_INT8, .rows = MOST_ROWS},
                                {.requested = type, .rows = MOST_ROWS}};
    const size_t width = nx_type_width(type);
    uint8_t *values = nx_csv_target_values(&targets[0], type);
    uint8_t *mask = nx_csv_target_mask(&targets[2]);
    uint8_t wanted[MOST_ROWS * 16], wanted_mask[MOST_ROWS];
    size_t kept = 0;
    for (size_t row = 0; row < h.rows; row++) {
        for (size_t i = 0; i < width; i++) {
            values[row * width + i] = (uint8_t)nx_test_random(random);
        }
        mask[row] = (uint8_t)pick(random, 2);
        if (!h.out[row]) {
            memcpy(wanted + kept * width, values + row * width, width);
            wanted_mask[kept++] = mask[row];
        }
    }
    uint64_t rows = h.rows;
    CHECK_INT(nx_csv_compact(targets, 3, h.chunks, h.sieves, h.count, threads, &rows,
                             NULL, NULL),
              NX_OK);
    CHECK_INT(rows, kept);
    CHECK(memcmp(values, wanted, kept * width) == 0);
    CHECK(memcmp(mask, wanted_mask, kept) == 0);
    for (int i = 0; i < 3; i++) {
        nx_csv_target_clear(&targets[i]);
    }
    for (size_t i = 0; i < h.count; i++) {
        nx_csv_sieve_clear(&h.sieves[i]);
    }
}

static void
test_rows_behind_those_left_out_move_up(void)
{
    static const nx_type types[] = {NX_TYPE_BOOL, NX_TYPE_INT16, NX_TYPE_FLOAT32,
                                    NX_TYPE_INT64, NX_TYPE_STRING};
    uint64_t random = 5;
    for (int round = 0; round < 500 && nx_test_failures() == 0; round++) {
        check_type(types[round % 5], &random, 1 + (unsigned)round % 3);
    }
}

const nx_test nx_suite_csv_compact[] = {
    NX_TEST(test_rows_behind_those_left_out_move_up),
    {0},
};
