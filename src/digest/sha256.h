/* SHA-256 (FIPS 180-4) of one message and of many.
 *
 * The rounds of one message depend on each other, and the instructions for them have a
 * latency of several cycles: two messages side by side take hardly longer than one.
 * nx_sha256_many does this. Nothing here allocates or fails, and any thread may call,
 * nx_sha256_init excepted.
 */
#ifndef NX_DIGEST_SHA256_H
#define NX_DIGEST_SHA256_H

#include <stddef.h>
#include <stdint.h>

#include "base/cpu.h"
#include "base/span.h"

#define NX_SHA256_SIZE  32 /* bytes of a digest */
#define NX_SHA256_BLOCK 64 /* bytes that are compressed at a time */

/* The digest of `length` bytes. `digest` has NX_SHA256_SIZE bytes, at any address. */
void nx_sha256(const void *message, size_t length, uint8_t *digest);

/* The digests of n messages; that of messages[i] goes to digests + i * step. Messages
 * are taken in an order of their own, so digests must not overlap messages. Reads no
 * byte outside of them. */
void nx_sha256_many(const nx_span *messages, size_t n, uint8_t *digests,
                    ptrdiff_t step);

/* ---- Variants ---- */

/* The eight words a..h of FIPS 180-4. */
typedef struct nx_sha256_state {
    uint32_t words[8];
} nx_sha256_state;

/* The compression function of one instruction set. */
typedef struct nx_sha256_engine {
    const char *name;
    /* Compresses `count` blocks into a state. */
    void (*one)(nx_sha256_state *state, const uint8_t *blocks, size_t count);
    /* The same for two messages at once; NULL if it is no faster than twice `one`. */
    void (*two)(nx_sha256_state *state_a, const uint8_t *blocks_a,
                nx_sha256_state *state_b, const uint8_t *blocks_b, size_t count);
    /* The digests of `count` messages that are one padded block each, one behind the
     * other; NULL where `two` is. */
    void (*single)(const uint8_t *blocks, size_t count, uint8_t *const *digests);
} nx_sha256_engine;

/* The best engine of a processor with these features. */
const nx_sha256_engine *nx_sha256_engine_for(nx_cpu cpu);

/* Picks the engine; called by nx_init. The portable one is in use before. */
void nx_sha256_init(nx_cpu cpu);

/* The name of the engine in use: "portable", "shani" or "armv8". */
const char *nx_sha256_engine_name(void);

#endif
