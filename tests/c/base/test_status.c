#include "harness.h"

#include <errno.h>

#include "base/status.h"

static void
test_error_set_fills_the_whole_record(void)
{
    nx_error error;
    memset(&error, 0xAB, sizeof error);
    const nx_status status =
        nx_error_set(&error, NX_ERR_RAGGED, 101, "%d fields, expected %d", 3, 4);
    CHECK_INT(status, NX_ERR_RAGGED);
    CHECK_INT(error.status, NX_ERR_RAGGED);
    CHECK_INT(error.code, 101);
    CHECK_INT(error.os_errno, 0);
    CHECK(error.record == NX_NOWHERE);
    CHECK(error.line == NX_NOWHERE);
    CHECK(error.column == NX_NOWHERE);
    CHECK(error.byte == NX_NOWHERE);
    CHECK_STR(error.msg, "3 fields, expected 4");
}

static void
test_error_set_without_a_record_returns_the_status(void)
{
    CHECK_INT(nx_error_set(NULL, NX_ERR_VALUE, 1, "x"), NX_ERR_VALUE);
    CHECK_INT(nx_error_set_os(NULL, ENOENT, "open"), NX_ERR_IO);
}

static void
test_message_may_quote_the_old_message(void)
{
    nx_error error;
    (void)nx_error_set(&error, NX_ERR_VALUE, 7, "no integer");
    (void)nx_error_set(&error, NX_ERR_VALUE, 8, "column 3: %s", error.msg);
    CHECK_STR(error.msg, "column 3: no integer");
}

/* Sequences of every length, pushed over the edge of the record byte by byte. */
static void
test_long_message_is_cut_between_characters(void)
{
    static const char *const characters[] = {"a", "\xC3\xA9", "\xE2\x82\xAC",
                                             "\xF0\x9F\x98\x80"};
    for (size_t c = 0; c < 4; c++) {
        const size_t width = strlen(characters[c]);
        for (size_t lead = 0; lead < 8; lead++) {
            char text[3 * NX_ERROR_MSG_SIZE];
            size_t length = 0;
            while (length < lead) {
                text[length++] = 'x';
            }
            while (length + width < sizeof text) {
                memcpy(text + length, characters[c], width);
                length += width;
            }
            text[length] = '\0';
            nx_error error;
            (void)nx_error_set(&error, NX_ERR_VALUE, 0, "%s", text);
            const size_t whole = (NX_ERROR_MSG_SIZE - 1 - lead) / width;
            CHECK_INT(strlen(error.msg), lead + whole * width);
            CHECK(memcmp(error.msg, text, lead + whole * width) == 0);
        }
    }
}

static void
test_message_that_just_fits_is_kept(void)
{
    char text[NX_ERROR_MSG_SIZE];
    memset(text, 'x', sizeof text);
    memcpy(text + sizeof text - 4, "\xE2\x82\xAC", 4);
    nx_error error;
    (void)nx_error_set(&error, NX_ERR_VALUE, 0, "%s", text);
    CHECK_STR(error.msg, text);
}

static void
test_os_error_names_call_and_reason(void)
{
    nx_error error;
    CHECK_INT(nx_error_set_os(&error, ENOENT, "data.csv"), NX_ERR_IO);
    CHECK_INT(error.status, NX_ERR_IO);
    CHECK_INT(error.os_errno, ENOENT);
    CHECK(strncmp(error.msg, "data.csv: ", 10) == 0);
    CHECK_STR(error.msg + 10, strerror(ENOENT));
    (void)nx_error_set_os(&error, 987654, "read");
    CHECK(strlen(error.msg) > strlen("read: "));
}

static void
test_every_status_has_its_own_name(void)
{
    CHECK_STR(nx_status_name(NX_OK), "ok");
    CHECK_STR(nx_status_name(NX_ERR_RAGGED), "ragged");
    CHECK_STR(nx_status_name((nx_status)99), "unknown");
    for (int a = NX_OK; a <= NX_ERR_INTERNAL; a++) {
        CHECK(strcmp(nx_status_name((nx_status)a), "unknown") != 0);
        for (int b = NX_OK; b < a; b++) {
            CHECK(strcmp(nx_status_name((nx_status)a), nx_status_name((nx_status)b)) !=
                  0);
        }
    }
}

const nx_test nx_suite_status[] = {
    NX_TEST(test_error_set_fills_the_whole_record),
    NX_TEST(test_error_set_without_a_record_returns_the_status),
    NX_TEST(test_message_may_quote_the_old_message),
    NX_TEST(test_long_message_is_cut_between_characters),
    NX_TEST(test_message_that_just_fits_is_kept),
    NX_TEST(test_os_error_names_call_and_reason),
    NX_TEST(test_every_status_has_its_own_name),
    {0},
};
