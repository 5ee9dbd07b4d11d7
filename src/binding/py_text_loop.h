/* Loops of ufuncs over texts, whatever dtype they come in.
 *
 * A kernel sees batches of spans. What the items are is settled here: S without the
 * NULs that end it, V in full, U and StringDType as UTF-8, of objects bytes in full and
 * str as UTF-8. Anything else is an error that says what was found. Large loops run on
 * as many threads as numpy_ext.num_threads says, and without the interpreter lock.
 */
#ifndef NX_BINDING_PY_TEXT_LOOP_H
#define NX_BINDING_PY_TEXT_LOOP_H

#include "binding/np_api.h"

#include "base/span.h"

enum {
    NX_TEXT_BATCH = 256 /* texts that a kernel gets at once, at most */
};

/* Handles n texts. args[i] is where operand i of the first one of them is and steps
 * those of the loop; args[0] is not to be looked at. Runs on any thread, without the
 * interpreter. */
typedef void (*nx_text_kernel)(const nx_span *texts, size_t n, char *const *args,
                               const npy_intp *steps);

/* The body of a PyArrayMethod_StridedLoop of `operands` operands whose first one is
 * text. 0, or -1 with an exception set. */
int nx_py_text_loop(const PyArrayMethod_Context *context, char *const *data,
                    const npy_intp *dimensions, const npy_intp *steps, int operands,
                    nx_text_kernel kernel);

#endif
