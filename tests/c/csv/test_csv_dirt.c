#include "csv/csv_testing.h"

#include "csv/csv_dirt.h"

static nx_csv_flaw
value_flaw(uint32_t row, uint32_t field)
{
    return (nx_csv_flaw){.row = row, .field = field, .status = NX_ERR_VALUE};
}

static nx_csv_flaw
record_flaw(uint32_t row, uint16_t code)
{
    return (nx_csv_flaw){
        .row = row, .field = NX_CSV_NO_FIELD, .code = code, .status = NX_ERR_RAGGED};
}

static void
add(nx_csv_dirt *dirt, nx_csv_flaw flaw)
{
    CHECK(nx_csv_dirt_add(dirt, &flaw));
}

static void
test_one_flaw_a_record_the_first_field(void)
{
    nx_csv_dirt dirt = {.collects = true};
    nx_csv_dirt_begin(&dirt, 10);
    add(&dirt, value_flaw(3, 5));
    add(&dirt, value_flaw(3, 2));
    add(&dirt, value_flaw(3, 7));
    add(&dirt, value_flaw(9, 1));
    add(&dirt, record_flaw(9, 301));
    add(&dirt, value_flaw(9, 0));
    CHECK_INT(dirt.count, 2);
    CHECK_INT(dirt.flaws[dirt.of_row[3] - 1].field, 2);
    CHECK_INT(dirt.flaws[dirt.of_row[9] - 1].code, 301);
    for (size_t row = 0; row < 10; row++) {
        CHECK_INT(nx_csv_dirt_has(&dirt, row), row == 3 || row == 9);
    }
    CHECK(!nx_csv_dirt_has(NULL, 3));
    /* A larger chunk knows nothing of it. */
    nx_csv_dirt_begin(&dirt, 5000);
    for (size_t row = 0; row < 5000; row++) {
        CHECK(!nx_csv_dirt_has(&dirt, row));
    }
    add(&dirt, value_flaw(4999, 0));
    CHECK(nx_csv_dirt_has(&dirt, 4999));
    nx_csv_dirt_clear(&dirt);
}

static void
test_records_that_are_left_out_from_the_start(void)
{
    static const uint64_t records[] = {2, 99, 100, 104, 109, 110, 5000};
    nx_csv_dirt dirt = {0};
    nx_csv_dirt_begin(&dirt, 10);
    CHECK(nx_csv_dirt_add_records(&dirt, 100, records, 7));
    CHECK_INT(dirt.count, 3);
    CHECK(nx_csv_dirt_has(&dirt, 0) && nx_csv_dirt_has(&dirt, 4) &&
          nx_csv_dirt_has(&dirt, 9));
    /* Nothing that is found makes a flaw of one. */
    add(&dirt, record_flaw(4, 301));
    CHECK_INT(dirt.flaws[dirt.of_row[4] - 1].status, NX_OK);
    nx_csv_dirt_clear(&dirt);
}

static void
test_rows_behind_good_ones(void)
{
    nx_csv_dirt dirt = {0};
    nx_csv_dirt_begin(&dirt, 6);
    CHECK_INT(nx_csv_dirt_row_behind(&dirt, 4), 4);
    CHECK_INT(nx_csv_dirt_row_behind(&dirt, 40), 6);
    add(&dirt, value_flaw(0, 0));
    add(&dirt, value_flaw(2, 0));
    add(&dirt, value_flaw(4, 0));
    CHECK_INT(nx_csv_dirt_row_behind(&dirt, 0), 0);
    CHECK_INT(nx_csv_dirt_row_behind(&dirt, 1), 2);
    CHECK_INT(nx_csv_dirt_row_behind(&dirt, 2), 4);
    CHECK_INT(nx_csv_dirt_row_behind(&dirt, 3), 6);
    CHECK_INT(nx_csv_dirt_row_behind(&dirt, 9), 6);
    nx_csv_dirt_cut(&dirt, 4);
    CHECK_INT(dirt.count, 2);
    CHECK(nx_csv_dirt_has(&dirt, 0) && nx_csv_dirt_has(&dirt, 2));
    nx_csv_dirt_clear(&dirt);
}

