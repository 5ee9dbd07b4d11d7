#include "csv/csv_testing.h"

#include "base/alloc.h"
#include "csv/csv_header.h"
#include "csv/csv_lines.h"

static const nx_csv_header_ask one_record = {.records = 1, .names = true};

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
        nx_csv_header_read(header, &s.source, &comma, &one_record, NULL, &error);
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

/* Lines to skip come first, whatever quotes are in them. */
static void
test_skipped_lines(void)
{
    static const struct {
        const char *text;
        uint64_t lines;
        size_t count;
        uint64_t begin, start, next, skipped;
    } cases[] = {
        {"title\na,b\n1,2\n", 1, 2, 6, 6, 10, 1},
        {"it's \"open\n\"a\",b\n1,2\n", 1, 2, 11, 11, 17, 1},
        {"x\ry\r\nz\na,b,c\n", 3, 3, 7, 7, 13, 3},
        {"\xEF\xBB\xBFtitle\n\na,b\n", 1, 2, 9, 10, 14, 1},
        {"\xEF\xBB\xBFtitle\n\na,b\n", 2, 2, 10, 10, 14, 2},
        {"title\n\xEF\xBB\xBFx\n", 1, 1, 6, 6, 11, 1},
        {"a,b\n", 0, 2, 0, 0, 4, 0},
        {"a,b\n", 1, 0, 4, 4, 4, 1},
        {"a,b", 1, 0, 3, 3, 3, 1},
        {"a,b\n", UINT64_MAX, 0, 4, 4, 4, 1},
        {"", 1, 0, 0, 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int kind = 0; kind < SOURCE_KINDS; kind++) {
            test_source s;
            nx_csv_header header = {0};
            nx_error error;
            if (open_source(&s, (source_kind)kind, cases[i].text,
                            strlen(cases[i].text))) {
                const nx_csv_header_ask ask = {
                    .skip_lines = cases[i].lines, .records = 1, .names = true};
                CHECK_INT(
                    nx_csv_header_read(&header, &s.source, &comma, &ask, NULL, &error),
                    NX_OK);
                CHECK_INT(header.skipped, cases[i].skipped);
                CHECK_INT(header.count, cases[i].count);
                CHECK_INT(header.begin, cases[i].begin);
                CHECK_INT(header.start, cases[i].start);
                CHECK_INT(header.next, cases[i].next);
            }
            nx_csv_header_clear(&header);
            close_source(&s);
        }
    }
}

/* Errors name bytes and lines of the whole source. */
static void
test_errors_behind_skipped_lines(void)
{
    const char text[] = "one\n\"two\na,\"b\"c\n";
    const nx_csv_source source = {.memory = (const uint8_t *)text,
                                  .size = sizeof text - 1};
    nx_csv_header header = {0};
    nx_error error;
    const nx_csv_header_ask ask = {.skip_lines = 2, .records = 1, .names = true};
    CHECK_INT(nx_csv_header_read(&header, &source, &comma, &ask, NULL, &error),
              NX_ERR_DIALECT);
    CHECK_INT(error.code, 201);
    CHECK_INT(error.byte, 14);
    CHECK_INT(error.line, 2);
    nx_csv_header_clear(&header);
}

