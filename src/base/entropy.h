/* Random bits that nobody outside the process can foresee. */
#ifndef NX_BASE_ENTROPY_H
#define NX_BASE_ENTROPY_H

#include <stdint.h>

/* 64 bits from the operating system; where it gives none, bits mixed of clocks and
 * addresses, which are hard to foresee but no secret for cryptography. Cannot fail; any
 * thread. About a microsecond. */
uint64_t nx_entropy(void);

#endif
