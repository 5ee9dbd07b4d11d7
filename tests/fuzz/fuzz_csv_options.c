/* Fuzz target of what the reader does beyond one delimiter and one quote: extended
 * dialects, several header records, lines left out, a footer, forms of numbers and
 * dates, words of one's own.
 *
 * The bytes choose all of that and two ways of reading, which must give the same. Then
 * it is read again in other words that mean the same: without what the text does not
 * have, with the lines taken out of it, with the footer cut off. */
#include "fuzz_csv.h"

#include "csv/csv_footer.h"
#include "csv/csv_lines.h"

enum {
    CHOICES = 16, /* bytes before the text */
    MOST_LINES = 24
};

#define TOKEN(literal) {(const uint8_t *)(literal), sizeof(literal) - 1}

/* ---- What the first bytes choose ---- */

typedef struct choices {
    nx_csv_options options;
    size_t columns[MOST_COLUMNS];
    nx_csv_request requests[MOST_COLUMNS];
    nx_csv_rules rules;
    nx_csv_word words[3];
    nx_date_format dates;
    nx_csv_header_ask header;
    uint64_t lines[MOST_LINES]; /* left out */
    size_t line_count;
    uint64_t footer; /* records */
    uint8_t wanted;
    uint8_t asked;
    way how;
} choices;

static nx_csv_dialect
choose_dialect(const uint8_t *bytes)
{
    static const uint8_t delimiters[] = ",;\t| :,,", quotes[] = "\"\"\"'";
    static const uint8_t escapes[] = "\\\\^'";
    static const nx_csv_token long_delimiters[] = {
        {0},        {0},         TOKEN("||"), TOKEN(", "), TOKEN("\xC2\xA6"),
        TOKEN(","), TOKEN("ab"), TOKEN(";;;")};
    static const nx_csv_token terminators[] = {{0},         {0},          {0},
                                               TOKEN("\n"), TOKEN("|"),   TOKEN("\r\n"),
                                               TOKEN("~~"), TOKEN("\x1E")};
    static const nx_csv_token comments[] = {
        {0},         {0},        TOKEN("#"),  TOKEN("//"),
        TOKEN("--"), TOKEN("#"), TOKEN(",#"), TOKEN("\xC2\xA7")};
    return (nx_csv_dialect){
        .delimiter = delimiters[bytes[0] & 7],
        .quote = quotes[bytes[0] >> 3 & 3],
        .quoting = (bytes[0] & 224) != 224,
        .no_doubling = (bytes[1] & 1) != 0,
        .mode = (nx_csv_mode)((bytes[1] >> 1 & 3) % 3),
        .escaping = (bytes[1] & 8) != 0,
        .escape = escapes[bytes[1] >> 4 & 3],
        .blanks = (bytes[1] & 64) != 0 && (bytes[2] & 7) < 2,
        .loose = (bytes[1] & 128) != 0 && (bytes[0] & 224) != 224,
        .delimiter_text = long_delimiters[bytes[2] & 7],
        .terminator = terminators[bytes[2] >> 3 & 7],
        .comment = comments[bytes[3] & 7],
    };
}

static void
choose_rules(choices *c, const uint8_t *bytes)
{
    static const nx_csv_token separators[] = {
        {0}, TOKEN("."), TOKEN(","), TOKEN(" "), TOKEN("'"), TOKEN("\xE2\x80\xAF")};
    static const char *const layouts[] = {"%d/%m/%Y",  "%Y%m%d",
                                          "%d. %b %Y", "%m-%d-%y %I:%M %p",
                                          "%Y %j",     "%Y-%m-%d %H:%M:%S.%f%z"};
    const uint8_t decimal = (bytes[0] & 1) != 0 ? ',' : '.';
    const nx_csv_token thousands = separators[(bytes[0] >> 1 & 7) % 6];
    const bool distinct = thousands.size == 0 || *thousands.text != decimal;
    const size_t layout = bytes[1] & 15;
    c->rules = (nx_csv_rules){
        .default_na = (bytes[0] & 16) == 0,
        .missing_raises = (bytes[0] & 224) == 224,
        .leading_zeros_int = (bytes[0] & 32) != 0,
        .strip = (bytes[0] & 64) != 0,
        .decimal = decimal,
        .thousands = thousands,
        .own_numbers = distinct && (decimal == ',' || thousands.size > 0),
    };
    if (layout < sizeof layouts / sizeof layouts[0]) {
        CHECK_INT(nx_date_format_compile(&c->dates, (const uint8_t *)layouts[layout],
                                         strlen(layouts[layout]), NULL),
                  NX_OK);
        c->rules.dates = &c->dates;
    }
    c->words[0] = (nx_csv_word){(const uint8_t *)"-", 1};
    c->words[1] = (nx_csv_word){(const uint8_t *)"yes", 3};
    c->words[2] = (nx_csv_word){(const uint8_t *)"0", 1};
    nx_csv_words_init(&c->rules.na, &c->words[0], (bytes[1] & 16) != 0);
    nx_csv_words_init(&c->rules.trues, &c->words[1], (bytes[1] & 32) != 0);
    nx_csv_words_init(&c->rules.falses, &c->words[2], (bytes[1] & 64) != 0);
}

