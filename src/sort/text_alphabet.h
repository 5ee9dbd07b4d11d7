/* Texts as numbers in which every character takes no more bits than it needs.
 *
 * Keys of many texts are worth a look at the characters that occur: with ten digits
 * four bits are enough for one, and a key of 64 bits has sixteen of them instead of
 * eight. */
#ifndef NX_SORT_TEXT_ALPHABET_H
#define NX_SORT_TEXT_ALPHABET_H

#include "sort/text_words.h"

enum {
    NX_ALPHABET_UNITS = 16 /* of a text that are looked at, at most */
};

/* Which bytes occur, for each one 1 or 0, and how long texts are from the offset on, up
 * to NX_ALPHABET_UNITS + 1, padding left out. Zero-initialised. */
typedef struct nx_seen_bytes {
    uint8_t seen[256];
    size_t longest;
} nx_seen_bytes;

typedef struct nx_text_alphabet {
    uint16_t codes[256];  /* by byte, in their order; 0 is what follows a text */
    uint8_t letters[257]; /* by code, its byte */
    unsigned bits;        /* of a code */
    size_t units;         /* characters of a key */
} nx_text_alphabet;

/* Whether texts are made of bytes, or of code points that all are as small. */
bool nx_text_has_alphabet(const nx_sort_texts *texts);

/* Notes the bytes of texts at n places, from `offset` on, as far as keys look. */
NX_MUST_CHECK nx_status nx_text_see(const nx_sort_texts *texts, const int64_t *places,
                                    size_t n, size_t offset, nx_seen_bytes *seen,
                                    nx_error *error);

/* An alphabet of the bytes that were seen, with keys of no more than `most_bits`, 9 at
 * least. */
void nx_text_alphabet_make(const nx_sort_texts *texts, const nx_seen_bytes *seen,
                           unsigned most_bits, nx_text_alphabet *alphabet);

/* Writes keys of texts at n places from `offset` on, which none of them ends before;
 * all their bytes are in the alphabet. They are below 2^(bits * units). */
NX_MUST_CHECK nx_status nx_text_keys(const nx_sort_texts *texts,
                                     const nx_text_alphabet *alphabet,
                                     const int64_t *places, size_t n, size_t offset,
                                     uint64_t *keys, nx_error *error);

/* Whether texts that have this key at `offset` are equal from there on. */
bool nx_text_key_is_last(const nx_sort_texts *texts, const nx_text_alphabet *alphabet,
                         size_t offset, uint64_t key);

/* Writes the characters that a key of a whole text stands for; returns how many. */
size_t nx_text_decode(const nx_text_alphabet *alphabet, uint64_t key,
                      uint8_t text[NX_ALPHABET_UNITS]);

#endif
