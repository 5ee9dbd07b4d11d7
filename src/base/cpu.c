#include "base/cpu.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__) || defined(__i386__) || defined(_M_X64) || defined(_M_IX86)
#define NX_X86 1
#if defined(_MSC_VER)
#include <immintrin.h>
#include <intrin.h>
#else
#include <cpuid.h>
#endif
#elif defined(__aarch64__) || defined(_M_ARM64)
#define NX_AARCH64 1
#if defined(__linux__)
#include <sys/auxv.h>
#elif defined(__APPLE__)
#include <sys/sysctl.h>
#elif defined(_WIN32)
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#endif
#endif

static const struct {
    nx_cpu_feature feature;
    const char *name;
} feature_names[] = {
    {NX_CPU_AVX2, "avx2"}, {NX_CPU_AVX512, "avx512"},   {NX_CPU_SHANI, "shani"},
    {NX_CPU_NEON, "neon"}, {NX_CPU_ARMSHA2, "armsha2"},
};

enum {
    FEATURE_COUNT = sizeof feature_names / sizeof feature_names[0]
};

const char *
nx_cpu_feature_name(nx_cpu_feature feature)
{
    for (int i = 0; i < FEATURE_COUNT; i++) {
        if (feature_names[i].feature == feature) {
            return feature_names[i].name;
        }
    }
    return NULL;
}

#if defined(NX_X86)

typedef struct cpuid_registers {
    uint32_t eax, ebx, ecx, edx;
} cpuid_registers;

/* One leaf of CPUID; all zero when the processor does not have the leaf. */
static cpuid_registers
cpuid(uint32_t leaf)
{
    cpuid_registers r = {0, 0, 0, 0};
#if defined(_MSC_VER)
    int out[4];
    __cpuid(out, (int)(leaf & 0x80000000u));
    if ((uint32_t)out[0] >= leaf) {
        __cpuidex(out, (int)leaf, 0);
        r = (cpuid_registers){(uint32_t)out[0], (uint32_t)out[1], (uint32_t)out[2],
                              (uint32_t)out[3]};
    }
#else
    if (!__get_cpuid_count(leaf, 0, &r.eax, &r.ebx, &r.ecx, &r.edx)) {
        r = (cpuid_registers){0, 0, 0, 0};
    }
#endif
    return r;
}

/* Which register files the operating system saves; call only with OSXSAVE. */
static uint32_t
saved_register_files(void)
{
#if defined(_MSC_VER)
    return (uint32_t)_xgetbv(0);
#else
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    (void)high;
    return low;
#endif
}

static bool
has_all(uint32_t value, uint32_t bits)
{
    return (value & bits) == bits;
}

static nx_cpu
detect(void)
{
    const uint32_t pclmul = 1u << 1, ssse3 = 1u << 9, sse41 = 1u << 19;
    const uint32_t osxsave = 1u << 27, avx = 1u << 28;             /* leaf 1 ecx */
    const uint32_t bmi1 = 1u << 3, avx2 = 1u << 5, bmi2 = 1u << 8; /* leaf 7 ebx */
    const uint32_t sha = 1u << 29;                                 /* leaf 7 ebx */
    const uint32_t lzcnt = 1u << 5;                                /* extended ecx */
    const uint32_t f = 1u << 16, dq = 1u << 17, bw = 1u << 30, vl = 1u << 31;
    const uint32_t vbmi = 1u << 1, vbmi2 = 1u << 6; /* leaf 7 ecx */
    const uint32_t xmm_and_ymm = 6, zmm = 0xE0;     /* XCR0 */
    const cpuid_registers basic = cpuid(1);
    const cpuid_registers extended = cpuid(0x80000001u);
    const cpuid_registers structured = cpuid(7);

    nx_cpu cpu = 0;
    if (has_all(basic.ecx, osxsave | avx | pclmul) &&
        has_all(saved_register_files(), xmm_and_ymm) &&
        has_all(structured.ebx, bmi1 | avx2 | bmi2) && has_all(extended.ecx, lzcnt)) {
        cpu |= NX_CPU_AVX2;
    }
    if ((cpu & NX_CPU_AVX2) && has_all(saved_register_files(), xmm_and_ymm | zmm) &&
        has_all(structured.ebx, f | dq | bw | vl) &&
        has_all(structured.ecx, vbmi | vbmi2)) {
        cpu |= NX_CPU_AVX512;
    }
    if (has_all(basic.ecx, ssse3 | sse41) && has_all(structured.ebx, sha)) {
        cpu |= NX_CPU_SHANI;
    }
    return cpu;
}

#elif defined(NX_AARCH64)

static bool
has_sha256(void)
{
#if defined(__linux__)
    const unsigned long hwcap_sha2 = 1ul << 6; /* HWCAP_SHA2 of <asm/hwcap.h> */
    return (getauxval(AT_HWCAP) & hwcap_sha2) != 0;
#elif defined(__APPLE__)
    int value = 0;
    size_t size = sizeof value;
    return sysctlbyname("hw.optional.arm.FEAT_SHA256", &value, &size, NULL, 0) == 0 &&
           value != 0;
#elif defined(_WIN32)
    return IsProcessorFeaturePresent(PF_ARM_V8_CRYPTO_INSTRUCTIONS_AVAILABLE) != 0;
#else
    return false;
#endif
}

static nx_cpu
detect(void)
{
    return NX_CPU_NEON | (has_sha256() ? NX_CPU_ARMSHA2 : 0);
}

#else

static nx_cpu
detect(void)
{
    return 0;
}

#endif

static bool
is_separator(char c)
{
    return c == ',' || c == ' ' || c == '\t';
}

/* True when the word [start, start + length) is `name` in any case. */
static bool
word_is(const char *start, size_t length, const char *name)
{
    if (length != strlen(name)) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        const char c = start[i];
        const char lower = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        if (lower != name[i]) {
            return false;
        }
    }
    return true;
}

static nx_cpu
features_named(const char *list)
{
    nx_cpu named = 0;
    while (*list != '\0') {
        size_t length = 0;
        while (list[length] != '\0' && !is_separator(list[length])) {
            length++;
        }
        for (int i = 0; i < FEATURE_COUNT; i++) {
            if (word_is(list, length, feature_names[i].name)) {
                named |= feature_names[i].feature;
            }
        }
        list += length;
        while (is_separator(*list)) {
            list++;
        }
    }
    return named;
}

nx_cpu
nx_cpu_detect_without(const char *disabled)
{
    nx_cpu cpu = detect() & ~(disabled == NULL ? 0 : features_named(disabled));
    if (!(cpu & NX_CPU_AVX2)) {
        cpu &= ~(nx_cpu)NX_CPU_AVX512; /* which builds on it */
    }
    return cpu;
}

nx_cpu
nx_cpu_detect(void)
{
    return nx_cpu_detect_without(getenv("NUMPY_EXT_DISABLE_CPU"));
}
