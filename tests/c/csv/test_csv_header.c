#include "csv/csv_testing.h"

#include "base/alloc.h"
#include "csv/csv_header.h"

/* Names joined by '|'; "error <code> @<byte>" for a failure. */
static const char *
names_of(source_kind kind, const char *text, size_t n, nx_csv_header *header)
{
    static char joined[400];
    test_source s;
    nx_error error;
    size_t used = 0, from = 0;
    *header = (nx_csv_header){0};
    if (!open_source(&s, kind, text, n)) {
        close_source(&s);
        return "no source";
    }
    const nx_status status =
        nx_csv_header_read(header, &s.source, &comma, true, &error);
    close_source(&s);
    if (status != NX_OK) {
        snprintf(joined, sizeof joined, "error %d @%" PRIu64, error.code, error.byte);
        return joined;
    }
    for (size_t i = 0; i < header->count && used < 300; i++) {
        const size_t size = header->ends[i] - from;
        used += (size_t)snprintf(joined + used, 90, "%s%.*s", i == 0 ? "" : "|",
                                 (int)size, (const char *)header->text + from);
        from = header->ends[i];
    }
    joined[used] = '\0';
    return joined;
}

static void
test_names_and_where_the_data_begin(void)
{
    static const struct {
        const char *text, *names;
        size_t count;
        uint64_t start, next;
    } cases[] = {
        {"a,b\n1,2\n", "a|b", 2, 0, 4},
        {"a,b\r\n1,2\n", "a|b", 2, 0, 5},
        {"a,b\r1,2\n", "a|b", 2, 0, 4},
        {"a,b", "a|b", 2, 0, 3},
        {"a,b\r", "a|b", 2, 0, 4},
        {"\n\r\n\ra,b\n1", "a|b", 2, 4, 8},
        {"\xEF\xBB\xBF"
         "a,b\n",
         "a|b", 2, 3, 7},
        {"\xEF\xBB\xBF\"a\",b\n", "a|b", 2, 3, 9},
        {"\xEF\xBB\xBF\r\na\n", "a", 1, 5, 7},
        {"\"a,1\",\"b\n2\",\"c\"\"3\"\n4\n", "a,1|b\n2|c\"3", 3, 0, 19},
        {"a\"b,\"\"\n", "a\"b|", 2, 0, 7},
        {" a ,\tb\n", " a |\tb", 2, 0, 7},
        {",\n", "|", 2, 0, 2},
        {"\"\"\n", "", 1, 0, 3},
        {"\xC3\xA9,\xE2\x82\xAC\n", "\xC3\xA9|\xE2\x82\xAC", 2, 0, 7},
        {"", "", 0, 0, 0},
        {"\n\n", "", 0, 2, 2},
        {"\r", "", 0, 1, 1},
        {"\xEF\xBB\xBF", "", 0, 3, 3},
        {"x", "x", 1, 0, 1},
        {"xy", "xy", 1, 0, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int kind = 0; kind < SOURCE_KINDS; kind++) {
            nx_csv_header header;
            CHECK_STR(names_of((source_kind)kind, cases[i].text, strlen(cases[i].text),
                               &header),
                      cases[i].names);
            CHECK_INT(header.count, cases[i].count);
            CHECK_INT(header.start, cases[i].start);
            CHECK_INT(header.next, cases[i].next);
            nx_csv_header_clear(&header);
        }
    }
}

static void
test_errors_name_their_byte(void)
{
    static const struct {
        const char *text, *names;
    } cases[] = {
        {"a,\"b\"c\n", "error 201 @5"},
        {"a,\"b\n1,2\n", "error 202 @2"},
        {"\"a\"x,\"b\n", "error 201 @3"},
        {"\n\xEF\xBB\xBF\n", "\xEF\xBB\xBF"},
        {"\xEF\xBB\xBF\na,\"b", "error 202 @6"},
        {"a,b\xFF\n", "error 401 @3"},
        {"\xEF\xBB\xBF"
         "a,\"\xC3\"\n",
         "error 401 @6"},
        {"a,b\n\"1\"x\n", "a|b"},
        {"a,b\n\"\n", "a|b"},
        {"a\n\xFF", "a"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        nx_csv_header header;
        CHECK_STR(names_of(IN_PLACE, cases[i].text, strlen(cases[i].text), &header),
                  cases[i].names);
        nx_csv_header_clear(&header);
    }
}

/* Blank lines of every number before a header and quoted fields of every length,
 * so that the windows of 4 and 32 KiB end in every place of it. */
static void
test_headers_of_any_length(void)
{
    static char text[40000];
    for (size_t size = 4070; size < 33000; size += size == 4110 ? 28640 : 1) {
        for (int blank = 0; blank < 2; blank++) {
            const size_t tail = 17; /* ,"n<LF>""x",last<CRLF>1 */
            memset(text, blank ? '\n' : 'a', size);
            text[0] = blank ? '\n' : '"';
            text[size - 1] = blank ? '\n' : '"';
            snprintf(text + size, 40, "%s\"n\n\"\"x\",last\r\n1\n", blank ? "f," : ",");
            const size_t next = size + (blank ? 1 : 0) + tail - 2;
            nx_csv_header header;
            nx_csv_source source = {.memory = (const uint8_t *)text,
                                    .size = strlen(text)};
            nx_error error;
            header = (nx_csv_header){0};
            CHECK_INT(nx_csv_header_read(&header, &source, &comma, true, &error),
                      NX_OK);
            CHECK_INT(header.count, 3);
            CHECK_INT(header.start, blank ? size : 0);
            CHECK_INT(header.next, next);
            CHECK(memcmp(header.text + header.ends[0], "n\n\"xlast", 8) == 0);
            CHECK_INT(header.ends[0], blank ? 1 : size - 2);
            nx_csv_header_clear(&header);
        }
    }
}

static void
test_a_file_that_lost_its_bytes(void)
{
    test_source s;
    nx_csv_header header = {0};
    nx_error error;
    if (open_source(&s, FROM_FILE, "a,b", 3)) {
        s.source.size = 4;
        CHECK_INT(nx_csv_header_read(&header, &s.source, &comma, true, &error),
                  NX_ERR_CHANGED);
        CHECK_INT(nx_csv_header_read(&header, &s.source, &comma, true, NULL),
                  NX_ERR_CHANGED);
    }
    nx_csv_header_clear(&header);
    close_source(&s);
}

static bool
read_header(void *context)
{
    const nx_csv_source *source = context;
    nx_csv_header header = {0};
    nx_error error;
    const nx_status status = nx_csv_header_read(&header, source, &comma, true, &error);
    CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    nx_csv_header_clear(&header);
    return status == NX_OK;
}

static void
test_failing_allocations_leave_nothing(void)
{
    static uint8_t text[6000];
    memset(text, 'a', sizeof text);
    nx_csv_source source = {.memory = text, .size = sizeof text};
    nx_test_alloc_failures(read_header, &source, 40);
}

const nx_test nx_suite_csv_header[] = {
    NX_TEST(test_names_and_where_the_data_begin),
    NX_TEST(test_errors_name_their_byte),
    NX_TEST(test_headers_of_any_length),
    NX_TEST(test_a_file_that_lost_its_bytes),
    NX_TEST(test_failing_allocations_leave_nothing),
    {0},
};
