#include "harness.h"

#include <stdlib.h>

#include "base/cpu.h"

static const nx_cpu_feature features[] = {NX_CPU_AVX2, NX_CPU_SHANI, NX_CPU_NEON,
                                          NX_CPU_ARMSHA2, NX_CPU_AVX512};

enum {
    FEATURES = sizeof features / sizeof features[0]
};

/* What goes with a feature: AVX-512 here builds on AVX2. */
static nx_cpu
with_dependants(nx_cpu_feature feature)
{
    return feature == NX_CPU_AVX2 ? NX_CPU_AVX2 | NX_CPU_AVX512 : (nx_cpu)feature;
}

static void
test_every_feature_has_a_name(void)
{
    static const char *const names[] = {"avx2", "shani", "neon", "armsha2", "avx512"};
    for (int i = 0; i < FEATURES; i++) {
        CHECK_STR(nx_cpu_feature_name(features[i]), names[i]);
    }
    CHECK(nx_cpu_feature_name((nx_cpu_feature)(1u << 30)) == NULL);
}

/* Each feature alone, between separators of every kind. */
static void
test_named_features_are_removed_and_no_others(void)
{
    static const char *const before[] = {"", " ", ",, ", "sse9,\t"};
    static const char *const after[] = {"", " ", ",,", " , xyz"};
    const nx_cpu all = nx_cpu_detect_without(NULL);
    for (int f = 0; f < FEATURES; f++) {
        for (int s = 0; s < 4; s++) {
            char list[64];
            snprintf(list, sizeof list, "%s%s%s", before[s],
                     nx_cpu_feature_name(features[f]), after[s]);
            CHECK_INT(nx_cpu_detect_without(list), all & ~with_dependants(features[f]));
        }
    }
}

static void
test_case_does_not_matter(void)
{
    CHECK_INT(nx_cpu_detect_without("AVX2,ShaNI, NEON,ArmSHA2"), 0);
}

static void
test_unknown_and_partial_names_are_ignored(void)
{
    const nx_cpu all = nx_cpu_detect_without(NULL);
    static const char *const lists[] = {"",      ",",     " , ,",       "avx",
                                        "avx22", "xavx2", "avx2-shani", "neonn"};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        CHECK_INT(nx_cpu_detect_without(lists[i]), all);
    }
}

static void
test_detected_features_belong_to_the_architecture(void)
{
    const nx_cpu all = nx_cpu_detect_without(NULL);
    const nx_cpu arm = NX_CPU_NEON | NX_CPU_ARMSHA2,
                 x86 = NX_CPU_AVX2 | NX_CPU_SHANI | NX_CPU_AVX512;
#if defined(__x86_64__) || defined(_M_X64)
    CHECK_INT(all & arm, 0);
    CHECK_INT(all & ~x86, 0);
#elif defined(__aarch64__) || defined(_M_ARM64)
    CHECK_INT(all & x86, 0);
    CHECK_INT(all & ~arm, 0);
    CHECK((all & NX_CPU_NEON) != 0);
#else
    CHECK_INT(all & (arm | x86), 0);
#endif
}

#if defined(__x86_64__) && defined(__GNUC__)
static void
test_detection_agrees_with_the_compiler(void)
{
    __builtin_cpu_init();
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                      __builtin_cpu_supports("bmi2") &&
                      __builtin_cpu_supports("pclmul");
    CHECK_INT((nx_cpu_detect_without(NULL) & NX_CPU_AVX2) != 0, avx2);
    const bool avx512 =
        avx2 && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2");
    CHECK_INT((nx_cpu_detect_without(NULL) & NX_CPU_AVX512) != 0, avx512);
}
#endif

#if !defined(_WIN32)
static void
test_environment_variable_is_honoured(void)
{
    const char *variable = "NUMPY_EXT_DISABLE_CPU";
    const char *found = getenv(variable);
    char saved[256];
    snprintf(saved, sizeof saved, "%s", found == NULL ? "" : found);
    const nx_cpu all = nx_cpu_detect_without(NULL);

    setenv(variable, "avx2, neon", 1);
    CHECK_INT(nx_cpu_detect(), all & ~(with_dependants(NX_CPU_AVX2) | NX_CPU_NEON));
    unsetenv(variable);
    CHECK_INT(nx_cpu_detect(), all);

    if (found != NULL) {
        setenv(variable, saved, 1);
    }
}
#endif

const nx_test nx_suite_cpu[] = {
    NX_TEST(test_every_feature_has_a_name),
    NX_TEST(test_named_features_are_removed_and_no_others),
    NX_TEST(test_case_does_not_matter),
    NX_TEST(test_unknown_and_partial_names_are_ignored),
    NX_TEST(test_detected_features_belong_to_the_architecture),
#if defined(__x86_64__) && defined(__GNUC__)
    NX_TEST(test_detection_agrees_with_the_compiler),
#endif
#if !defined(_WIN32)
    NX_TEST(test_environment_variable_is_honoured),
#endif
    {0},
};
