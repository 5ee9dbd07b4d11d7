#include "binding/py_square.h"

#include <fenv.h>

#include "binding/py_reduce_view.h"
#include "binding/py_text_loop.h"
#include "reduce/square.h"
#include "thread/parallel.h"

enum {
    PIECE_BYTES = 1 << 20, /* of results that a thread takes at a time */
    LARGE_BYTES = 1 << 22  /* from which threads are worth their start */
};

static const int types[] = {
    NPY_BYTE, NPY_UBYTE, NPY_SHORT,  NPY_USHORT,   NPY_INT,
    NPY_UINT, NPY_LONG,  NPY_ULONG,  NPY_LONGLONG, NPY_ULONGLONG,
    NPY_HALF, NPY_FLOAT, NPY_DOUBLE, NPY_NOTYPE,
};

typedef struct square_loop {
    nx_item_type type;
    const char *items;
    char *squares;
    ptrdiff_t item_step, square_step;
    size_t n, piece;
    bool far;
    atomic_int flags;
} square_loop;

/* The index of an integer that is too large is the column of the error. */
static nx_status
square_piece(void *context, size_t number, unsigned worker, nx_error *error)
{
    square_loop *const loop = context;
    const size_t first = number * loop->piece, left = loop->n - first;
    const size_t n = left < loop->piece ? left : loop->piece;
    (void)worker;
    const size_t fitting =
        nx_square(loop->type, loop->items + (ptrdiff_t)first * loop->item_step,
                  loop->item_step, loop->squares + (ptrdiff_t)first * loop->square_step,
                  loop->square_step, n, loop->far);
    atomic_fetch_or_explicit(&loop->flags, fetestexcept(FE_ALL_EXCEPT),
                             memory_order_relaxed);
    if (fitting < n) {
        return nx_error_set(error, NX_ERR_OVERFLOW, 0,
                            "the square of an item is out of the range of its dtype");
    }
    return NX_OK;
}

static int
set_exception(const nx_error *error)
{
    const PyGILState_STATE state = PyGILState_Ensure();
    PyErr_SetString(PyExc_OverflowError, error->msg);
    PyGILState_Release(state);
    return -1;
}

static int
run(PyArrayMethod_Context *context, char *const *data, const npy_intp *dimensions,
    const npy_intp *steps, NpyAuxData *Py_UNUSED(auxiliary))
{
    square_loop loop = {
        .items = data[0],
        .squares = data[1],
        .item_step = steps[0],
        .square_step = steps[1],
        .n = (size_t)dimensions[0],
    };
    nx_error error;
    unsigned threads = 1;
    (void)nx_py_item_type(context->descriptors[0], &loop.type);
    const size_t size = nx_item_size(loop.type), bytes = loop.n * size;
    atomic_init(&loop.flags, 0);
    loop.far = bytes > NX_SQUARE_FAR_FROM;
    loop.piece = PIECE_BYTES / size;
    if (bytes >= LARGE_BYTES && (threads = nx_py_thread_count()) == 0) {
        return -1;
    }
    const size_t pieces = loop.n / loop.piece + (loop.n % loop.piece != 0);
    if (nx_parallel_for(pieces, threads, square_piece, &loop, NULL, &error) != NX_OK) {
        return set_exception(&error);
    }
    /* NumPy looks at the flags of this thread. */
    (void)feraiseexcept(atomic_load(&loop.flags) & ~FE_INEXACT);
    return 0;
}

const nx_py_ufunc nx_py_ufunc_square = {
    .name = "square",
    .doc =
        "The square of every number, in its dtype.\n\n"
        "Numbers as for `numpy_ext.square`, which takes masked arrays too and says "
        "which\n"
        "integer does not fit.",
    .inputs = 1,
    .other_types = {NX_UFUNC_SAME_TYPE},
    .float_errors = true,
    .loops = {{types, run}},
};
