#include "binding/py_wait.h"

#include <string.h>

static bool
run_signal_handlers(void *context)
{
    nx_py_detached *detached = context;
    PyEval_RestoreThread(detached->state);
    const bool go_on = PyErr_CheckSignals() == 0;
    detached->state = PyEval_SaveThread();
    return go_on;
}

void
nx_py_detach(nx_py_detached *detached, bool handle_signals)
{
    memset(detached, 0, sizeof *detached);
    atomic_init(&detached->cancel.requested, false);
    detached->wait = (nx_wait){
        .poll = handle_signals ? run_signal_handlers : NULL,
        .context = detached,
        .cancel = &detached->cancel,
    };
    detached->state = PyEval_SaveThread();
}

void
nx_py_attach(nx_py_detached *detached)
{
    PyEval_RestoreThread(detached->state);
}
