#include "harness.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "json/json_write.h"
#include "json_made.h"

enum {
    ROWS = 20000
};

/* A document of two sections: numbers as a list, records with strings. */
typedef struct made_document {
    double *numbers;
    const char **strings;
    nx_json_form form;
    nx_json_column columns[3];
    nx_json_section sections[2];
    nx_json_document document;
    size_t dims[1];
    char *expected;
    size_t length;
} made_document;

static const uint8_t name_key[16 + NX_JSON_PADDING] = "{\"name\":";
static const uint8_t value_key[16 + NX_JSON_PADDING] = ",\"x\":";

static void
expect(made_document *made)
{
    made->expected = malloc(ROWS * 400);
    char *at = made->expected;
    at += sprintf(at, "{\"a\":[");
    for (int i = 0; i < ROWS; i++) {
        at += sprintf(at, "%s%.1f", i == 0 ? "" : ",", made->numbers[i]);
    }
    at += sprintf(at, "],\"b\":[");
    for (int i = 0; i < ROWS; i++) {
        at += sprintf(at, "%s{\"name\":\"%s\",\"x\":%.1f}", i == 0 ? "" : ",",
                      made->strings[i], made->numbers[i]);
    }
    at += sprintf(at, "]}");
    made->length = (size_t)(at - made->expected);
}

static void
make(made_document *made)
{
    static const char *const words[] = {"", "a", "some words",
                                        "a long string of words"};
    memset(made, 0, sizeof *made);
    made->numbers = malloc(ROWS * sizeof *made->numbers);
    made->strings = malloc(ROWS * sizeof *made->strings);
    for (int i = 0; i < ROWS; i++) {
        made->numbers[i] = i / 2.0;
        made->strings[i] = words[i % 4];
    }
    made->form = NX_JSON_UTF8;
    made->columns[0] = column_of(NX_JSON_FLOAT64, made->numbers, 8);
    made->columns[1] = column_of(NX_JSON_TEXT, made->strings, sizeof *made->strings);
    made->columns[1].load = load_c_string;
    made->columns[1].context = &made->form;
    made->columns[1].before = name_key;
    made->columns[1].before_length = 8;
    made->columns[2] = made->columns[0];
    made->columns[2].before = value_key;
    made->columns[2].before_length = 5;
    made->dims[0] = ROWS;
    for (int i = 0; i < 2; i++) {
        made->sections[i] = (nx_json_section){
            .before = {(const uint8_t *)(i == 0 ? "{\"a\":" : ",\"b\":"), 5},
            .rows = ROWS,
            .ndim = 1,
            .dims = made->dims,
            .between = ',',
            .columns = made->columns + i,
            .column_count = (size_t)(i + 1),
            .row_end = {(const uint8_t *)"}", (size_t)i},
        };
    }
    made->document = (nx_json_document){
        .sections = made->sections,
        .section_count = 2,
        .after = {(const uint8_t *)"}", 1},
    };
    expect(made);
}

static void
clear(made_document *made)
{
    free(made->numbers);
    free(made->strings);
    free(made->expected);
}

/* Writes the document to memory of some size and compares. */
static nx_status
write_to(made_document *made, size_t capacity, unsigned threads, nx_error *error)
{
    uint8_t *const memory = malloc(capacity + made->length);
    nx_json_text text = {.start = memory, .capacity = capacity};
    size_t estimate = 0;
    nx_status status = nx_json_measure(&made->document, &estimate, error);
    if (status == NX_OK) {
        status = nx_json_write(&made->document, threads, NULL, &text, error);
    }
    if (status == NX_OK) {
        CHECK_INT(text.length, made->length);
        CHECK(text.in_place <= capacity);
        CHECK((text.blocks == NULL) == (text.in_place == text.length));
        nx_json_text_complete(&text, memory);
        CHECK(memcmp(memory, made->expected, made->length) == 0);
    }
    nx_json_text_clear(&text);
    free(memory);
    return status;
}

