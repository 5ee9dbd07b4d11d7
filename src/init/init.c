#include "init/init.h"

#include "csv/csv_read.h"

void
nx_init(nx_cpu cpu)
{
    nx_csv_init(cpu);
}
