#include "harness.h"

#include <stdlib.h>

#include "text/code_page_parallel.h"

enum {
    BYTES = 5 * (1 << 16) + 7
};

static nx_code_page page;

/* Latin-1, with four bytes for FF. */
static void
make_page(void)
{
    for (int byte = 0; byte < 256; byte++) {
        page.length[byte] = byte < 0x80 ? 1 : 2;
        page.text[byte][0] = (uint8_t)(byte < 0x80 ? byte : 0xC0 | byte >> 6);
        page.text[byte][1] = (uint8_t)(0x80 | (byte & 0x3F));
    }
    memcpy(page.text[0xFF], "\\xff", 4);
    page.length[0xFF] = 4;
    nx_code_page_end(&page);
}

static uint8_t *
make_text(void)
{
    uint64_t seed = 1;
    uint8_t *text = malloc(BYTES);
    for (size_t i = 0; i < BYTES; i++) {
        const uint64_t drawn = nx_test_random(&seed);
        text[i] = (uint8_t)(drawn & (i / 1000 % 2 ? 0x7F : 0xFF));
    }
    return text;
}

static void
test_threads_write_what_one_does(void)
{
    make_page();
    uint8_t *text = make_text();
    const size_t size = nx_code_page_measure(&page, text, BYTES);
    uint8_t *expected = malloc(size), *out = malloc(size);
    nx_error error = {0};
    nx_code_page_write(&page, text, BYTES, expected);
    for (unsigned threads = 0; threads <= 3; threads++) {
        size_t measured;
        CHECK_INT(nx_code_page_measure_parallel(&page, text, BYTES, threads, NULL,
                                                &measured, &error),
                  NX_OK);
        CHECK_INT(measured, size);
        for (int writable = 0; writable < 2; writable++) {
            memset(out, 0, size);
            CHECK_INT(nx_code_page_write_parallel(&page, text, BYTES, writable != 0,
                                                  out, size, threads, NULL, &error),
                      NX_OK);
            CHECK(memcmp(out, expected, size) == 0);
        }
    }
    free(out);
    free(expected);
    free(text);
}

static void
test_no_text(void)
{
    nx_error error = {0};
    size_t size = 9;
    make_page();
    CHECK_INT(nx_code_page_measure_parallel(&page, NULL, 0, 2, NULL, &size, &error),
              NX_OK);
    CHECK_INT(size, 0);
    CHECK_INT(
        nx_code_page_write_parallel(&page, NULL, 0, true, NULL, 0, 2, NULL, &error),
        NX_OK);
}

static void
test_text_of_another_size_was_changed(void)
{
    make_page();
    uint8_t *text = make_text();
    const size_t size = nx_code_page_measure(&page, text, BYTES);
    uint8_t *out = malloc(size);
    nx_error error = {0};
    CHECK_INT(nx_code_page_write_parallel(&page, text, BYTES, true, out, size - 1, 2,
                                          NULL, &error),
              NX_ERR_CHANGED);
    CHECK_INT(error.code, 113);
    free(out);
    free(text);
}

/* Changes the text between the two loops: it is called while they wait. */
static bool
change_text(void *context)
{
    uint8_t *text = context;
    text[BYTES - 1] ^= 0x80;
    return true;
}

static void
test_text_that_changes_meanwhile_is_never_written_beyond_its_room(void)
{
    make_page();
    uint8_t *text = make_text();
    nx_error error = {0};
    const nx_wait wait = {.poll = change_text, .context = text, .interval_ms = 1};
    for (int round = 0; round < 200; round++) {
        const size_t size = nx_code_page_measure(&page, text, BYTES);
        uint8_t *out = malloc(size); /* ASan sees a write beyond it */
        const nx_status status = nx_code_page_write_parallel(
            &page, text, BYTES, true, out, size, 1, &wait, &error);
        CHECK(status == NX_OK || status == NX_ERR_CHANGED);
        free(out);
    }
    free(text);
}

static void
test_cancelled_calls_stop(void)
{
    make_page();
    uint8_t *text = make_text();
    uint8_t *out = malloc(2 * BYTES);
    nx_error error = {0};
    nx_cancel cancel;
    size_t size;
    atomic_init(&cancel.requested, true);
    const nx_wait wait = {.cancel = &cancel};
    CHECK_INT(
        nx_code_page_measure_parallel(&page, text, BYTES, 2, &wait, &size, &error),
        NX_ERR_CANCELLED);
    CHECK_INT(nx_code_page_write_parallel(&page, text, BYTES, false, out, 2 * BYTES, 2,
                                          &wait, &error),
              NX_ERR_CANCELLED);
    free(out);
    free(text);
}

typedef struct text_case {
    uint8_t *text, *out;
    size_t size;
} text_case;

static bool
write_with_little_memory(void *context)
{
    const text_case *all = context;
    nx_error error = {0};
    const nx_status status = nx_code_page_write_parallel(
        &page, all->text, BYTES, true, all->out, all->size, 1, NULL, &error);
    CHECK(status == NX_OK || status == NX_ERR_MEMORY);
    return status == NX_OK;
}

static void
test_memory_that_is_not_there(void)
{
    make_page();
    text_case all = {.text = make_text()};
    all.size = nx_code_page_measure(&page, all.text, BYTES);
    all.out = malloc(all.size);
    nx_test_alloc_failures(write_with_little_memory, &all, 10);
    free(all.out);
    free(all.text);
}

const nx_test nx_suite_code_page_parallel[] = {
    NX_TEST(test_threads_write_what_one_does),
    NX_TEST(test_no_text),
    NX_TEST(test_text_of_another_size_was_changed),
    NX_TEST(test_text_that_changes_meanwhile_is_never_written_beyond_its_room),
    NX_TEST(test_cancelled_calls_stop),
    NX_TEST(test_memory_that_is_not_there),
    {0},
};