/* False if that is no dialect. */
static bool
choose(choices *c, const uint8_t *bytes)
{
    *c = (choices){.options = {.row_limit = UINT64_MAX}};
    c->options.dialect = choose_dialect(bytes);
    c->options.skip_blank = (bytes[3] & 8) != 0;
    c->options.pad = (bytes[3] & 16) != 0;
    c->options.truncate = (bytes[3] & 32) != 0;
    c->how.kind = (bytes[3] & 64) != 0 ? WRITABLE : IN_PLACE;
    c->how.threads = 1 + (bytes[3] >> 7);
    c->how.block_bytes = bytes[4] < 128 ? bytes[4] + 1u : (bytes[4] - 127u) * 64;
    nx_cpu cpus[MOST_SCANNERS];
    const size_t cpu_count = (size_t)all_cpus(cpus);
    c->how.cpu = cpus[(bytes[5] & 3) % cpu_count];
    c->header = (nx_csv_header_ask){
        .names = (bytes[5] & 4) != 0,
        .strip = (bytes[5] & 8) != 0,
        .records = 1 + (bytes[5] >> 4 & 3) * ((bytes[5] & 4) != 0),
        .skip_lines = bytes[5] >> 6,
    };
    c->footer = bytes[6] < 128 ? 0 : bytes[6] & 15;
    for (size_t i = 0; i < MOST_LINES; i++) {
        if ((bytes[7 + i / 8] >> i % 8 & 1) != 0) {
            c->lines[c->line_count++] = i;
        }
    }
    c->wanted = bytes[10];
    c->asked = bytes[11];
    choose_rules(c, bytes + 12);
    return nx_csv_dialect_check(&c->options.dialect, NULL) == NX_OK;
}

static void
choose_columns(choices *c, size_t fields)
{
    c->options.fields = fields;
    c->options.columns = c->columns;
    c->options.requests = c->requests;
    c->options.column_count = 0;
    for (size_t i = 0; i < fields && c->options.column_count < MOST_COLUMNS; i++) {
        if ((c->wanted >> (i & 7) & 1) != 0) {
            c->requests[c->options.column_count] =
                (nx_csv_request){.type = asked_type(c->asked, i), .rules = &c->rules};
            c->columns[c->options.column_count++] = i;
        }
    }
}

/* ---- Reading, the way the facade does ---- */

/* What came of it before the columns: errors end it there. */
typedef struct whole_reading {
    reading r;
    nx_csv_header header;
    nx_csv_footer footer;
    size_t header_names; /* bytes */
} whole_reading;

static void
use_pieces(nx_csv_source *source, const nx_csv_pieces *text)
{
    source->pieces = text->pieces;
    source->piece_count = text->count;
    source->size = text->pieces[text->count].at;
}

static nx_status
read_columns(const choices *c, const nx_csv_source *source, whole_reading *w)
{
    nx_csv_options options = c->options;
    nx_csv_source text = *source;
    nx_csv_pieces cut = {0};
    nx_status status = NX_OK;
    if (c->footer > 0) {
        const nx_csv_shape shape = {.dialect = &options.dialect,
                                    .scanner = nx_csv_scanner_in_use(),
                                    .columns = options.fields,
                                    .skip_blank = options.skip_blank};
        size_t cell_bytes;
        status =
            nx_csv_cell_bytes(&text, shape.scanner, &options, &cell_bytes, &w->r.error);
        if (status == NX_OK) {
            status =
                nx_csv_footer_find(&w->footer, &text, &shape, options.start, c->footer,
                                   cell_bytes, options.threads, NULL, &w->r.error);
        }
        if (status == NX_OK) {
            status = nx_csv_cut_off(&cut, &text, w->footer.start, &w->r.error);
        }
        if (status == NX_OK) {
            use_pieces(&text, &cut);
        }
    }
    if (status == NX_OK) {
        status = nx_csv_read(&w->r.table, &text, &options, NULL, &w->r.error);
    }
    nx_csv_pieces_clear(&cut);
    return status;
}

