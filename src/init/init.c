#include "init/init.h"

#include "csv/csv_read.h"
#include "digest/sha256.h"
#include "json/json_escape.h"
#include "json/json_read.h"
#include "reduce/extremes.h"
#include "reduce/lanes.h"
#include "reduce/pair_lanes.h"
#include "sort/sort_engine.h"
#include "text/code_page.h"
#include "text/words.h"

void
nx_init(nx_cpu cpu)
{
    nx_csv_init(cpu);
    nx_json_read_init(cpu);
    nx_sha256_init(cpu);
    nx_json_escape_init(cpu);
    nx_sort_init(cpu);
    nx_code_page_init(cpu);
    nx_words_init(cpu);
    nx_lanes_init(cpu);
    nx_pairs_init(cpu);
    nx_extremes_init(cpu);
}
