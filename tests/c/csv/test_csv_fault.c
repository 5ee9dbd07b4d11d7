#include "harness.h"

#include "csv/csv_fault.h"

static const char *
message(nx_csv_fault fault, const char *text, size_t n)
{
    static nx_error error;
    const uint8_t *start = (const uint8_t *)text;
    const nx_csv_excerpt excerpt = nx_csv_excerpt_of((nx_csv_field){start, start + n});
    CHECK_INT(nx_csv_fault_error(fault, &excerpt, NX_TYPE_INT32, 4, &error),
              NX_ERR_VALUE);
    return error.msg;
}

#define MESSAGE(fault, text) message(fault, text, sizeof text - 1)

static void
test_codes_of_the_faults(void)
{
    static const struct {
        nx_csv_fault fault;
        int code;
    } codes[] = {{NX_CSV_FAULT_KIND, 601},   {NX_CSV_FAULT_FINE, 601},
                 {NX_CSV_FAULT_ZONED, 601},  {NX_CSV_FAULT_NAIVE, 601},
                 {NX_CSV_FAULT_RANGE, 602},  {NX_CSV_FAULT_MISSING, 603},
                 {NX_CSV_FAULT_LENGTH, 604}, {NX_CSV_FAULT_NUL, 605}};
    const nx_csv_excerpt excerpt = {0};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        nx_error error;
        CHECK_INT(
            nx_csv_fault_error(codes[i].fault, &excerpt, NX_TYPE_UINT8, 1, &error),
            NX_ERR_VALUE);
        CHECK_INT(error.code, codes[i].code);
        CHECK(error.record == NX_NOWHERE && error.byte == NX_NOWHERE);
    }
}

static void
test_texts_are_shown_on_one_line(void)
{
    CHECK_STR(MESSAGE(NX_CSV_FAULT_KIND, "a\nb\r\t"), "'a\\nb\\r\\t' is not an int32");
    CHECK_STR(MESSAGE(NX_CSV_FAULT_KIND, "\x01\x7F"), "'\\x01\\x7f' is not an int32");
    CHECK_STR(MESSAGE(NX_CSV_FAULT_NUL, "ab\0"),
              "'ab\\x00' ends in NUL, which a dtype S drops");
    CHECK_STR(MESSAGE(NX_CSV_FAULT_KIND, "\xC3\xA9"), "'\xC3\xA9' is not an int32");
    CHECK_STR(MESSAGE(NX_CSV_FAULT_KIND, "\xFFz\xC3"), "'\\xffz\\xc3' is not an int32");
    CHECK_STR(MESSAGE(NX_CSV_FAULT_MISSING, ""), "a cell is missing");
    CHECK_STR(MESSAGE(NX_CSV_FAULT_MISSING, "NA"), "a cell is missing: 'NA'");
}

/* Cut after 40 bytes, between two characters. */
static void
test_long_texts_are_cut(void)
{
    CHECK_STR(MESSAGE(NX_CSV_FAULT_KIND, "0123456789012345678901234567890123456789"),
              "'0123456789012345678901234567890123456789' is not an int32");
    CHECK_STR(MESSAGE(NX_CSV_FAULT_KIND, "0123456789012345678901234567890123456789x"),
              "'0123456789012345678901234567890123456789...' is not an int32");
    CHECK_STR(
        MESSAGE(NX_CSV_FAULT_KIND, "012345678901234567890123456789012345678\xC3\xA9"),
        "'012345678901234567890123456789012345678...' is not an int32");
}

const nx_test nx_suite_csv_fault[] = {
    NX_TEST(test_codes_of_the_faults),
    NX_TEST(test_texts_are_shown_on_one_line),
    NX_TEST(test_long_texts_are_cut),
    {0},
};