static nx_status
read_opened(choices *c, nx_csv_source source, whole_reading *w)
{
    nx_csv_pieces text = {0};
    nx_status status = NX_OK;
    if (c->line_count > 0) {
        status = nx_csv_leave_out(&text, &source, c->lines, c->line_count,
                                  c->options.dialect.terminator, NULL, &w->r.error);
        if (status == NX_OK) {
            use_pieces(&source, &text);
        }
    }
    if (status == NX_OK) {
        status = nx_csv_header_read(&w->header, &source, &c->options.dialect,
                                    &c->header, NULL, &w->r.error);
    }
    if (status == NX_OK && w->header.count > 0) {
        c->options.start = c->header.names ? w->header.next : w->header.begin;
        choose_columns(c, w->header.count);
        status = read_columns(c, &source, w);
    }
    nx_csv_pieces_clear(&text);
    return status;
}

static void
read_whole(const choices *chosen, const uint8_t *text, size_t n, way how,
           whole_reading *w)
{
    test_source s;
    choices c = *chosen;
    *w = (whole_reading){.r = {.status = NX_ERR_INTERNAL}};
    /* Rules and words lie in the choices, of which this is a copy. */
    c.rules = chosen->rules;
    c.options.block_bytes = how.block_bytes;
    c.options.threads = how.threads;
    nx_csv_init(how.cpu);
    if (open_source(&s, how.kind, text, n)) {
        w->r.status = read_opened(&c, s.source, w);
    }
    close_source(&s);
    nx_csv_init(nx_cpu_detect());
}

static void
clear_whole(whole_reading *w)
{
    nx_csv_table_clear(&w->r.table);
    nx_csv_header_clear(&w->header);
}

static void
check_same_header(const nx_csv_header *one, const nx_csv_header *other)
{
    CHECK_INT(one->count, other->count);
    CHECK_INT(one->records, other->records);
    CHECK_INT(one->text != NULL, other->text != NULL);
    if (one->text != NULL && one->count > 0) {
        const size_t names = one->count * one->records;
        CHECK(memcmp(one->ends, other->ends, names * sizeof *one->ends) == 0);
        CHECK(memcmp(one->text, other->text, one->ends[names - 1]) == 0);
    }
}

/* All that is told, places in the source too. */
static void
check_same_whole(const whole_reading *one, const whole_reading *other)
{
    check_same(&one->r, &other->r);
    check_same_header(&one->header, &other->header);
    CHECK_INT(one->footer.start, other->footer.start);
    CHECK_INT(one->footer.records, other->footer.records);
    if (one->r.status == NX_OK) {
        CHECK_INT(one->r.table.blanks, other->r.table.blanks);
        CHECK_INT(one->r.table.comments, other->r.table.comments);
        if (one->r.table.rejected > 0 || other->r.table.rejected > 0) {
            check_same_rejects(&one->r.table, &other->r.table);
        }
    }
}

/* The values alone: the text has other places in the other source. */
static void
check_same_values(const whole_reading *one, const whole_reading *other)
{
    CHECK_INT(one->r.status, other->r.status);
    if (one->r.status != NX_OK) {
        CHECK_INT(one->r.error.code, other->r.error.code);
        CHECK_INT(one->r.error.record, other->r.error.record);
        return;
    }
    check_same_header(&one->header, &other->header);
    CHECK_INT(one->r.table.rows, other->r.table.rows);
    CHECK_INT(one->r.table.column_count, other->r.table.column_count);
    for (size_t i = 0; i < one->r.table.column_count; i++) {
        check_same_cells(&one->r.table.columns[i].column,
                         &other->r.table.columns[i].column);
    }
}

/* ---- The same in other words ---- */

static bool
occurs(const uint8_t *text, size_t n, nx_csv_token token)
{
    for (size_t i = 0; i + token.size <= n; i++) {
        if (memcmp(text + i, token.text, token.size) == 0) {
            return true;
        }
    }
    return false;
}

