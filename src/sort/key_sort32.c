/* The sorting of sort/key_sort_template.h for keys of 32 bits. */
#include "sort/key_sort.h"

#include <stdbool.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/alloc.h"
#include "base/bits.h"
#include "sort/bucket_map.h"

#define KEY        uint32_t
#define KEY_BITS   32
#define JOB        nx_key_job32
#define NAME(stem) stem##32

#include "sort/key_sort_template.h"
