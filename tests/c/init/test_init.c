#include "harness.h"

#include "csv/csv_read.h"
#include "csv/csv_scan.h"
#include "digest/sha256.h"
#include "init/init.h"
#include "text/words.h"

static void
test_each_family_follows_the_processor(void)
{
    nx_init(0);
    CHECK_STR(nx_csv_scanner_name(), "portable");
    CHECK_STR(nx_sha256_engine_name(), "portable");
    CHECK_STR(nx_words_engine_name(), "portable");
    nx_init(nx_cpu_detect());
    CHECK_STR(nx_csv_scanner_name(), nx_csv_scanner_for(nx_cpu_detect())->name);
    CHECK_STR(nx_sha256_engine_name(), nx_sha256_engine_for(nx_cpu_detect())->name);
    CHECK_STR(nx_words_engine_name(), nx_words_engine_for(nx_cpu_detect())->name);
}

const nx_test nx_suite_init[] = {
    NX_TEST(test_each_family_follows_the_processor),
    {0},
};
