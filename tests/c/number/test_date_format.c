#include "harness.h"

#include <stdlib.h>

#include "number/date_format.h"

static nx_status
compile(nx_date_format *format, const char *text, nx_error *error)
{
    return nx_date_format_compile(format, (const uint8_t *)text, strlen(text), error);
}

static nx_parse_result
parse(const char *layout, const char *text, nx_datetime *value)
{
    nx_date_format format;
    CHECK_INT(compile(&format, layout, NULL), NX_OK);
    return nx_date_format_parse(&format, (const uint8_t *)text, strlen(text), value);
}

static const struct {
    const char *layout, *text, *iso; /* iso NULL: no value */
} written[] = {
    {"%d/%m/%Y", "31/01/2026", "2026-01-31"},
    {"%d/%m/%Y", "1/2/2026", "2026-02-01"},
    {"%d/%m/%Y", "31/02/2026", NULL},
    {"%d/%m/%Y", "29/02/2024", "2024-02-29"},
    {"%d/%m/%Y", "29/02/1900", NULL},
    {"%d/%m/%Y", "29/02/2000", "2000-02-29"},
    {"%d/%m/%Y", "01/13/2026", NULL},
    {"%d/%m/%Y", "00/01/2026", NULL},
    {"%d/%m/%Y", "01/01/0000", NULL},
    {"%d/%m/%Y", "01/01/0001", "0001-01-01"},
    {"%d/%m/%Y", "31/12/9999", "9999-12-31"},
    {"%d/%m/%Y", "01/01/999", NULL},
    {"%d/%m/%Y", "01/01/20260", NULL},
    {"%d/%m/%Y", "01/01/2026 ", NULL},
    {"%d/%m/%Y", "", NULL},
    {"%d/%m/%Y", "123/1/2026", NULL},
    {"%Y%m%d", "20260131", "2026-01-31"},
    {"%y%m%d", "680101", "2068-01-01"},
    {"%y%m%d", "690101", "1969-01-01"},
    {"%Y-%j", "2024-366", "2024-12-31"},
    {"%Y-%j", "2023-366", NULL},
    {"%Y-%j", "2023-0", NULL},
    {"%Y", "2023", "2023-01-01"},
    {"%b %Y", "feb 2023", "2023-02-01"},
    {"%d %B %Y", "3 MAY 2023", "2023-05-03"},
    {"%d %B %Y", "3 Sept 2023", NULL},
    {"%d %b %Y", "3 September 2023", "2023-09-03"},
    {"%a, %d %b %Y", "Tue,  3 \tOct 2023", "2023-10-03"},
    {"%A %d.%m.%y", "Wednesday 4.10.23", "2023-10-04"},
    {"%Y %H", "2023 23", "2023-01-01T23:00"},
    {"%Y %H", "2023 24", NULL},
    {"%Y %I%p", "2023 12AM", "2023-01-01T00:00"},
    {"%Y %I %p", "2023 12 pm", "2023-01-01T12:00"},
    {"%Y %I %p", "2023 1 pm", "2023-01-01T13:00"},
    {"%Y %I %p", "2023 0 pm", NULL},
    {"%Y %I %p", "2023 13 pm", NULL},
    {"%Y %I %p", "2023 1 xm", NULL},
    {"%Y %H:%M:%S.%f", "2023 1:2:3.5", "2023-01-01T01:02:03.5"},
    {"%Y %H:%M:%S.%f", "2023 1:2:3.123456789", "2023-01-01T01:02:03.123456789"},
    {"%Y %H:%M:%S.%f", "2023 1:2:3.1234567891", NULL},
    {"%Y %H:%M:%S.%f", "2023 1:2:3.", NULL},
    {"%Y %H:%M", "2023 1:60", NULL},
    {"%Y %H:%M:%S", "2023 1:00:60", NULL},
    {"%Y %H%z", "2023 1+0130", "2022-12-31T23:30Z"},
    {"%Y %H%z", "2023 1-01:30", "2023-01-01T02:30Z"},
    {"%Y %H%z", "2023 1Z", "2023-01-01T01:00Z"},
    {"%Y %H%z", "2023 1+24:00", NULL},
    {"%Y %H%z", "2023 1", NULL},
    {"%Y %H %Z", "2023 1 utc", "2023-01-01T01:00Z"},
    {"%Y %H %Z", "2023 1 CET", NULL},
    {"%Y%%", "2023%", "2023-01-01"},
    {"Y%Y", "y2023", NULL},
};

