/* Fuzz target of the CSV reader: the bytes choose dialect, columns and two ways of
 * reading; what both make of the text must be the same, and be what the slow parser
 * of the tests says where the text is short enough for it.
 *
 * Built with libFuzzer by `./dev fuzz`, and with any compiler together with
 * replay.c, which runs it on the files of
 * corpus/csv_read. */
#include "fuzz_csv.h"

enum {
    CHOICES = 8 /* bytes before the text */
};

/* ---- What the first bytes choose ---- */

typedef struct choices {
    nx_csv_options options;
    size_t columns[MOST_COLUMNS];
    nx_csv_request requests[MOST_COLUMNS];
    uint8_t asked; /* 0: all types are inferred */
    uint64_t skip_lines;
    bool header;
    bool reversed;
    uint8_t wanted; /* bit i & 7: whether field i is read */
    way how;
} choices;

static void
choose(choices *c, const uint8_t *bytes)
{
    static const uint8_t delimiters[] = ",;\t| 1-e";
    static const uint8_t quotes[] = "\"\"'\0`";
    *c = (choices){.options = {.dialect = comma}};
    c->options.dialect.delimiter = delimiters[bytes[0] % 8];
    c->options.dialect.quote = quotes[bytes[1] % 5];
    c->options.dialect.quoting = bytes[1] % 7 != 6;
    c->options.dialect.no_doubling = (bytes[2] & 64) != 0;
    c->options.dialect.mode = (nx_csv_mode)((bytes[2] >> 4 & 3) % 3);
    c->options.skip_blank = (bytes[2] & 1) != 0;
    c->header = (bytes[2] & 2) != 0;
    c->reversed = (bytes[2] & 4) != 0;
    c->how.kind = (bytes[2] & 8) != 0 ? WRITABLE : IN_PLACE;
    c->how.block_bytes = bytes[3] < 128 ? bytes[3] + 1u : (bytes[3] - 127u) * 64;
    c->how.threads = 1 + (bytes[4] & 1);
    nx_cpu cpus[MOST_SCANNERS];
    const size_t cpu_count = (size_t)all_cpus(cpus);
    c->how.cpu = cpus[(bytes[4] >> 1) % cpu_count];
    c->wanted = bytes[5];
    c->options.row_limit = bytes[6] < 200 ? UINT64_MAX : bytes[6] - 200u;
    c->asked = bytes[7];
    c->skip_lines = bytes[6] < 200 ? bytes[6] & 3 : 0;
}

/* The wanted columns of a text with so many fields. */
static void
choose_columns(choices *c, size_t fields)
{
    c->options.fields = fields;
    c->options.columns = c->columns;
    c->options.requests = c->requests;
    for (size_t i = 0; i < fields && c->options.column_count < MOST_COLUMNS; i++) {
        const size_t field = c->reversed ? fields - 1 - i : i;
        if ((c->wanted >> (field & 7) & 1) != 0) {
            c->requests[c->options.column_count].type = asked_type(c->asked, field);
            c->columns[c->options.column_count++] = field;
        }
    }
}

/* ---- The slow parser ---- */

/* Whether every record has its fields and every quote its place. */
static bool
is_well_formed(const char *text, size_t n, const nx_csv_options *options)
{
    static uint8_t padded[SLOW_TEXT + 2];
    static slow_field fields[SLOW_TEXT + 2];
    const size_t start = (size_t)options->start;
    memset(padded, 0, sizeof padded);
    memcpy(padded, text + start, n - start);
    size_t end = n - start;
    if (end > 0 && padded[end - 1] != '\n' && padded[end - 1] != '\r') {
        padded[end++] = '\n';
    }
    slow_text slow = {
        .text = padded, .n = end, .dialect = &options->dialect, .fields = fields};
    slow_parse(&slow);
    size_t in_record = 0;
    for (size_t i = 0; i < slow.field_count; i++) {
        const slow_field *field = &fields[i];
        const bool blank = field->first && field->last && field->start == field->end;
        in_record = field->first ? 1 : in_record + 1;
        if (field->last && in_record != options->fields &&
            !(blank && options->skip_blank)) {
            return false;
        }
    }
    return slow.bad_text == SIZE_MAX && slow.stray_quote == SIZE_MAX &&
           slow.open_quote == SIZE_MAX;
}