static void
test_names_of_every_dialect(void)
{
    static const struct {
        const char *text;
        int codes[QUOTED_DIALECTS]; /* 0: the names below */
        const char *doubled, *plain;
    } cases[] = {
        {"a\"b,c\n", {0, 0, 203, 203, 0, 0}, "a\"bc", "a\"bc"},
        {"\"a\"b,c\n", {201, 201, 201, 201, 0, 0}, "abc", "abc"},
        {"\"a\"\"b\",c\n", {0, 201, 0, 201, 0, 0}, "a\"bc", "a\"b\"c"},
        {"a\"b,\"c\"d\n", {201, 201, 203, 203, 0, 0}, "a\"bcd", "a\"bcd"},
        {"a,\"b\nc", {202, 202, 202, 202, 202, 202}, "", ""},
        {"a\"b,\"c", {202, 202, 203, 203, 202, 202}, "", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (size_t d = 0; d < QUOTED_DIALECTS; d++) {
            const nx_csv_dialect dialect = quoted_dialect(d);
            const nx_csv_source source = {.memory = (const uint8_t *)cases[i].text,
                                          .size = strlen(cases[i].text)};
            nx_csv_header header = {0};
            nx_error error = {0};
            const nx_status status = nx_csv_header_read(&header, &source, &dialect,
                                                        &one_record, NULL, &error);
            CHECK_INT(status == NX_OK ? 0 : error.code, cases[i].codes[d]);
            if (status == NX_OK) {
                const char *names = d % 2 == 0 ? cases[i].doubled : cases[i].plain;
                CHECK_INT(header.count, 2);
                CHECK_INT(header.ends[1], strlen(names));
                CHECK(memcmp(header.text, names, strlen(names)) == 0);
            }
            nx_csv_header_clear(&header);
        }
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
            CHECK_INT(
                nx_csv_header_read(&header, &source, &comma, &one_record, NULL, &error),
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

/* A header of several records; "error <code> @<byte>" for a failure. */
static const char *
names_of_records(const char *text, size_t records, bool names, nx_csv_header *header)
{
    static char joined[400];
    const nx_csv_source source = {.memory = (const uint8_t *)text,
                                  .size = strlen(text)};
    const nx_csv_header_ask ask = {.records = records, .names = names};
    nx_error error;
    size_t used = 0, from = 0;
    *header = (nx_csv_header){0};
    if (nx_csv_header_read(header, &source, &comma, &ask, NULL, &error) != NX_OK) {
        snprintf(joined, sizeof joined, "error %d @%" PRIu64 " line %" PRIu64,
                 error.code, error.byte, error.line);
        return joined;
    }
    joined[0] = '\0';
    for (size_t i = 0; names && i < header->records * header->count; i++) {
        used += (size_t)snprintf(joined + used, 90, "%s%.*s", i == 0 ? "" : "|",
                                 (int)(header->ends[i] - from),
                                 (const char *)header->text + from);
        from = header->ends[i];
    }
    return joined;
}

static void
test_headers_of_several_records(void)
{
    static const struct {
        const char *text;
        size_t records;
        bool names;
        const char *joined;
        size_t found, count;
        uint64_t start, next;
    } cases[] = {
        {"a,b\nc,d\n1,2\n", 2, true, "a|b|c|d", 2, 2, 0, 8},
        {"\na,b\n\n\nc,d\n\n1,2\n", 2, true, "a|b|c|d", 2, 2, 1, 11},
        {"a,b\n,\n\"x\ny\",\"\"\n", 3, true, "a|b|||x\ny|", 3, 2, 0, 15},
        {"a,b\nc,d\n1,2\n", 2, false, "", 2, 2, 0, 8},
        {"a,b\nc,d", 2, true, "a|b|c|d", 2, 2, 0, 7},
        {"a,b\nc,d", 3, true, "a|b|c|d", 2, 2, 0, 7},
        {"a,b\n\n", 2, true, "a|b", 1, 2, 0, 4},
        {"\n", 2, true, "", 0, 0, 1, 1},
        {"a,b\nc\n", 2, true, "error 301 @4 line 1", 1, 2, 0, 4},
        {"a,b\n\nc,d,e\n", 2, false, "error 301 @5 line 2", 1, 2, 0, 4},
        {"a,b\nc,\"d\"e\n", 2, true, "error 201 @9 line 1", 1, 2, 0, 4},
        {"a,b\nc,\"d\n", 2, true, "error 202 @6 line 1", 1, 2, 0, 4},
        {"a,b\nc,\xFF\n", 2, true, "error 401 @6 line 1", 1, 2, 0, 4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        nx_csv_header header;
        CHECK_STR(
            names_of_records(cases[i].text, cases[i].records, cases[i].names, &header),
            cases[i].joined);
        CHECK_INT(header.records, cases[i].found);
        CHECK_INT(header.count, cases[i].count);
        CHECK_INT(header.start, cases[i].start);
        CHECK_INT(header.next, cases[i].next);
        nx_csv_header_clear(&header);
    }
}

static void
test_blanks_around_names(void)
{
    static const struct {
        const char *text;
        bool quoting, strip;
        const char *names;
    } cases[] = {
        {" a ,\tb\t, \" c \" , \n", true, true, "ab c "},
        {" a ,\tb\t, \" c \" , \n", true, false, " a \tb\t c  "},
        {" a ,\tb\t, \" c \" , \n", false, true, "ab\" c \""},
        {"a\\ ,\\ b, c\\  ,d\n", true, true, "a  bc d"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const nx_csv_dialect dialect = {.delimiter = ',',
                                        .quote = '"',
                                        .quoting = cases[i].quoting,
                                        .loose = cases[i].quoting,
                                        .escaping = i == 3,
                                        .escape = '\\'};
        const nx_csv_source source = {.memory = (const uint8_t *)cases[i].text,
                                      .size = strlen(cases[i].text)};
        const nx_csv_header_ask ask = {
            .records = 1, .names = true, .strip = cases[i].strip};
        nx_csv_header header = {0};
        nx_error error;
        CHECK_INT(nx_csv_header_read(&header, &source, &dialect, &ask, NULL, &error),
                  NX_OK);
        CHECK_INT(header.count, 4);
        CHECK_INT(header.ends[3], strlen(cases[i].names));
        CHECK(memcmp(header.text, cases[i].names, strlen(cases[i].names)) == 0);
        nx_csv_header_clear(&header);
    }
}

/* A quote behind a blank that may begin a delimiter opens nothing, and is text once the
 * blank is gone. */
static void
test_quotes_behind_blanks_that_are_text(void)
{
    static const char *const texts[] = {" \"x |b\n", " \"\\x |b\n"};
    for (int escaping = 0; escaping < 2; escaping++) {
        const nx_csv_dialect dialect = {.quote = '"',
                                        .quoting = true,
                                        .loose = true,
                                        .delimiter_text = {(const uint8_t *)" |", 2},
                                        .escaping = escaping != 0,
                                        .escape = '\\'};
        const nx_csv_source source = {.memory = (const uint8_t *)texts[escaping],
                                      .size = strlen(texts[escaping])};
        const nx_csv_header_ask ask = {.records = 1, .names = true, .strip = true};
        nx_csv_header header = {0};
        nx_error error;
        CHECK_INT(nx_csv_header_read(&header, &source, &dialect, &ask, NULL, &error),
                  NX_OK);
        CHECK_INT(header.count, 2);
        CHECK_INT(header.ends[0], 2);
        CHECK(memcmp(header.text, "\"xb", 3) == 0);
        nx_csv_header_clear(&header);
    }
}

/* Nothing may be left out of the middle of a record of names. */
static void
test_headers_without_some_lines(void)
{
    const char text[] = "x\na,\"b\nc\nd\"\ne,f\n";
    static const struct {
        uint64_t lines[3];
        size_t count;
        int code;
        uint64_t byte, line;
    } cases[] = {
        {{0}, 1, 0, 0, 0},          {{0, 2}, 2, 121, 2, 1},     {{0, 3}, 2, 202, 4, 1},
        {{1, 2, 3}, 3, 301, 12, 4}, {{0, 1, 2}, 3, 301, 12, 4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        nx_csv_source source = {.memory = (const uint8_t *)text,
                                .size = sizeof text - 1};
        const nx_csv_header_ask ask = {.records = 2, .names = true};
        nx_csv_pieces kept = {0};
        nx_csv_header header = {0};
        nx_error error = {0};
        CHECK_INT(nx_csv_leave_out(&kept, &source, cases[i].lines, cases[i].count,
                                   (nx_csv_token){0}, NULL, &error),
                  NX_OK);
        source.pieces = kept.pieces;
        source.piece_count = kept.count;
        source.size = kept.pieces[kept.count].at;
        const nx_status status =
            nx_csv_header_read(&header, &source, &comma, &ask, NULL, &error);
        CHECK_INT(status == NX_OK ? 0 : error.code, cases[i].code);
        if (status != NX_OK) {
            CHECK_INT(error.byte, cases[i].byte);
            CHECK_INT(error.line, cases[i].line);
        }
        nx_csv_header_clear(&header);
        nx_csv_pieces_clear(&kept);
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
        CHECK_INT(
            nx_csv_header_read(&header, &s.source, &comma, &one_record, NULL, &error),
            NX_ERR_CHANGED);
        CHECK_INT(
            nx_csv_header_read(&header, &s.source, &comma, &one_record, NULL, NULL),
            NX_ERR_CHANGED);
    }
    nx_csv_header_clear(&header);
    close_source(&s);
}

static const nx_csv_header_ask two_records = {.records = 2, .names = true};

static bool
read_header(void *context)
{
    const nx_csv_source *source = context;
    nx_csv_header header = {0};
    nx_error error;
    const nx_status status =
        nx_csv_header_read(&header, source, &comma, &two_records, NULL, &error);
    CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    nx_csv_header_clear(&header);
    return status == NX_OK;
}

static void
test_failing_allocations_leave_nothing(void)
{
    static uint8_t text[6000];
    memset(text, 'a', sizeof text);
    text[4500] = '\n';
    nx_csv_source source = {.memory = text, .size = sizeof text};
    nx_test_alloc_failures(read_header, &source, 40);
}

const nx_test nx_suite_csv_header[] = {
    NX_TEST(test_names_and_where_the_data_begin),
    NX_TEST(test_errors_name_their_byte),
    NX_TEST(test_skipped_lines),
    NX_TEST(test_errors_behind_skipped_lines),
    NX_TEST(test_names_of_every_dialect),
    NX_TEST(test_headers_of_any_length),
    NX_TEST(test_headers_of_several_records),
    NX_TEST(test_blanks_around_names),
    NX_TEST(test_quotes_behind_blanks_that_are_text),
    NX_TEST(test_headers_without_some_lines),
    NX_TEST(test_a_file_that_lost_its_bytes),
    NX_TEST(test_failing_allocations_leave_nothing),
    {0},
};
