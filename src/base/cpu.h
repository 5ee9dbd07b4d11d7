/* What the processor can do, asked once.
 *
 * NUMPY_EXT_DISABLE_CPU (a comma-separated list such as "avx2,shani") removes
 * features in every build, so that tests reach every code path.
 */
#ifndef NX_BASE_CPU_H
#define NX_BASE_CPU_H

#include <stdbool.h>
#include <stdint.h>

typedef enum nx_cpu_feature {
    NX_CPU_AVX2 = 1u << 0,    /* AVX2 with BMI1, BMI2, LZCNT and PCLMULQDQ */
    NX_CPU_SHANI = 1u << 1,   /* x86 SHA extensions with SSE4.1 */
    NX_CPU_NEON = 1u << 2,    /* AArch64 Advanced SIMD (always there) */
    NX_CPU_ARMSHA2 = 1u << 3, /* AArch64 SHA-256 instructions */
    NX_CPU_AVX512 = 1u
        << 4 /* AVX-512 F, BW, DQ, VL, VBMI and VBMI2, with NX_CPU_AVX2 */
} nx_cpu_feature;

/* A set of nx_cpu_feature bits. */
typedef uint32_t nx_cpu;

/* Features of this machine (the operating system must support their registers
 * too) less those that NUMPY_EXT_DISABLE_CPU names. Case and spaces in the list
 * do not matter, unknown names are ignored. */
nx_cpu nx_cpu_detect(void);

/* As nx_cpu_detect, with the list given instead of read from the environment;
 * NULL disables nothing. */
nx_cpu nx_cpu_detect_without(const char *disabled);

/* The name of one feature ("avx2"), NULL for a bit that has none. */
const char *nx_cpu_feature_name(nx_cpu_feature feature);

#endif
