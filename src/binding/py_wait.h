/* Long calls without the interpreter lock that still notice Ctrl-C. */
#ifndef NX_BINDING_PY_WAIT_H
#define NX_BINDING_PY_WAIT_H

#include "binding/np_api.h"

#include "thread/parallel.h"

/* A call that is detached from the interpreter. Lives on the caller's stack
 * between nx_py_detach and nx_py_attach. */
typedef struct nx_py_detached {
    PyThreadState *state;
    nx_cancel cancel;
    nx_wait wait; /* what to hand to the library */
} nx_py_detached;

/* Lets go of the interpreter. Until nx_py_attach only the library may be called.
 * With `handle_signals`, for the main thread (on others Python runs no handlers),
 * it comes back every 50 ms or so to run signal handlers, and an exception in one
 * of them (KeyboardInterrupt) cancels the call. */
void nx_py_detach(nx_py_detached *detached, bool handle_signals);

void nx_py_attach(nx_py_detached *detached);

#endif