static void
test_formats_and_their_values(void)
{
    for (size_t i = 0; i < sizeof written / sizeof written[0]; i++) {
        nx_datetime value = {0}, wanted = {0};
        const nx_parse_result result =
            parse(written[i].layout, written[i].text, &value);
        if ((result == NX_PARSE_OK) != (written[i].iso != NULL)) {
            nx_test_fail(__FILE__, __LINE__, "%s of %s", written[i].text,
                         written[i].layout);
            continue;
        }
        if (written[i].iso == NULL) {
            continue;
        }
        const char *iso = written[i].iso;
        CHECK_INT(nx_parse_datetime((const uint8_t *)iso, strlen(iso), &wanted),
                  NX_PARSE_OK);
        CHECK_INT(value.seconds, wanted.seconds);
        CHECK_INT(value.nanoseconds, wanted.nanoseconds);
        CHECK_INT(value.fraction_digits, wanted.fraction_digits);
        CHECK_INT(value.date_only, wanted.date_only);
        CHECK_INT(value.zoned, wanted.zoned);
    }
}

static void
test_units(void)
{
    static const struct {
        const char *layout;
        nx_datetime_unit unit;
        bool zoned;
    } cases[] = {
        {"%Y-%m-%d", NX_UNIT_D, false},
        {"%Y %H", NX_UNIT_S, false},
        {"%Y %I%p:%M%z", NX_UNIT_S, true},
        {"%Y %H:%M:%S.%f %Z", NX_UNIT_US, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        nx_date_format format;
        CHECK_INT(compile(&format, cases[i].layout, NULL), NX_OK);
        CHECK_INT(nx_date_format_unit(&format), cases[i].unit);
        CHECK_INT(nx_date_format_zoned(&format), cases[i].zoned);
    }
}

static void
test_formats_that_are_no_dates(void)
{
    static const struct {
        const char *layout, *message;
    } cases[] = {
        {"", "there is no year: %Y or %y"},
        {"%d/%m", "there is no year: %Y or %y"},
        {"%Y/%d", "there is a day, but no month"},
        {"%Y %I", "%I and %p go together"},
        {"%Y %H %p", "%I and %p go together"},
        {"%Y %M", "%M needs an hour, %S needs %M, and %f needs %S"},
        {"%Y %H:%S", "%M needs an hour, %S needs %M, and %f needs %S"},
        {"%Y %H:%M.%f", "%M needs an hour, %S needs %M, and %f needs %S"},
        {"%Y %z", "a zone needs an hour"},
        {"%Y %Y", "%Y says again what another directive says"},
        {"%Y %y", "%y says again what another directive says"},
        {"%Y %m %b", "%b says again what another directive says"},
        {"%Y %j %d", "%d says again what another directive says"},
        {"%Y %m %j", "%j says again what another directive says"},
        {"%Y %H %I %p", "%I says again what another directive says"},
        {"%Y %q", "there is no directive %q"},
        {"%Y %-d", "there is no directive %-"},
        {"%Y %", "there is no directive %?"},
        {"%Y %\x01", "there is no directive %?"},
        {"%Y-----------------------------------------------------------------",
         "it has more than 64 parts"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        nx_date_format format;
        nx_error error;
        CHECK_INT(compile(&format, cases[i].layout, &error), NX_ERR_SYNTAX);
        if (strcmp(error.msg, cases[i].message) != 0) {
            nx_test_fail(__FILE__, __LINE__, "%s: %s", cases[i].layout, error.msg);
        }
    }
    nx_date_format format;
    CHECK_INT(nx_date_format_compile(&format, (const uint8_t *)"%Y %\0", 5, NULL),
              NX_ERR_SYNTAX);
}

/* No byte behind a text counts, and every text short of a whole one is none. */
static void
test_texts_that_are_cut(void)
{
    static const char text[] = "Sun 01 Feb 2026 11:02:03.000004 PM +01:00";
    const size_t n = sizeof text - 1;
    nx_date_format format;
    CHECK_INT(compile(&format, "%a %d %b %Y %I:%M:%S.%f %p %z", NULL), NX_OK);
    for (size_t i = 0; i <= n; i++) {
        nx_datetime value;
        uint8_t *copy = malloc(i + 1);
        CHECK(copy != NULL);
        if (copy != NULL) {
            memcpy(copy, text, i);
            CHECK_INT(nx_date_format_parse(&format, copy, i, &value) == NX_PARSE_OK,
                      i == n);
            free(copy);
        }
    }
}

const nx_test nx_suite_date_format[] = {
    NX_TEST(test_formats_and_their_values),
    NX_TEST(test_units),
    NX_TEST(test_formats_that_are_no_dates),
    NX_TEST(test_texts_that_are_cut),
    {0},
};
