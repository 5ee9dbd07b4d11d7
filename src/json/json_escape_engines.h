/* The variants of json_escape.h; for its sources and tests alone. */
#ifndef NX_JSON_JSON_ESCAPE_ENGINES_H
#define NX_JSON_JSON_ESCAPE_ENGINES_H

#include "json/json_escape.h"

#if !defined(NX_PORTABLE_ONLY) && (defined(__SSE2__) || defined(_M_X64))
#define NX_JSON_SSE2 1
#endif

extern const nx_json_escaper nx_json_escaper_portable;

#ifdef NX_JSON_SSE2
extern const nx_json_escaper nx_json_escaper_sse2;
#endif

#if defined(__x86_64__) || defined(_M_X64)
#define NX_JSON_AVX2 1
extern const nx_json_escaper nx_json_escaper_avx2;
#endif

#endif