static void
test_any_capacity_and_threads(void)
{
    made_document made;
    nx_error error = {0};
    make(&made);
    for (unsigned threads = 1; threads <= 8; threads += threads == 1 ? 1 : 3) {
        const size_t capacities[] = {
            0, 1, 100, 70000, made.length - 1, made.length, 2 * made.length};
        for (size_t i = 0; i < sizeof capacities / sizeof capacities[0]; i++) {
            CHECK_INT(write_to(&made, capacities[i], threads, &error), NX_OK);
        }
    }
    clear(&made);
}

static void
test_the_estimate_is_close(void)
{
    made_document made;
    size_t estimate = 0;
    nx_error error;
    make(&made);
    CHECK(nx_json_measure(&made.document, &estimate, &error) == NX_OK);
    CHECK(estimate > made.length);
    CHECK(estimate < made.length / 10 * 12);
    CHECK(made.document.chunks > 10);
    clear(&made);
}

static void
test_the_first_fault_wins(void)
{
    made_document made;
    make(&made);
    made.document.policy.nan = NX_JSON_NAN_RAISE;
    made.numbers[19000] = NAN;
    made.numbers[12345] = INFINITY;
    for (unsigned threads = 1; threads <= 8; threads *= 2) {
        for (int round = 0; round < 10; round++) {
            nx_error error = {0};
            CHECK_INT(write_to(&made, made.length, threads, &error), NX_ERR_VALUE);
            CHECK_INT(error.code, NX_JSON_CODE_NAN);
            CHECK_INT(error.line, 0);
            CHECK_INT(error.column, 0);
            CHECK_INT(error.record, 12345);
            CHECK_INT(error.byte, 0);
        }
    }
    made.document.sections = made.sections + 1;
    made.document.section_count = 1;
    nx_error error = {0};
    CHECK_INT(write_to(&made, made.length, 2, &error), NX_ERR_VALUE);
    CHECK_INT(error.column, 1);
    CHECK_INT(error.record, 12345);
    clear(&made);
}

static bool
stop(void *context)
{
    (void)context;
    return false;
}

static void
test_a_call_can_be_cancelled(void)
{
    made_document made;
    make(&made);
    for (unsigned threads = 1; threads <= 8; threads *= 8) {
        nx_cancel cancel;
        nx_error error = {0};
        atomic_init(&cancel.requested, true);
        const nx_wait wait = {.poll = stop, .cancel = &cancel};
        nx_json_text text = {0};
        size_t estimate;
        CHECK(nx_json_measure(&made.document, &estimate, &error) == NX_OK);
        CHECK_INT(nx_json_write(&made.document, threads, &wait, &text, &error),
                  NX_ERR_CANCELLED);
        nx_json_text_clear(&text);
    }
    clear(&made);
}

typedef struct write_case {
    made_document made;
    size_t capacity;
    unsigned threads;
} write_case;

static bool
write_it(void *context)
{
    write_case *const it = context;
    nx_error error = {0};
    const nx_status status = write_to(&it->made, it->capacity, it->threads, &error);
    CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    return status == NX_OK;
}

static void
test_allocation_failures(void)
{
    write_case it;
    make(&it.made);
    for (it.threads = 1; it.threads <= 2; it.threads++) {
        it.capacity = it.made.length;
        CHECK(write_it(&it)); /* makes the threads of the pool */
        nx_test_alloc_failures(write_it, &it, 100);
        it.capacity = 0;
        nx_test_alloc_failures(write_it, &it, 400);
    }
    clear(&it.made);
}

const nx_test nx_suite_json_write[] = {
    NX_TEST(test_any_capacity_and_threads), NX_TEST(test_the_estimate_is_close),
    NX_TEST(test_the_first_fault_wins),     NX_TEST(test_a_call_can_be_cancelled),
    NX_TEST(test_allocation_failures),      {0},
};
