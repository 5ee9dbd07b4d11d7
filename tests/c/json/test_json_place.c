#include "json/ndjson_testing.h"

#include "json/json_place.h"

static nx_status
find(const test_source *s, const char *key, uint64_t row, nx_csv_place *place)
{
    const nx_span span = {(const uint8_t *)key, strlen(key)};
    const size_t column = 0;
    const nx_json_options options = {.keys = &span,
                                     .key_count = 1,
                                     .columns = &column,
                                     .column_count = 1,
                                     .nested_text = true,
                                     .row_limit = UINT64_MAX};
    nx_error error;
    return nx_json_place_find(place, &s->source, &options, row, NULL, &error);
}

static void
test_values_are_found(void)
{
    static const char text[] =
        "\xEF\xBB\xBF{\"a\":1,\"b\":[2,{}]}\n\n{\"b\":3}\r\n{\"a\": 4}";
    static const struct {
        const char *key;
        uint64_t row, byte, line;
    } cases[] = {
        {"a", 0, 8, 0},  {"b", 0, 14, 0}, {"a", 1, 23, 2},
        {"b", 1, 28, 2}, {"a", 2, 38, 3},
    };
    for (source_kind kind = 0; kind < SOURCE_KINDS; kind++) {
        test_source s;
        nx_csv_place place;
        if (open_source(&s, kind, text, sizeof text - 1)) {
            for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                CHECK_INT(find(&s, cases[i].key, cases[i].row, &place), NX_OK);
                CHECK_INT(place.byte, cases[i].byte);
                CHECK_INT(place.line, cases[i].line);
            }
            CHECK_INT(find(&s, "a", 3, &place), NX_ERR_CHANGED);
        }
        close_source(&s);
    }
}

static void
test_rows_of_a_long_text(void)
{
    enum {
        ROWS = 100000
    };
    char *text = malloc(20 * ROWS);
    size_t n = 0;
    CHECK(text != NULL);
    for (int row = 0; row < ROWS; row++) {
        n += (size_t)sprintf(text + n, "{\"a\":%d}\n", 100000 + row);
    }
    test_source s;
    nx_csv_place place;
    if (open_source(&s, IN_PLACE, text, n)) {
        for (uint64_t row = 0; row < ROWS; row += ROWS / 5 - 1) {
            CHECK_INT(find(&s, "a", row, &place), NX_OK);
            CHECK_INT(place.byte, row * 13 + 5);
            CHECK_INT(place.line, row);
        }
    }
    close_source(&s);
    free(text);
}

const nx_test nx_suite_json_place[] = {
    NX_TEST(test_values_are_found),
    NX_TEST(test_rows_of_a_long_text),
    {0},
};
