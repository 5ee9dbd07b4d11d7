/* Fuzz target of the reader of JSON records: the bytes choose keys, columns and two
 * ways of reading; what both make of the text must be the same. And it is read if every
 * line of it is a record by the slow grammar of json_check.h, and only then.
 *
 * Built with libFuzzer by `./dev fuzz`, and with any compiler together with replay.c,
 * which runs it on the files of corpus/ndjson_read. */
#include "json/ndjson_testing.h"

#include "fuzz_tables.h"
#include "json/json_check.h"
#include "text/utf8.h"

enum {
    CHOICES = 6 /* bytes before the text */
};

/* What the first bytes choose. */
typedef struct choices {
    size_t block_bytes;
    unsigned threads;
    nx_cpu cpu;
    source_kind kind;
    bool nested_text;
    uint64_t row_limit;
    uint8_t wanted; /* bit i: whether key i is read */
    uint8_t asked;  /* 0: all types are inferred */
} choices;

static choices
choose(const uint8_t *bytes)
{
    nx_cpu cpus[MOST_SCANNERS];
    const size_t cpu_count = (size_t)all_cpus(cpus);
    return (choices){
        .block_bytes = bytes[0] < 128 ? bytes[0] + 1u : (bytes[0] - 127u) * 64,
        .threads = 1 + (bytes[1] & 1),
        .cpu = cpus[(bytes[1] >> 1) % cpu_count],
        .kind = (bytes[2] & 1) != 0 ? WRITABLE : IN_PLACE,
        .nested_text = (bytes[2] & 2) == 0,
        .row_limit = bytes[3] < 200 ? UINT64_MAX : bytes[3] - 200u,
        .wanted = bytes[4],
        .asked = bytes[5],
    };
}

static const char *const names[] = {
    "a", "b", "", "c", "id", "a key of more than 16", "\xC3\xA9", "q\"", NULL};

static nx_type
asked_type(uint8_t asked, size_t key)
{
    static const nx_type types[] = {
        NX_TYPE_NONE,    NX_TYPE_BOOL,       NX_TYPE_INT64,       NX_TYPE_UINT64,
        NX_TYPE_FLOAT64, NX_TYPE_DATETIME_D, NX_TYPE_STRING,      NX_TYPE_DATETIME_S,
        NX_TYPE_INT8,    NX_TYPE_FLOAT32,    NX_TYPE_DATETIME_NS,
    };
    return asked == 0 ? NX_TYPE_NONE
                      : types[(asked + 3 * key) % (sizeof types / sizeof types[0])];
}

/* Reads with the keys that are wanted. */
static json_reading
begin_reading(const choices *c)
{
    json_reading r = reading_of(names);
    r.options.column_count = 0;
    for (size_t i = 0; i < r.options.key_count; i++) {
        if ((c->wanted >> i & 1) != 0) {
            r.requests[r.options.column_count].type = asked_type(c->asked, i);
            r.columns[r.options.column_count++] = i;
        }
    }
    r.options.nested_text = c->nested_text;
    r.options.row_limit = c->row_limit;
    return r;
}

/* Whether every line up to the last wanted record is one. */
static bool
is_well_formed(const uint8_t *text, size_t n, uint64_t row_limit)
{
    size_t at = n >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    for (uint64_t rows = 0; at < n && rows < row_limit;) {
        const uint8_t *end = memchr(text + at, '\n', n - at);
        const size_t size = end == NULL ? n - at : (size_t)(end - (text + at));
        size_t blanks = 0;
        nx_json_fault fault;
        while (blanks < size && nx_json_is_blank(text[at + blanks])) {
            blanks++;
        }
        if (blanks < size) {
            if (!nx_json_check_record(text + at, size, &fault) ||
                nx_utf8_valid_prefix(text + at, size) < size) {
                return false;
            }
            rows++;
        }
        at += size + 1;
    }
    return true;
}

static void
check_by_grammar(const json_reading *r, const uint8_t *text, size_t n)
{
    const bool good = is_well_formed(text, n, r->options.row_limit);
    if (r->status == NX_OK) {
        CHECK(good);
    }
    else if (r->status == NX_ERR_SYNTAX) {
        const bool of_reader = r->error.code == 713 || r->error.code == 714;
        CHECK(!good || of_reader);
        CHECK(r->error.record != NX_NOWHERE && r->error.byte <= n);
    }
    else {
        CHECK_INT(r->status, NX_ERR_VALUE);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < CHOICES) {
        return 0;
    }
    const choices c = choose(data);
    const uint8_t *text = data + CHOICES;
    const size_t n = size - CHOICES;
    json_reading one = begin_reading(&c), other = begin_reading(&c);
    read_kind(&one, text, n, IN_PLACE);
    nx_json_read_init(c.cpu);
    other.options.block_bytes = c.block_bytes;
    other.options.threads = c.threads;
    read_kind(&other, text, n, c.kind);
    nx_json_read_init(nx_cpu_detect());
    CHECK_INT(one.status, other.status);
    if (one.status == NX_OK) {
        check_same_table(&one.table, &other.table);
        CHECK_INT(one.further.count, other.further.count);
    }
    else {
        check_same_error(&one.error, &other.error);
    }
    check_by_grammar(&one, text, n);
    end_reading(&one);
    end_reading(&other);
    return 0;
}
