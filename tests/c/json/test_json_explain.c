#include "json/ndjson_testing.h"

#include "base/alloc.h"
#include "json/json_explain.h"

/* Code and byte of the first error of a source; its key is for others to find. */
static void
test_first_errors(void)
{
    static const struct {
        const char *text, *error;
    } cases[] = {
        {"{\"a\":1,\"b\":x}", "711 11 -1"},
        {"{\"b\":[1,2],\"a\":x}", "711 15 -1"}, /* what is no JSON goes first */
        {"{\"b\":[1,2],\"a\":1}", "714 5 -1"},
        {"{\"b\":1,\"b\":2,\"a\":x}", "711 17 -1"},
        {"{\"b\":1,\"b\":2}", "713 7 -1"},
        {"{\"c\":1,\"c\":2}", "713 7 -1"},
        {"{\"b\":\"\xFF\",\"a\":x}", "717 6 -1"},
        {"{\"a\":x,\"b\":\"\xFF\"}", "711 5 -1"},
        {"{\"a\":1,\"\xFF\":2}", "717 8 -1"},
        {"{\"a\":1}\n{\"a\":\n{\"a\":2}", "711 13 -1"},
        {"{\"a\":1}\n\n \n{\"a\":2,\"b\":}", "711 22 -1"},
        {"{\"a\":1}\n{\"\\u0061\":x}", "711 18 -1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_read(cases[i].text, keys_ab, false, cases[i].error);
    }
}

static void
test_keys_of_errors(void)
{
    static const struct {
        const char *text;
        uint64_t byte;
        const char *key;
    } cases[] = {
        {"{\"a\":1,\"b\":x}", 11, "b"},
        {"{\"a\":1}\n{\"b\\n\":[1,x]}\n", 18, "b\n"},
        {"{\"b\":1,\"b\":2}", 7, "b"},
        {"{\"b\":\"c\"}", 5, "b"},
        {"{\"b\":1,\"c\":2}", 1, "b"},
        {"{\"a\":1,b:2}", 7, NULL},
        {"x", 0, NULL},
        {"{\"a\":1} x", 8, NULL},
        {"{\"a\":1", 6, "a"},
        {"", 0, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        test_source s;
        size_t length = 0;
        if (open_source(&s, FROM_FILE, cases[i].text, strlen(cases[i].text))) {
            uint8_t *key = nx_json_key_around(&s.source, 0, cases[i].byte, &length);
            CHECK_INT(key != NULL, cases[i].key != NULL);
            if (key != NULL && cases[i].key != NULL) {
                CHECK_INT(length, strlen(cases[i].key));
                CHECK(memcmp(key, cases[i].key, length) == 0);
            }
            nx_free(key);
        }
        close_source(&s);
    }
}

/* The record with the error is longer than what is read at a time. */
static void
test_errors_in_long_records(void)
{
    enum {
        LONG = 300000
    };
    char *text = malloc(LONG + 64);
    CHECK(text != NULL);
    for (size_t at = 10; at < LONG; at += LONG / 7) {
        json_reading r = reading_of(keys_ab);
        memcpy(text, "{}\n\n{\"a\":\"", 10);
        memset(text + 10, 'x', LONG);
        text[at] = 1;
        memcpy(text + LONG, "\",\"b\":2}", 9);
        r.options.block_bytes = at % 2 == 0 ? 0 : 100;
        read_kind(&r, text, strlen(text), (source_kind)(at % SOURCE_KINDS));
        CHECK_INT(r.error.code, 715);
        CHECK_INT(r.error.byte, at);
        CHECK_INT(r.error.record, 1);
        CHECK_INT(r.error.line, 2);
        end_reading(&r);
    }
    free(text);
}

const nx_test nx_suite_json_explain[] = {
    NX_TEST(test_first_errors),
    NX_TEST(test_keys_of_errors),
    NX_TEST(test_errors_in_long_records),
    {0},
};