static void
test_a_sieve_keeps_the_rows(void)
{
    uint64_t random = 3;
    nx_csv_dirt dirt = {0}, again = {0};
    nx_csv_sieve sieve = {0};
    for (int round = 0; round < 200; round++) {
        const size_t rows = 1 + pick(&random, 100);
        uint32_t rejected = 0;
        nx_csv_dirt_begin(&dirt, rows);
        for (size_t row = 0; row < rows; row++) {
            if (pick(&random, 4) == 0) {
                nx_csv_flaw flaw = value_flaw((uint32_t)row, 0);
                flaw.status = pick(&random, 2) == 0 ? NX_OK : NX_ERR_VALUE;
                rejected += flaw.status != NX_OK;
                add(&dirt, flaw);
            }
        }
        CHECK(nx_csv_sieve_keep(&sieve, &dirt));
        CHECK_INT(sieve.out, dirt.count);
        CHECK_INT(sieve.rejected, rejected);
        CHECK_INT(sieve.bits == NULL, dirt.count == 0);
        CHECK(nx_csv_dirt_restore(&again, &sieve, rows));
        CHECK_INT(again.count, dirt.count);
        for (size_t row = 0; row < rows; row++) {
            CHECK_INT(nx_csv_dirt_has(&again, row), nx_csv_dirt_has(&dirt, row));
        }
    }
    nx_csv_sieve_clear(&sieve);
    nx_csv_dirt_clear(&dirt);
    nx_csv_dirt_clear(&again);
}

static void
check_message(nx_csv_flaw flaw, const char *text, int code, const char *message)
{
    nx_error error;
    nx_csv_flaw_error(&flaw, (const uint8_t *)text, &comma, &error);
    CHECK_INT(error.code, code);
    CHECK_INT(error.status, flaw.status);
    CHECK_STR(error.msg, message);
}

static void
test_messages(void)
{
    nx_csv_flaw flaw = record_flaw(0, 301);
    flaw.size = 3;
    flaw.limit = 2;
    check_message(flaw, "", 301, "expected 2 fields, found 3");
    flaw = record_flaw(0, 201);
    flaw.status = NX_ERR_DIALECT;
    check_message(flaw, "", 201, "text after a closing quote");
    flaw.code = 202;
    check_message(flaw, "", 202, "a quote is opened and never closed");
    flaw.code = 203;
    check_message(flaw, "", 203, "a quote inside an unquoted field");
    flaw = value_flaw(0, 1);
    flaw.byte = 2;
    flaw.size = 4;
    flaw.fault = NX_CSV_FAULT_KIND;
    flaw.type = NX_TYPE_INT64;
    check_message(flaw, "1,\" x\"", 601, "' x' is not an int64");
    flaw.status = NX_ERR_ENCODING;
    check_message(flaw, "1,\xC3y", 401, "byte 0xc3 is not UTF-8");
}

typedef struct failing {
    nx_csv_dirt dirt;
    nx_csv_sieve sieve;
} failing;

static bool
fill_and_keep(void *context)
{
    failing *f = context;
    bool done = true;
    nx_csv_dirt_begin(&f->dirt, 100);
    for (uint32_t row = 0; row < 100 && done; row++) {
        const nx_csv_flaw flaw = value_flaw(row, 0);
        done = nx_csv_dirt_add(&f->dirt, &flaw);
    }
    done = done && nx_csv_sieve_keep(&f->sieve, &f->dirt) &&
           nx_csv_dirt_restore(&f->dirt, &f->sieve, 100);
    nx_csv_dirt_clear(&f->dirt);
    nx_csv_sieve_clear(&f->sieve);
    return done;
}

static void
test_failing_allocations(void)
{
    failing f = {0};
    nx_test_alloc_failures(fill_and_keep, &f, 50);
}

const nx_test nx_suite_csv_dirt[] = {
    NX_TEST(test_one_flaw_a_record_the_first_field),
    NX_TEST(test_records_that_are_left_out_from_the_start),
    NX_TEST(test_rows_behind_good_ones),
    NX_TEST(test_a_sieve_keeps_the_rows),
    NX_TEST(test_messages),
    NX_TEST(test_failing_allocations),
    {0},
};
