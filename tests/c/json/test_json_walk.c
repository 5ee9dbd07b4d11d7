#include "json/ndjson_testing.h"

#include "csv/csv_block.h"

/* The matrix of a text, as "value|value/value|value", a row behind a slash; "." for
 * what is missing, and the code and byte of what ends it. */
static const char *
walked(const char *text, const char *const *keys, bool nested_text, char *to)
{
    json_reading r = reading_of(keys);
    nx_json_keys table;
    nx_json_walk shared;
    nx_csv_block block = {0};
    nx_csv_chunk chunk = {0};
    nx_error error;
    test_source s;
    r.options.keys = r.keys;
    r.options.columns = r.columns;
    r.options.nested_text = nested_text;
    if (!open_source(&s, IN_PLACE, text, strlen(text))) {
        return "";
    }
    CHECK_INT(nx_json_walk_begin(&shared, &table, &s.source, &r.options, &error),
              NX_OK);
    const nx_csv_shape shape = nx_json_shape(&shared);
    CHECK_INT(
        nx_csv_block_index(&block, &s.source, s.source.size, &shape, &chunk, NULL),
        NX_OK);
    CHECK_INT(nx_csv_block_split(&block, &shape, &chunk, NULL), NX_OK);
    to[0] = '\0';
    for (size_t row = 0; row < block.good_rows; row++) {
        for (size_t i = 0; i < r.options.column_count; i++) {
            const nx_csv_field field =
                nx_csv_field_at(block.runs, row, nx_json_run_column(i));
            strcat(to, i > 0 ? "|" : row > 0 ? "/" : "");
            strncat(to, (const char *)field.start, nx_csv_field_size(field));
            if (field.start == field.end) {
                CHECK_INT(*field.start, '{');
                strcat(to, ".");
            }
        }
    }
    if (block.bad_status != NX_OK) {
        CHECK_INT(block.bad_row, block.good_rows);
        sprintf(to + strlen(to), "!%d@%d", block.bad.code, (int)block.bad.byte);
    }
    for (size_t i = 0; i < shared.further.count; i++) {
        sprintf(to + strlen(to), "+%.*s", (int)shared.further.keys[i].length,
                (const char *)nx_json_keys_text(&shared.further, i));
    }
    nx_csv_block_clear(&block);
    nx_json_walk_end(&shared);
    nx_json_keys_clear(&table);
    close_source(&s);
    return to;
}

static void
test_values_of_records(void)
{
    static const struct {
        const char *text, *matrix;
    } cases[] = {
        {"", ""},
        {"{\"a\":1,\"b\":2}", "1|2"},
        {"{\"a\":1,\"b\":2}\n{\"a\":3,\"b\":4}\n", "1|2/3|4"},
        {"{\"b\":1,\"a\":2}\n{\"b\":3,\"a\":4}\n", "2|1/4|3"},
        {"{\"a\":1}\n{\"b\":2}\n{}\n{ }\r\n", "1|./.|2/.|./.|."},
        {"\n \t\r\n { \"a\" : 1 , \"b\" :\t\"x, y\" } \r\n\n", "1|\"x, y\""},
        {"{\"\\u0061\":1,\"\\u0062\":\"}\"}", "1|\"}\""},
        {"{\"a\":[1,{\"b\":\",\"}],\"b\":{\"a\":[]}}", "[1,{\"b\":\",\"}]|{\"a\":[]}"},
        {"{\"a\":[1,2] , \"b\":[3] }\n{\"a\":4}", "[1,2]|[3]/4|."},
        {"{\"c\":1,\"a\":2,\"d\":[3,4]}\n{\"e\":5,\"c\":6}", "2|./.|.+c+d+e"},
        {"{\"a\":1x y,\"b\":}x}", "1x y|}x"}, /* the loops will see what they are */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char found[256];
        CHECK_STR(walked(cases[i].text, keys_ab, true, found), cases[i].matrix);
    }
}

static void
test_records_at_fault_end_the_run(void)
{
    static const struct {
        const char *text, *matrix;
    } cases[] = {
        {"{\"a\":1}\nx\n{\"a\":2}", "1|.!711@8"},
        {"{\"a\":1}\n[]\n", "1|.!711@8"},
        {"{\"a\":1}\n{\"a\":2\n", "1|.!711@13"},
        {"{\"a\":}", "!711@5"},
        {"{\"a\":1\n\"b\":2}", "!711@5"},
        {"{\"a\":1,\n\"b\":2}", "!711@7"},
        {"{\"a\":1,\"a\":2}", "!713@7"},
        {"{\"a\":1,\"b\":2,\"\\u0061\":2}", "!713@13"},
        {"{\"c\":1,\"c\":2}", "!713@7+c"},
        {"{\"c\":tru}", "!711@5+c"},
        {"{\"a\":[1,2}", "!711@5"},
        {"{\"a\":[1]2}", "!711@5"},
        {"{\"a\":1} 2", "!711@5"},
        {"{\"a\":1,}", "!711@7"},
        {"{} x", "!711@1"},
        {"{},{}", "!711@1"},
        {"{ } , {\"a\":1}", "!711@2"},
        {"{\"a\":1}\n{\"b\":\"\n", "1|.!711@8"},
        {"{\"a\":1}\n{\"b\":\"\x01\"}", "1|.!711@8"},
        {"{\"a\":1}\n{\"b\":\"\xFF\"}", "1|.!717@14"},
        {"{\"a\":1}\n{\"b\":\"\xC3\"}\n{}", "1|.!717@14"},
        /* In a line, too, the first byte at fault is told of, whether or not the block
         * is looked at with care for another one: of an odd quote, here. */
        {"{\"\xFF\":1}x\n", "!717@2"},
        {"{\"\xFF\":1}x\n{b\":2}", "!717@2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char found[256];
        CHECK_STR(walked(cases[i].text, keys_ab, true, found), cases[i].matrix);
    }
    char found[256];
    CHECK_STR(walked("{\"a\":1}\n{\"c\":[1,2],\"b\":{}}", keys_ab, false, found),
              "1|.!714@23+c");
}

const nx_test nx_suite_json_walk[] = {
    NX_TEST(test_values_of_records),
    NX_TEST(test_records_at_fault_end_the_run),
    {0},
};
