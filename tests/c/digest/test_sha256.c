#include "harness.h"

#include <stdlib.h>

#include "digest/sha256.h"

enum {
    LONGEST = 300,
    MANY = 700 /* over two batches, and odd with one */
};

/* The features of one engine at a time; a machine without them runs the portable one
 * in their place. */
static const nx_cpu forced[] = {0, NX_CPU_SHANI, NX_CPU_ARMSHA2};

enum {
    FORCED = sizeof forced / sizeof forced[0]
};

static bool
force(int i)
{
    const nx_cpu cpu = forced[i] & nx_cpu_detect_without(NULL);
    nx_sha256_init(cpu);
    return cpu == forced[i];
}

static void
unforce(void)
{
    nx_sha256_init(nx_cpu_detect());
}

/* n random bytes in a block of their exact size, `shift` bytes from an aligned start.
 */
typedef struct exact_text {
    uint8_t *block;
    uint8_t *text;
} exact_text;

static exact_text
make_text(size_t n, size_t shift, uint64_t *seed)
{
    exact_text made = {malloc(n + shift + (n + shift == 0)), NULL};
    made.text = made.block + shift;
    for (size_t i = 0; i < n; i++) {
        made.text[i] = (uint8_t)nx_test_random(seed);
    }
    return made;
}

static void
digest_text(const uint8_t *digest, char *text)
{
    for (int i = 0; i < NX_SHA256_SIZE; i++) {
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
    }
}

/* The examples of FIPS 180-4 and of NIST's validation program. */
static const struct {
    const char *unit; /* repeated `times` */
    size_t times;
    const char *digest;
} examples[] = {
    {"", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
     "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
     1, "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
    {"a", 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
};

static void
test_published_examples(void)
{
    for (int f = 0; f < FORCED; f++) {
        (void)force(f);
        for (size_t e = 0; e < sizeof examples / sizeof examples[0]; e++) {
            const size_t size = strlen(examples[e].unit);
            uint8_t *const message = malloc(size * examples[e].times + 1);
            uint8_t digest[NX_SHA256_SIZE];
            char text[2 * NX_SHA256_SIZE + 1];
            for (size_t i = 0; i < examples[e].times; i++) {
                memcpy(message + i * size, examples[e].unit, size);
            }
            nx_sha256(message, size * examples[e].times, digest);
            digest_text(digest, text);
            CHECK_STR(text, examples[e].digest);
            free(message);
        }
    }
    unforce();
}

static void
test_each_instruction_set_is_reached_by_its_feature(void)
{
    static const char *const names[FORCED] = {"portable", "shani", "armv8"};
    for (int f = 0; f < FORCED; f++) {
        if (force(f)) {
            CHECK_STR(nx_sha256_engine_name(), names[f]);
        }
    }
    unforce();
}

/* Every length around the seams of padding, at every alignment that matters. */
static void
test_every_engine_agrees_with_the_portable_one(void)
{
    uint64_t seed = 1;
    for (size_t n = 0; n <= LONGEST; n++) {
        const exact_text message = make_text(n, n % 17, &seed);
        uint8_t expected[NX_SHA256_SIZE], digest[NX_SHA256_SIZE + 1];
        nx_sha256_init(0);
        nx_sha256(message.text, n, expected);
        for (int f = 1; f < FORCED; f++) {
            (void)force(f);
            nx_sha256(message.text, n, digest + n % 2);
            CHECK(memcmp(digest + n % 2, expected, NX_SHA256_SIZE) == 0);
        }
        free(message.block);
    }
    unforce();
}

/* Digests of `count` messages, strided, against one message at a time; the bytes
 * between digests stay as they are. */
static void
check_many(const nx_span *messages, size_t count, ptrdiff_t step)
{
    const size_t size = (size_t)(step < 0 ? -step : step);
    uint8_t *const block = malloc(count * size + 1);
    uint8_t *const first = step < 0 ? block + (count - 1) * size : block;
    memset(block, 0xA5, count * size + 1);
    nx_sha256_many(messages, count, first, step);
    for (size_t i = 0; i < count; i++) {
        uint8_t expected[NX_SHA256_SIZE];
        const uint8_t *const digest = first + (ptrdiff_t)i * step;
        nx_sha256(messages[i].text, messages[i].length, expected);
        CHECK(memcmp(digest, expected, NX_SHA256_SIZE) == 0);
        for (size_t gap = NX_SHA256_SIZE; gap < size; gap++) {
            CHECK(digest[gap] == 0xA5);
        }
    }
    free(block);
}

static void
test_many_messages_of_any_lengths(void)
{
    static const size_t limits[] = {1, 56, 64, 130, LONGEST, 3000};
    static const ptrdiff_t steps[] = {32, 33, -32, 48, -45, 64};
    static const size_t counts[] = {0, 1, 2, 3, 255, 256, 257, MANY};
    uint64_t seed = 2;
    exact_text texts[MANY];
    nx_span messages[MANY];
    for (size_t l = 0; l < sizeof limits / sizeof limits[0]; l++) {
        for (size_t i = 0; i < MANY; i++) {
            const size_t n = nx_test_random(&seed) % limits[l];
            texts[i] = make_text(n, i % 5, &seed);
            messages[i] = (nx_span){n == 0 ? NULL : texts[i].text, n};
        }
        for (int f = 0; f < FORCED; f++) {
            (void)force(f);
            for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
                check_many(messages, counts[c], steps[(l + c) % 6]);
            }
        }
        for (size_t i = 0; i < MANY; i++) {
            free(texts[i].block);
        }
    }
    unforce();
}

/* Lanes that end at different times: every pair of a few lengths, in both orders. */
static void
test_two_messages_of_different_lengths(void)
{
    static const size_t lengths[] = {0,  1,   55,  56,  63,   64,
                                     65, 119, 120, 128, 1000, 1024};
    const size_t kinds = sizeof lengths / sizeof lengths[0];
    uint64_t seed = 3;
    for (size_t i = 0; i < kinds * kinds; i++) {
        const size_t a = lengths[i / kinds], b = lengths[i % kinds];
        const exact_text first = make_text(a, 0, &seed),
                         second = make_text(b, 3, &seed);
        const nx_span messages[2] = {{first.text, a}, {second.text, b}};
        for (int f = 0; f < FORCED; f++) {
            (void)force(f);
            check_many(messages, 2, NX_SHA256_SIZE);
        }
        free(first.block);
        free(second.block);
    }
    unforce();
}

const nx_test nx_suite_sha256[] = {
    NX_TEST(test_published_examples),
    NX_TEST(test_each_instruction_set_is_reached_by_its_feature),
    NX_TEST(test_every_engine_agrees_with_the_portable_one),
    NX_TEST(test_many_messages_of_any_lengths),
    NX_TEST(test_two_messages_of_different_lengths),
    {0},
};
