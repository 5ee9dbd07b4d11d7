#include "json/ndjson_testing.h"

/* Reads values as one column; what it becomes, or the error. */
static void
check_column(const char *const *values, const char *expected)
{
    char text[4096] = "";
    for (size_t i = 0; values[i] != NULL; i++) {
        sprintf(text + strlen(text), "{\"a\":%s}\n", values[i]);
    }
    check_read(text, key_a, false, expected);
}

#define COLUMN(expected, ...) \
    check_column((const char *const[]){__VA_ARGS__, NULL}, expected)

static void
test_types_of_columns(void)
{
    COLUMN("bool:T,F,-", "true", "false", "null");
    COLUMN("int64:1,-2,-,0", "1", "-2", "null", "-0");
    COLUMN("int64:123456789012,-9223372036854775808", "123456789012",
           "-9223372036854775808");
    COLUMN("uint64:1,18446744073709551615,-", "1", "18446744073709551615", "null");
    COLUMN("string:-1,18446744073709551615", "-1", "18446744073709551615");
    COLUMN("string:1,18446744073709551616", "1", "18446744073709551616");
    COLUMN("float64:1,0.5,-,-0", "1", "0.5", "null", "-0");
    COLUMN("float64:1,1.8446744073709552e+19", "1e0", "18446744073709551616");
    COLUMN("float64:100000,-1.5,12345.678901234567", "1E5", "-1.5",
           "12345.678901234567");
    COLUMN("datetime64[D]:0,31,-", "\"1970-01-01\"", "\"1970-02-01\"", "null");
    COLUMN("datetime64[s]:0,3661", "\"1970-01-01\"", "\"1970-01-01T01:01:01\"");
    COLUMN("datetime64[ms]:-3600000", "\"1970-01-01 00:00:00.000+01:00\"");
    COLUMN("string:1970-01-01,x", "\"1970-01-01\"", "\"x\"");
    COLUMN("string:1,12", "1", "\"12\"");
    COLUMN("string:1.50,true,a", "1.50", "true", "\"a\"");
    COLUMN("string:,null", "\"\"", "\"null\"");
    COLUMN("float64:-,-", "null", "null");
}

static void
test_values_that_are_no_json(void)
{
    COLUMN("711 17 -1", "1.5", "1.", "1.5");
    COLUMN("711 13 -1", "1", ".5");
    COLUMN("711 13 -1", "1", "01");
    COLUMN("711 14 -1", "1", "-01");
    COLUMN("711 15 -1", "1.5", "00.5");
    COLUMN("711 13 -1", "1", "+1");
    COLUMN("711 16 -1", "true", "True");
    COLUMN("711 13 -1", "1", "Infinity");
    COLUMN("711 21 -1", "\"1970\"", "\"a\"b\"");
}

/* Numbers of every length, beside what Python and CSV know: the text itself. */
static void
test_numbers_of_every_length(void)
{
    for (int digits = 1; digits <= 19; digits++) {
        char number[32] = "", text[128], expected[64];
        for (int i = 0; i < digits; i++) {
            number[i] = (char)('1' + i % 9);
        }
        sprintf(text, "{\"a\":%s}\n{\"a\":-%s}\n", number, number);
        sprintf(expected, "int64:%s,-%s", number, number);
        check_read(text, key_a, false, expected);
    }
}

const nx_test nx_suite_json_kernels[] = {
    NX_TEST(test_types_of_columns),
    NX_TEST(test_values_that_are_no_json),
    NX_TEST(test_numbers_of_every_length),
    {0},
};
