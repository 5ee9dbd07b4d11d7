#include "binding/py_ufuncs.h"

#include <string.h>

#include "binding/py_digest_ufuncs.h"
#include "binding/py_square.h"
#include "binding/py_words.h"

static const char MODULE[] =
    "numpy_ext.ufuncs"; /* where users, and pickle, find them */

const int nx_py_text_types[] = {NPY_STRING,  NPY_VOID,   NPY_UNICODE,
                                NPY_VSTRING, NPY_OBJECT, NPY_NOTYPE};

/* All C types: two of them may be of one size, and are different types to NumPy. */
const int nx_py_number_types[] = {
    NPY_BOOL,      NPY_BYTE, NPY_UBYTE, NPY_SHORT,  NPY_USHORT,
    NPY_INT,       NPY_UINT, NPY_LONG,  NPY_ULONG,  NPY_LONGLONG,
    NPY_ULONGLONG, NPY_HALF, NPY_FLOAT, NPY_DOUBLE, NPY_NOTYPE,
};

const int nx_py_float_types[] = {NPY_DOUBLE, NPY_NOTYPE};

static const nx_py_ufunc *const ufuncs[] = {
    &nx_py_ufunc_sha256,
    &nx_py_ufunc_hash64,
    &nx_py_ufunc_word_count,
    &nx_py_ufunc_square,
};

/* The descriptor that a loop works with in place of the one given for its first
 * operand; NULL with an exception set. */
static PyArray_Descr *
resolve_first(PyArray_DTypeMeta *dtype, PyArray_Descr *given)
{
    switch (given->type_num) {
        case NPY_VOID:
            if (PyDataType_REFCHK(given)) {
                PyErr_Format(
                    PyExc_TypeError,
                    "items of %R hold Python objects, whose bytes are addresses",
                    given);
                return NULL;
            }
            break;
        case NPY_UNICODE:
            if (!PyArray_ISNBO(given->byteorder)) {
                return PyArray_DescrNewByteorder(given, NPY_NATIVE);
            }
            break;
        case NPY_STRING:
        case NPY_VSTRING: /* the instance that holds the strings of this very array */
            break;
        default:
            return PyArray_GetDefaultDescr(dtype);
    }
    Py_INCREF(given);
    return given;
}

static NPY_CASTING
resolve(PyArray_DTypeMeta *const *dtypes, int operands,
        PyArray_Descr *const *given_descrs, PyArray_Descr **loop_descrs)
{
    for (int i = 0; i < operands; i++) {
        loop_descrs[i] = i == 0 ? resolve_first(dtypes[0], given_descrs[0])
                                : PyArray_GetDefaultDescr(dtypes[i]);
        if (loop_descrs[i] == NULL) {
            while (i-- > 0) {
                Py_CLEAR(loop_descrs[i]);
            }
            return (NPY_CASTING)-1;
        }
    }
    return NPY_NO_CASTING;
}

/* NumPy does not say how many operands there are: a resolver for each number. */
static NPY_CASTING
resolve_two(struct PyArrayMethodObject_tag *Py_UNUSED(method),
            PyArray_DTypeMeta *const *dtypes, PyArray_Descr *const *given_descrs,
            PyArray_Descr **loop_descrs, npy_intp *Py_UNUSED(view_offset))
{
    return resolve(dtypes, 2, given_descrs, loop_descrs);
}

static NPY_CASTING
resolve_three(struct PyArrayMethodObject_tag *Py_UNUSED(method),
              PyArray_DTypeMeta *const *dtypes, PyArray_Descr *const *given_descrs,
              PyArray_Descr **loop_descrs, npy_intp *Py_UNUSED(view_offset))
{
    return resolve(dtypes, 3, given_descrs, loop_descrs);
}

/* The class of a type number, borrowed: types of NumPy itself live on. */
static PyArray_DTypeMeta *
dtype_of(int type_number)
{
    PyArray_Descr *descr = PyArray_DescrFromType(type_number);
    if (descr == NULL) {
        return NULL;
    }
    PyArray_DTypeMeta *dtype = NPY_DTYPE(descr);
    Py_DECREF(descr);
    return dtype;
}

static int
add_loop(PyObject *ufunc, const nx_py_ufunc *table, const nx_py_ufunc_loop *loop,
         int first_type)
{
    PyArray_DTypeMeta *dtypes[NX_UFUNC_OPERANDS];
    for (int i = 0; i <= table->inputs; i++) {
        const int type = i == 0 ? first_type : table->other_types[i - 1];
        dtypes[i] = dtype_of(type == NX_UFUNC_SAME_TYPE ? first_type : type);
        if (dtypes[i] == NULL) {
            return -1;
        }
    }
    PyType_Slot slots[] = {
        {NPY_METH_resolve_descriptors,
         table->inputs == 1 ? (void *)resolve_two : (void *)resolve_three},
        {NPY_METH_strided_loop, (void *)loop->run},
        {0, NULL},
    };
    PyArrayMethod_Spec spec = {
        .name = table->name,
        .nin = table->inputs,
        .nout = 1,
        .casting = NPY_NO_CASTING,
        .flags = (table->float_errors ? 0 : NPY_METH_NO_FLOATINGPOINT_ERRORS) |
                 (first_type == NPY_OBJECT ? NPY_METH_REQUIRES_PYAPI : 0),
        .dtypes = dtypes,
        .slots = slots,
    };
    return PyUFunc_AddLoopFromSpec(ufunc, &spec);
}

