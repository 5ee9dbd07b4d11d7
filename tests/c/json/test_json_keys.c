#include "harness.h"

#include <stdlib.h>

#include "json/json_keys.h"

static uint32_t
add(nx_json_keys *keys, const char *text)
{
    uint32_t number = NX_JSON_NO_KEY;
    CHECK_INT(
        nx_json_keys_add(keys, (const uint8_t *)text, strlen(text), &number, NULL),
        NX_OK);
    return number;
}

static uint32_t
find(const nx_json_keys *keys, const char *text)
{
    return nx_json_keys_find(keys, (const uint8_t *)text, strlen(text));
}

static void
test_keys_are_numbered_as_they_come(void)
{
    nx_json_keys keys = {0};
    CHECK_INT(find(&keys, "a"), NX_JSON_NO_KEY);
    CHECK_INT(add(&keys, "a"), 0);
    CHECK_INT(add(&keys, ""), 1);
    CHECK_INT(add(&keys, "a"), 0);
    CHECK_INT(add(&keys, "a "), 2);
    CHECK_INT(find(&keys, ""), 1);
    CHECK_INT(find(&keys, "b"), NX_JSON_NO_KEY);
    CHECK_INT(keys.keys[0].slot, NX_JSON_NO_SLOT);
    CHECK(memcmp(nx_json_keys_text(&keys, 2), "a ", 2) == 0);
    nx_json_keys_clear(&keys);
}

static void
test_many_keys(void)
{
    enum {
        MANY = 20000
    };
    nx_json_keys keys = {0};
    char text[40];
    for (uint32_t i = 0; i < MANY; i++) {
        sprintf(text, "%0*u", (int)(i % 30), (unsigned)i);
        CHECK_INT(add(&keys, text), i);
    }
    for (uint32_t i = 0; i < MANY; i++) {
        sprintf(text, "%0*u", (int)(i % 30), (unsigned)i);
        CHECK_INT(find(&keys, text), i);
        CHECK_INT(keys.keys[i].length, strlen(text));
    }
    nx_json_keys_clear(&keys);
}

/* Every length around the 16 bytes that are compared at once. */
static void
test_spellings_that_are_foreseen(void)
{
    for (size_t n = 0; n < 40; n++) {
        nx_json_keys keys = {0};
        char name[48] = "";
        memset(name, 'k', n);
        (void)add(&keys, name);
        const size_t size = n + 3;
        CHECK_INT(keys.keys[0].size, size);
        uint8_t *text = calloc(size + 17, 1);
        CHECK(text != NULL);
        sprintf((char *)text, "\"%s\":1", name);
        const uint8_t *end = text + size + 1;
        CHECK(nx_json_key_begins(&keys, &keys.keys[0], text, end));
        if (size > 16) {
            CHECK(!nx_json_key_begins(&keys, &keys.keys[0], text, end - 1));
        }
        for (size_t at = 0; at < size; at++) {
            text[at] ^= 1;
            CHECK(!nx_json_key_begins(&keys, &keys.keys[0], text, end));
            text[at] ^= 1;
        }
        free(text);
        nx_json_keys_clear(&keys);
    }
}

static void
test_keys_with_escapes_cannot_be_foreseen(void)
{
    static const char *const names[] = {"a\"", "\\", "\n", "a key that is long \x01"};
    for (size_t i = 0; i < 4; i++) {
        nx_json_keys keys = {0};
        uint8_t text[64] = "\"";
        (void)add(&keys, names[i]);
        strcat((char *)text, names[i]);
        strcat((char *)text, "\":1");
        CHECK_INT(keys.keys[0].size, 0);
        CHECK(!nx_json_key_begins(&keys, &keys.keys[0], text, text + sizeof text));
        CHECK_INT(find(&keys, names[i]), 0);
        nx_json_keys_clear(&keys);
    }
}

static bool
fill(void *context)
{
    nx_json_keys keys = {0};
    nx_status status = NX_OK;
    char text[16];
    (void)context;
    for (uint32_t i = 0; i < 400 && status == NX_OK; i++) {
        uint32_t number;
        sprintf(text, "key %u", (unsigned)i);
        status =
            nx_json_keys_add(&keys, (const uint8_t *)text, strlen(text), &number, NULL);
        CHECK(status == NX_ERR_MEMORY || number == i);
    }
    nx_json_keys_clear(&keys);
    return status == NX_OK;
}

static void
test_failing_allocations_leave_nothing(void)
{
    nx_test_alloc_failures(fill, NULL, 100);
}

const nx_test nx_suite_json_keys[] = {
    NX_TEST(test_keys_are_numbered_as_they_come),
    NX_TEST(test_many_keys),
    NX_TEST(test_spellings_that_are_foreseen),
    NX_TEST(test_keys_with_escapes_cannot_be_foreseen),
    NX_TEST(test_failing_allocations_leave_nothing),
    {0},
};