/* Without what does not occur, and with one byte in place of a text of one. */
static void
check_plainer(const choices *c, const uint8_t *text, size_t n,
              const whole_reading *usual)
{
    whole_reading other;
    choices plainer = *c;
    nx_csv_dialect *const dialect = &plainer.options.dialect;
    const nx_csv_token escape = {&c->options.dialect.escape, 1};
    if (dialect->escaping && !occurs(text, n, escape)) {
        dialect->escaping = false;
    }
    if (dialect->comment.size > 0 && !occurs(text, n, dialect->comment)) {
        dialect->comment = (nx_csv_token){0};
    }
    if (dialect->delimiter_text.size == 1) {
        dialect->delimiter = dialect->delimiter_text.text[0];
        dialect->delimiter_text = (nx_csv_token){0};
    }
    if (dialect->terminator.size == 1 && *dialect->terminator.text == '\n' &&
        memchr(text, '\r', n) == NULL) {
        dialect->terminator = (nx_csv_token){0};
    }
    if (dialect->loose && memchr(text, ' ', n) == NULL &&
        memchr(text, '\t', n) == NULL) {
        dialect->loose = false;
    }
    if (nx_csv_dialect_check(dialect, NULL) == NX_OK) {
        read_whole(&plainer, text, n, c->how, &other);
        check_same_values(usual, &other);
        clear_whole(&other);
    }
}

/* The text without the lines and without the footer, which are in no text then. */
static void
check_taken_out(const choices *c, const uint8_t *text, size_t n,
                const whole_reading *usual)
{
    nx_csv_pieces kept = {0};
    nx_csv_source source = {.memory = text, .descriptor = -1, .size = n};
    whole_reading other;
    choices rest = *c;
    if (usual->r.status != NX_OK || usual->header.count == 0) {
        return; /* a record that a line is missing of is an error of its own */
    }
    if (!c->header.names && c->footer > 0 &&
        usual->footer.start <= usual->header.start) {
        return; /* the record that its fields were counted in is cut off, too */
    }
    uint8_t *const joined = malloc(n + 1);
    CHECK(joined != NULL);
    size_t size = 0;
    if (c->line_count > 0) {
        CHECK_INT(nx_csv_leave_out(&kept, &source, c->lines, c->line_count,
                                   c->options.dialect.terminator, NULL, NULL),
                  NX_OK);
        for (size_t i = 0; i < kept.count; i++) {
            const size_t bytes = (size_t)(kept.pieces[i + 1].at - kept.pieces[i].at);
            CHECK(kept.pieces[i].at == size && kept.pieces[i].from + bytes <= n);
            memcpy(joined + size, text + kept.pieces[i].from, bytes);
            size += bytes;
        }
    }
    else {
        memcpy(joined, text, n);
        size = n;
    }
    if (c->footer > 0) {
        CHECK(usual->footer.start <= size && usual->footer.records <= c->footer);
        size = (size_t)usual->footer.start;
    }
    rest.line_count = 0;
    rest.footer = 0;
    read_whole(&rest, joined, size, c->how, &other);
    check_same_values(usual, &other);
    clear_whole(&other);
    free(joined);
    nx_csv_pieces_clear(&kept);
}

/* ---- The target ---- */

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const way plain = {.threads = 1, .kind = IN_PLACE};
    static choices c;
    whole_reading usual, other;
    nx_csv_init(nx_cpu_detect());
    if (size < CHOICES || size - CHOICES > LONGEST_TEXT || !choose(&c, data)) {
        return 0;
    }
    const uint8_t *const text = data + CHOICES;
    const size_t n = size - CHOICES;
    check_survey((const char *)text, n, &c.options.dialect, (data[14] & 1) != 0);
    read_whole(&c, text, n, plain, &usual);
    read_whole(&c, text, n, c.how, &other);
    check_same_whole(&usual, &other);
    clear_whole(&other);
    check_plainer(&c, text, n, &usual);
    check_taken_out(&c, text, n, &usual);
    clear_whole(&usual);
    /* Broken records are left out in both ways alike. */
    c.options.collect = c.options.tell_out = true;
    c.options.most_rejects = SIZE_MAX;
    c.options.max_rejects = UINT64_MAX;
    read_whole(&c, text, n, plain, &usual);
    read_whole(&c, text, n, c.how, &other);
    check_same_whole(&usual, &other);
    clear_whole(&other);
    clear_whole(&usual);
    return 0;
}
