#include "harness.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "group/group_texts.h"

enum {
    MANY = 300000,
    WIDTH = 20
};

/* Texts of fixed width that end in zeros, and flags of those that are missing. */
typedef struct made_texts {
    uint8_t *bytes;
    uint8_t *missing;
    size_t fails_at; /* loading this one fails */
    bool padded;     /* say that 16 bytes of each may be read */
} made_texts;

static nx_status
load(const void *context, size_t first, size_t n, nx_span *texts, uint8_t *missing,
     bool *padded, nx_error *error)
{
    const made_texts *made = context;
    *padded = made->padded && first + n < MANY;
    for (size_t i = 0; i < n; i++) {
        const uint8_t *text = made->bytes + (first + i) * WIDTH;
        if (first + i == made->fails_at) {
            return nx_error_set(error, NX_ERR_MEMORY, 0, "asked for");
        }
        texts[i] = (nx_span){text, strlen((const char *)text)};
        missing[i] = made->missing[first + i];
    }
    return NX_OK;
}

/* Number i is text number draw % different: its group can be computed. */
static made_texts
make(uint32_t different, uint32_t *draws)
{
    made_texts made = {nx_alloc_zeroed(MANY, WIDTH), nx_alloc(MANY, 1), SIZE_MAX,
                       false};
    uint64_t random = different;
    for (size_t i = 0; i < MANY; i++) {
        draws[i] = (uint32_t)(nx_test_random(&random) % different);
        snprintf((char *)made.bytes + i * WIDTH, WIDTH, draws[i] % 3 ? "%u" : "%018u",
                 (unsigned)draws[i]);
        made.missing[i] = nx_test_random(&random) % 10 == 0;
    }
    return made;
}

static void
check(const made_texts *made, const uint32_t *draws, uint32_t different,
      unsigned threads)
{
    int64_t *codes = nx_alloc(MANY, sizeof *codes);
    int64_t *code_of = nx_alloc(different, sizeof *code_of);
    const nx_text_items items = {load, made, MANY};
    nx_groups groups;
    int64_t known = 0, missing = 0, total = 0;
    CHECK_INT(nx_group_texts(&items, codes, true, threads, NULL, &groups, NULL), NX_OK);
    memset(code_of, 0xFF, different * sizeof *code_of);
    for (size_t i = 0; i < MANY && nx_test_failures() == 0; i++) {
        if (made->missing[i]) {
            CHECK(missing > 0 || groups.first_missing == (int64_t)i);
            CHECK_INT(codes[i], -1);
            missing++;
            continue;
        }
        if (code_of[draws[i]] < 0) {
            CHECK_INT(groups.first[known], i);
            code_of[draws[i]] = known++;
        }
        CHECK_INT(codes[i], code_of[draws[i]]);
    }
    CHECK_INT(groups.count, known);
    CHECK_INT(groups.missing, missing);
    for (size_t i = 0; i < groups.count; i++) {
        total += groups.counts[i];
    }
    CHECK_INT(total, MANY - missing);
    nx_groups_clear(&groups);
    nx_free(codes);
    nx_free(code_of);
}

static void
test_texts_on_any_number_of_threads(void)
{
    uint32_t *draws = malloc(MANY * sizeof *draws);
    for (uint32_t different = 1; different <= MANY; different *= 60) {
        made_texts made = make(different, draws);
        for (unsigned threads = 1; threads <= 8; threads *= 2) {
            made.padded = threads % 4 == 1;
            check(&made, draws, different, threads);
        }
        nx_free(made.bytes);
        nx_free(made.missing);
    }
    free(draws);
}

static void
test_no_texts(void)
{
    nx_groups groups;
    const nx_text_items items = {load, NULL, 0};
    CHECK_INT(nx_group_texts(&items, NULL, true, 2, NULL, &groups, NULL), NX_OK);
    CHECK_INT(groups.count, 0);
    nx_groups_clear(&groups);
}

static void
test_a_text_that_cannot_be_loaded(void)
{
    uint32_t *draws = malloc(MANY * sizeof *draws);
    made_texts made = make(100, draws);
    made.fails_at = MANY - 1000;
    const nx_text_items items = {load, &made, MANY};
    for (unsigned threads = 1; threads <= 2; threads++) {
        nx_groups groups;
        nx_error error = {0};
        CHECK_INT(nx_group_texts(&items, NULL, true, threads, NULL, &groups, &error),
                  NX_ERR_MEMORY);
        CHECK_STR(error.msg, "asked for");
        CHECK(groups.first == NULL);
    }
    nx_free(made.bytes);
    nx_free(made.missing);
    free(draws);
}

static bool
group_them(void *context)
{
    const nx_text_items items = {load, context, MANY};
    nx_groups groups;
    nx_error error = {0};
    const nx_status status =
        nx_group_texts(&items, NULL, true, 1, NULL, &groups, &error);
    CHECK(status == NX_OK || (status == NX_ERR_MEMORY && groups.first == NULL));
    nx_groups_clear(&groups);
    return status == NX_OK;
}

static void
test_allocation_failures(void)
{
    uint32_t *draws = malloc(MANY * sizeof *draws);
    made_texts made = make(20000, draws);
    nx_test_alloc_failures(group_them, &made, 80);
    nx_free(made.bytes);
    nx_free(made.missing);
    free(draws);
}

const nx_test nx_suite_group_texts[] = {
    NX_TEST(test_texts_on_any_number_of_threads),
    NX_TEST(test_no_texts),
    NX_TEST(test_a_text_that_cannot_be_loaded),
    NX_TEST(test_allocation_failures),
    {0},
};
