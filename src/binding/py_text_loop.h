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

/* What the bytes of a text are. */
typedef enum nx_text_form {
    NX_TEXT_BYTES, /* bytes: S, V, and objects that are bytes */
    NX_TEXT_UTF8,  /* characters */
    NX_TEXT_UCS4 /* characters, four aligned bytes each: U, for who takes code points */
} nx_text_form;

typedef struct nx_text_kernel {
    int operands; /* inputs and the output; the first one is text */
    /* Also takes UCS-4, and what has no UTF-8: a str with surrogates comes with each of
     * them encoded as if it were a character. */
    bool code_points;
    /* Handles n texts of one form. args[i] is where operand i of the first one of them
     * is and steps those of the loop; args[0] is not to be looked at. Runs on any
     * thread, without the interpreter. */
    void (*run)(const nx_span *texts, size_t n, nx_text_form form, char *const *args,
                const npy_intp *steps);
} nx_text_kernel;

/* Whether items of a dtype are text or bytes in one of these ways. Not records: between
 * their fields may be bytes that mean nothing, and in them addresses of objects. */
bool nx_py_is_text(const PyArray_Descr *descr);

/* What numpy_ext.num_threads says; 0 with an exception set. Takes the interpreter, so
 * that loops may call it. */
unsigned nx_py_thread_count(void);

/* The body of a PyArrayMethod_StridedLoop. 0, or -1 with an exception set. */
int nx_py_text_loop(const PyArrayMethod_Context *context, char *const *data,
                    const npy_intp *dimensions, const npy_intp *steps,
                    const nx_text_kernel *kernel);

#endif