static int
add_loops(PyObject *ufunc, const nx_py_ufunc *table)
{
    for (int i = 0; i < 2 && table->loops[i].run != NULL; i++) {
        const int *type = table->loops[i].first_types;
        for (; *type != NPY_NOTYPE; type++) {
            if (add_loop(ufunc, table, &table->loops[i], *type) < 0) {
                return -1;
            }
        }
    }
    return 0;
}

static const nx_py_ufunc *
table_of(PyObject *ufunc)
{
    const char *const name = ((PyUFuncObject *)ufunc)->name;
    for (size_t i = 0; i < sizeof ufuncs / sizeof ufuncs[0]; i++) {
        if (strcmp(name, ufuncs[i]->name) == 0) {
            return ufuncs[i];
        }
    }
    return NULL;
}

static bool
is_of_floats(const nx_py_ufunc *table)
{
    return table->loops[0].first_types == nx_py_float_types;
}

/* What a first input without a loop of its own is converted to. */
static PyArray_DTypeMeta *
promoted_first(const nx_py_ufunc *table, PyArray_DTypeMeta *given)
{
    if (is_of_floats(table) || given == &PyArray_PyFloatDType) {
        return &PyArray_DoubleDType;
    }
    return given == &PyArray_PyLongDType ? &PyArray_Int64DType : given;
}

static PyArray_DTypeMeta *
promoted_other(const nx_py_ufunc *table, int operand, PyArray_DTypeMeta *first)
{
    const int type = table->other_types[operand - 1];
    return type == NX_UFUNC_SAME_TYPE ? first : dtype_of(type);
}

/* Says which types the inputs are converted to, the output in any case that of the
 * table. NumPy then checks whether the values fit. */
static int
promote(PyObject *ufunc, PyArray_DTypeMeta *const *op_dtypes,
        PyArray_DTypeMeta *const *signature, PyArray_DTypeMeta **new_op_dtypes)
{
    const nx_py_ufunc *const table = table_of(ufunc);
    for (int i = 0; table != NULL && i <= table->inputs; i++) {
        new_op_dtypes[i] = signature[i] != NULL ? signature[i]
                           : i == 0 ? promoted_first(table, op_dtypes[0])
                                    : promoted_other(table, i, new_op_dtypes[0]);
        Py_XINCREF(new_op_dtypes[i]);
    }
    return table == NULL ? -1 : 0;
}

/* For inputs of these types, None being any; `second` only if there is one. */
static int
add_promoter(PyObject *ufunc, const nx_py_ufunc *table, void *first, void *second)
{
    PyObject *types = table->inputs == 1 ? PyTuple_Pack(2, first, Py_None)
                                         : PyTuple_Pack(3, first, second, Py_None);
    PyObject *promoter = PyCapsule_New((void *)promote, "numpy._ufunc_promoter", NULL);
    const int failed = types == NULL || promoter == NULL
                           ? -1
                           : PyUFunc_AddPromoter(ufunc, types, promoter);
    Py_XDECREF(types);
    Py_XDECREF(promoter);
    return failed;
}

/* A ufunc of floats converts whatever has no loop. Of two inputs one may be a Python
 * number, which has none, or both may. NumPy takes the first pair of types that no
 * other one narrows: the narrow ones come first. */
static int
add_promoters(PyObject *ufunc, const nx_py_ufunc *table)
{
    void *const whole = &PyArray_PyLongDType, *const real = &PyArray_PyFloatDType;
    void *const pairs[][2] = {
        {whole, whole},   {real, whole},   {Py_None, whole},
        {whole, Py_None}, {real, Py_None},
    };
    if (is_of_floats(table)) {
        return add_promoter(ufunc, table, Py_None, Py_None);
    }
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0] && table->inputs == 2; i++) {
        if (add_promoter(ufunc, table, pairs[i][0], pairs[i][1]) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
set_text(PyObject *object, const char *attribute, const char *text)
{
    PyObject *value = PyUnicode_FromString(text);
    const int failed =
        value == NULL ? -1 : PyObject_SetAttrString(object, attribute, value);
    Py_XDECREF(value);
    return failed;
}

static PyObject *
make_ufunc(const nx_py_ufunc *table)
{
    PyObject *ufunc = PyUFunc_FromFuncAndDataAndSignature(
        NULL, NULL, NULL, 0, table->inputs, 1, PyUFunc_None, table->name, table->doc, 0,
        table->signature);
    if (ufunc != NULL &&
        (add_loops(ufunc, table) < 0 || add_promoters(ufunc, table) < 0 ||
         set_text(ufunc, "__module__", MODULE) < 0 ||
         set_text(ufunc, "__qualname__", table->name) < 0)) {
        Py_CLEAR(ufunc);
    }
    return ufunc;
}

int
nx_py_ufuncs_add(PyObject *module)
{
    PyObject *by_name = PyDict_New();
    int failed = by_name == NULL ? -1 : 0;
    for (size_t i = 0; i < sizeof ufuncs / sizeof ufuncs[0] && failed == 0; i++) {
        PyObject *ufunc = make_ufunc(ufuncs[i]);
        failed =
            ufunc == NULL ? -1 : PyDict_SetItemString(by_name, ufuncs[i]->name, ufunc);
        Py_XDECREF(ufunc);
    }
    if (failed == 0) {
        failed = PyModule_AddObjectRef(module, "ufuncs", by_name);
    }
    Py_XDECREF(by_name);
    return failed;
}