static void
check_oracle(const char *text, size_t n, const choices *c, const reading *r)
{
    static oracle o;
    slow_ask asks[MOST_FIELDS] = {0};
    const nx_csv_options *options = &c->options;
    if (n >= SLOW_TEXT || options->fields > MOST_FIELDS ||
        options->row_limit < UINT64_MAX) {
        return;
    }
    const bool good = is_well_formed(text, n, options);
    const bool read = r->status == NX_OK;
    /* A bad value may stand in an earlier record than what is ill-formed. */
    CHECK(good ? read || r->status == NX_ERR_ENCODING ||
                     (c->asked != 0 && r->status == NX_ERR_VALUE)
               : !read);
    if (read) {
        for (size_t i = 0; i < options->fields; i++) {
            asks[i].type = asked_type(c->asked, i);
        }
        o.asks = asks;
        ask_oracle(&o, text, n, (size_t)options->start, options);
        CHECK_INT(r->table.rows, o.rows);
        for (size_t i = 0; i < r->table.column_count; i++) {
            check_column(&o, options->columns[i], &r->table.columns[i]);
        }
    }
}

/* ---- Broken records ---- */

/* The same text without its bad records, in both ways, and once more with these left
 * out unseen: then there is nothing to find. */
static void
check_collected(const char *text, size_t n, const choices *c, uint8_t chosen)
{
    static const way plain = {.threads = 1, .kind = IN_PLACE};
    static const nx_csv_rules strict = {.default_na = true, .missing_raises = true};
    nx_csv_request requests[MOST_COLUMNS];
    reading usual, other;
    nx_csv_options options = c->options;
    options.collect = options.tell_out = true;
    options.most_rejects = SIZE_MAX;
    options.max_rejects = UINT64_MAX;
    options.pad = (chosen & 8) != 0;
    options.truncate = (chosen & 16) != 0;
    if ((chosen & 32) != 0) {
        memcpy(requests, c->requests, sizeof requests);
        for (size_t i = 0; i < options.column_count; i++) {
            requests[i].rules = &strict;
        }
        options.requests = requests;
    }
    read_text(text, n, &options, plain, &usual);
    read_text(text, n, &options, c->how, &other);
    check_same(&usual, &other);
    if (usual.status == NX_OK) {
        check_same_rejects(&usual.table, &other.table);
        nx_csv_table_clear(&other.table);
        options.collect = false;
        if (usual.table.out != NULL) {
            options.left_out = nx_buffer_data(usual.table.out);
            options.left_out_count = nx_buffer_size(usual.table.out) / sizeof(uint64_t);
        }
        read_text(text, n, &options, c->how, &other);
        check_same(&usual, &other);
    }
    nx_csv_table_clear(&usual.table);
    nx_csv_table_clear(&other.table);
}

/* ---- The target ---- */

static bool
find_start(choices *c, const char *text, size_t n)
{
    const nx_csv_source source = {
        .memory = (const uint8_t *)text, .descriptor = -1, .size = n};
    const nx_csv_header_ask ask = {
        .skip_lines = c->skip_lines, .records = 1, .names = c->header};
    nx_csv_header header = {0};
    nx_error error;
    const bool found = nx_csv_header_read(&header, &source, &c->options.dialect, &ask,
                                          NULL, &error) == NX_OK &&
                       header.count > 0;
    if (found) {
        c->options.start = c->header ? header.next : header.begin;
        choose_columns(c, header.count);
    }
    nx_csv_header_clear(&header);
    return found;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    choices c;
    if (size < CHOICES || size - CHOICES > LONGEST_TEXT) {
        return 0;
    }
    choose(&c, data);
    nx_csv_init(nx_cpu_detect());
    const char *text = (const char *)data + CHOICES;
    const size_t n = size - CHOICES;
    check_survey(text, n, &c.options.dialect, (data[4] & 128) != 0);
    if (!find_start(&c, text, n)) {
        return 0;
    }
    static const way plain = {.threads = 1, .kind = IN_PLACE};
    reading usual, other;
    read_text(text, n, &c.options, plain, &usual);
    read_text(text, n, &c.options, c.how, &other);
    check_same(&usual, &other);
    check_oracle(text, n, &c, &usual);
    nx_csv_table_clear(&usual.table);
    nx_csv_table_clear(&other.table);
    check_collected(text, n, &c, data[0]);
    return 0;
}
