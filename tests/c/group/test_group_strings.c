#include "harness.h"

#include <stdlib.h>

#include "group/group_strings.h"

enum {
    MANY = 300000,
    KINDS = 700
};

/* Text number `kind`: empty, within a view, just beyond it, and long. */
static size_t
text_of(size_t kind, char *text)
{
    static const char *const forms[] = {"%zu", "%012zu", "%013zu", "%015zu", "%040zu"};
    if (kind == 0) {
        return 0;
    }
    return (size_t)snprintf(text, 64, forms[kind % 5], kind);
}

static void
make(nx_column *column, const size_t *kinds, size_t n)
{
    char text[64];
    *column = (nx_column){.type = NX_TYPE_STRING, .length = n};
    column->values = nx_buffer_new(n, sizeof(nx_string_view));
    nx_string_view *views = nx_buffer_data(column->values);
    for (size_t i = 0; i < n; i++) {
        const size_t length = text_of(kinds[i], text);
        CHECK(nx_view_store(&column->slabs, &views[i], (const uint8_t *)text, length));
    }
}

/* The codes that follow from the kinds; returns how many there are. */
static size_t
expected_codes(const size_t *kinds, const uint8_t *missing, size_t n, int32_t *codes,
               size_t *order)
{
    int32_t code_of[KINDS];
    size_t count = 0;
    memset(code_of, 0xFF, sizeof code_of);
    for (size_t i = 0; i < n; i++) {
        if (missing != NULL && missing[i]) {
            codes[i] = -1;
            continue;
        }
        if (code_of[kinds[i]] < 0) {
            code_of[kinds[i]] = (int32_t)count;
            order[count++] = kinds[i];
        }
        codes[i] = code_of[kinds[i]];
    }
    return count;
}

static void
check(const size_t *kinds, const uint8_t *missing, size_t n)
{
    nx_column column;
    size_t order[KINDS];
    int32_t *codes = malloc(n * sizeof *codes + 1);
    const size_t count = expected_codes(kinds, missing, n, codes, order);
    make(&column, kinds, n);
    for (unsigned threads = 1; threads <= 3; threads++) {
        nx_categories made;
        nx_error error = {0};
        CHECK_INT(nx_group_strings(&column, missing, threads, NULL, &made, &error),
                  NX_OK);
        CHECK_INT(nx_buffer_size(made.codes), n * sizeof(int32_t));
        CHECK(memcmp(nx_buffer_data(made.codes), codes, n * sizeof *codes) == 0);
        CHECK_INT(made.strings.length, count);
        const nx_string_view *views = nx_buffer_data(made.strings.values);
        for (size_t i = 0; i < count; i++) {
            char text[64];
            const size_t length = text_of(order[i], text);
            CHECK_INT(views[i].length, length);
            CHECK(memcmp(nx_view_text(&views[i], made.strings.slabs.buffers), text,
                         length) == 0);
        }
        nx_categories_clear(&made);
    }
    nx_column_clear(&column);
    free(codes);
}

static void
test_codes_are_in_the_order_of_the_first_rows(void)
{
    uint64_t seed = 1;
    size_t *kinds = malloc(MANY * sizeof *kinds);
    uint8_t *missing = malloc(MANY);
    for (size_t i = 0; i < MANY; i++) {
        kinds[i] = nx_test_random(&seed) % (i < MANY / 2 ? 50 : KINDS);
        missing[i] = (uint8_t)(nx_test_random(&seed) % 9 == 0 ? 7 : 0);
    }
    check(kinds, NULL, MANY);
    check(kinds, missing, MANY);
    for (size_t n = 0; n < 40; n++) {
        check(kinds, NULL, n);
        check(kinds + n, missing, n);
    }
    memset(missing, 1, MANY);
    check(kinds, missing, 1000);
    free(kinds);
    free(missing);
}

static void
test_texts_at_the_end_of_their_memory(void)
{
    /* Of thirteen bytes, behind which a slab may end: the address sanitizer sees what
     * is read beyond it. */
    nx_string_view view;
    nx_slabs slabs = {0};
    CHECK(nx_view_store(&slabs, &view, (const uint8_t *)"thirteen char", 13));
    nx_column column = {.type = NX_TYPE_STRING, .length = 1};
    nx_buffer *exact = nx_buffer_new(13, 1);
    memcpy(nx_buffer_data(exact), "thirteen char", 13);
    int32_t number;
    CHECK(nx_slabs_adopt(&column.slabs, exact, &number));
    nx_buffer_release(exact);
    view.u.ref.slab = number;
    view.u.ref.offset = 0;
    column.values = nx_buffer_new(1, sizeof view);
    memcpy(nx_buffer_data(column.values), &view, sizeof view);
    nx_categories made;
    nx_error error = {0};
    CHECK_INT(nx_group_strings(&column, NULL, 1, NULL, &made, &error), NX_OK);
    CHECK_INT(made.strings.length, 1);
    nx_categories_clear(&made);
    nx_column_clear(&column);
    nx_slabs_clear(&slabs);
}

static void
test_cancelled_calls_leave_nothing(void)
{
    static const size_t kinds[] = {1, 2, 3};
    nx_column column;
    nx_categories made;
    nx_error error = {0};
    nx_cancel cancel;
    atomic_init(&cancel.requested, true);
    const nx_wait wait = {.cancel = &cancel};
    make(&column, kinds, 3);
    CHECK_INT(nx_group_strings(&column, NULL, 2, &wait, &made, &error),
              NX_ERR_CANCELLED);
    CHECK(made.codes == NULL);
    nx_column_clear(&column);
}

static bool
group_with_little_memory(void *context)
{
    nx_categories made;
    nx_error error = {0};
    const nx_status status = nx_group_strings(context, NULL, 1, NULL, &made, &error);
    CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    if (status == NX_OK) {
        nx_categories_clear(&made);
    }
    return status == NX_OK;
}

static void
test_memory_that_is_not_there(void)
{
    size_t kinds[2000];
    for (size_t i = 0; i < 2000; i++) {
        kinds[i] = i % KINDS;
    }
    nx_column column;
    make(&column, kinds, 2000);
    nx_test_alloc_failures(group_with_little_memory, &column, 100);
    nx_column_clear(&column);
}

const nx_test nx_suite_group_strings[] = {
    NX_TEST(test_codes_are_in_the_order_of_the_first_rows),
    NX_TEST(test_texts_at_the_end_of_their_memory),
    NX_TEST(test_cancelled_calls_leave_nothing),
    NX_TEST(test_memory_that_is_not_there),
    {0},
};
