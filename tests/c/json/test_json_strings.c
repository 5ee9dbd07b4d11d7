#include "json/ndjson_testing.h"

#include "json/json_kernels.h"

/* A special byte at every place of strings of every length, with others around them. */
static void
test_strings_of_every_length(void)
{
    for (size_t n = 0; n < 90; n++) {
        for (size_t at = 0; at <= n && nx_test_failures() == 0; at++) {
            char text[256], plain[128] = "", expected[256], name[128];
            memset(plain, 'x', n);
            memset(name, 'x', n + 1);
            if (at < n) {
                plain[at] = '"';
            }
            /* At n there is none. */
            sprintf(text, "{\"a\":\"%.*s%s%s\"}\n{\"a\":\"y\"}\n", (int)at, plain,
                    at < n ? "\\\"" : "", at < n ? plain + at + 1 : "");
            sprintf(expected, "string:%s,y", plain);
            check_read(text, key_a, false, expected);
        }
    }
}

/* The escapes of json.dumps, and what is left to the careful way, in short strings and
 * in long ones. */
static void
test_every_escape(void)
{
    static const struct {
        const char *escape, *plain;
    } cases[] = {
        {"\\\"", "\""},
        {"\\\\", "\\"},
        {"\\/", "/"},
        {"\\b\\f\\n\\r\\t", "\b\f\n\r\t"},
        {"\\u0041", "A"},
        {"\\u00e9", "\xC3\xA9"},
        {"\\u20AC", "\xE2\x82\xAC"},
        {"\\ud83d\\ude00", "\xF0\x9F\x98\x80"},
        {"\\uFFFF", "\xEF\xBF\xBF"},
        {"\\\\\\\"\\\\", "\\\"\\"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (size_t before = 0; before < 40; before++) {
            for (size_t behind = 0; behind < 40; behind += 3) {
                char text[256], expected[160], x[64] = "";
                memset(x, 'x', 48);
                sprintf(text, "{\"a\":\"%.*s%s%.*s\"}\n", (int)before, x,
                        cases[i].escape, (int)behind, x);
                sprintf(expected, "string:%.*s%s%.*s", (int)before, x, cases[i].plain,
                        (int)behind, x);
                check_read(text, key_a, false, expected);
            }
        }
    }
}

static void
test_escapes_that_are_none(void)
{
    static const char *const escapes[] = {"\\x",     "\\u12g4",    "\\u12",  "\\ud800",
                                          "\\udc00", "\\ud800\\n", "\\U0041"};
    for (size_t i = 0; i < sizeof escapes / sizeof escapes[0]; i++) {
        for (size_t before = 0; before < 40; before++) {
            char text[128], expected[64], x[64] = "";
            memset(x, 'x', 48);
            sprintf(text, "{\"a\":\"%.*s%s\"}", (int)before, x, escapes[i]);
            sprintf(expected, "715 %d -1", (int)(6 + before));
            check_read(text, key_a, false, expected);
        }
    }
}

/* An inner quote ends a string wherever it is: what follows is no JSON. */
static void
test_inner_quotes_are_found(void)
{
    for (size_t n = 1; n < 90; n++) {
        for (size_t at = 0; at + 1 < n && nx_test_failures() == 0; at++) {
            char text[256], plain[128] = "", expected[64];
            memset(plain, 'x', n);
            plain[at] = plain[n - 1] = '"';
            sprintf(text, "{\"a\":\"%s\"}\n", plain);
            sprintf(expected, "711 %d -1", (int)(6 + at + 1));
            check_read(text, key_a, false, expected);
        }
    }
}

static void
test_strings_too_long_for_a_room(void)
{
    enum {
        LONG = 100000
    };
    char *text = malloc(2 * LONG + 64);
    json_reading r = reading_of(key_a);
    CHECK(text != NULL);
    memset(text, 'x', 2 * LONG + 64);
    memcpy(text, "{\"a\":\"", 6);
    memcpy(text + LONG, "\"}\n{\"a\":\"\\n", 11);
    memcpy(text + 2 * LONG, "\"}", 2);
    read_kind(&r, text, 2 * LONG + 2, IN_PLACE);
    CHECK_INT(r.status, NX_OK);
    const nx_column *column = &r.table.columns[0].column;
    const nx_string_view *views = nx_buffer_data(column->values);
    CHECK_INT(views[0].length, LONG - 6);
    CHECK_INT(views[1].length, LONG - 10);
    CHECK_INT(*nx_view_text(&views[1], column->slabs.buffers), '\n');
    end_reading(&r);
    free(text);
}

const nx_test nx_suite_json_strings[] = {
    NX_TEST(test_strings_of_every_length),     NX_TEST(test_every_escape),
    NX_TEST(test_escapes_that_are_none),       NX_TEST(test_inner_quotes_are_found),
    NX_TEST(test_strings_too_long_for_a_room), {0},
};
