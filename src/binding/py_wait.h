/* Long calls without the interpreter lock that still notice Ctrl-C and report how far
 * they are. */
#ifndef NX_BINDING_PY_WAIT_H
#define NX_BINDING_PY_WAIT_H

#include "binding/np_api.h"

#include "thread/parallel.h"

/* A call that is detached from the interpreter. Lives on the caller's stack
 * between nx_py_detach and nx_py_attach. */
typedef struct nx_py_detached {
    PyThreadState *state;
    nx_cancel cancel;
    nx_progress progress;
    bool handle_signals;
    PyObject *report; /* the caller's callable, NULL if there is none */
    nx_wait wait;     /* what to hand to the library */
} nx_py_detached;

/* Lets go of the interpreter. Until nx_py_attach only the library may be called.
 * With `handle_signals`, for the main thread (on others Python runs no handlers),
 * it comes back every 50 ms or so to run signal handlers, and an exception in one
 * of them (KeyboardInterrupt) cancels the call. */
void nx_py_detach(nx_py_detached *detached, bool handle_signals);

/* The same for a call that is long enough; another one is over sooner than the
 * interpreter is let go of, and keeps it. */
void nx_py_detach_if(nx_py_detached *detached, bool is_long, bool handle_signals);

/* As nx_py_detach, and on any thread calls `report(done, total)` as often, unless it
 * is None: `done` is what the library has said by nx_wait_advance, `total` at most. An
 * exception in it cancels the call. */
void nx_py_detach_reporting(nx_py_detached *detached, bool handle_signals,
                            PyObject *report, uint64_t total);

void nx_py_attach(nx_py_detached *detached);

/* After nx_py_attach, for a call that succeeded: `report(total, total)`. False when
 * that raises. */
bool nx_py_report_end(nx_py_detached *detached);

#endif
