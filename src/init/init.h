/* The one place that picks the CPU variants of every family. */
#ifndef NX_INIT_INIT_H
#define NX_INIT_INIT_H

#include "base/cpu.h"

/* Prepares every family for a processor. Called once by the binding before
 * anything else runs (tests call it again to force a variant; no other call may
 * be under way). */
void nx_init(nx_cpu cpu);

#endif
