"""The files that `./dev new-kernel` writes: paths and contents, ${name} for the name.

What is to be changed first stands in them as x / (1 + |x|).
"""

__all__ = ["FILES"]

HEADER = """\
/* ${name} of float64: x / (1 + |x|). */
#ifndef NX_${FOLDER}_${NAME}_H
#define NX_${FOLDER}_${NAME}_H

#include <stddef.h>

/* Writes a result for each of n numbers. The steps are bytes from one number to the
 * next, of any sign or 0; all numbers are aligned. The results may take the place of
 * the numbers, with the same step, and overlap them in no other way. Both infinities
 * and NaN give NaN. Cannot fail; any thread. */
void nx_${name}(const double *x, ptrdiff_t x_step, double *result,
    ptrdiff_t result_step, size_t n);

#endif
"""

SOURCE = """\
#include "${folder}/${name}.h"

#include <math.h>

void
nx_${name}(const double *x, ptrdiff_t x_step, double *result, ptrdiff_t result_step,
    size_t n)
{
    const char *from = (const char *)x;
    char *to = (char *)result;
    for (size_t i = 0; i < n; i++) {
        const double value = *(const double *)(const void *)from;
        *(double *)(void *)to = value / (1 + fabs(value));
        from += x_step;
        to += result_step;
    }
}
"""

C_TEST = """\
#include "harness.h"

#include <math.h>

#include "base/alloc.h"
#include "${folder}/${name}.h"

enum {
    STEP = sizeof(double)
};

static void
test_values(void)
{
    static const struct {
        double x, result;
    } cases[] = {
        {0.0, 0.0}, {1.0, 0.5}, {-1.0, -0.5}, {-3.0, -0.75}, {1e300, 1.0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double result = 9;
        nx_${name}(&cases[i].x, STEP, &result, STEP, 1);
        CHECK(result == cases[i].result);
    }
    static const double without[] = {INFINITY, -INFINITY, NAN};
    double results[3] = {0};
    nx_${name}(without, STEP, results, STEP, 3);
    for (int i = 0; i < 3; i++) {
        CHECK(isnan(results[i]));
    }
}

/* Memory of the exact size, so that the address sanitizer sees a step beyond it. */
static void
test_every_length_in_place(void)
{
    for (size_t n = 0; n <= 40; n++) {
        double *const x = nx_alloc(n + (n == 0), sizeof *x);
        for (size_t i = 0; i < n; i++) {
            x[i] = (double)i;
        }
        nx_${name}(x, STEP, x, STEP, n);
        for (size_t i = 0; i < n; i++) {
            CHECK(x[i] == (double)i / (double)(1 + i));
        }
        nx_free(x);
    }
}

static void
test_steps(void)
{
    const double x[] = {0, 1, 2, 3, 4, 5};
    double result[6] = {9, 9, 9, 9, 9, 9};
    nx_${name}(x + 5, -2 * STEP, result, 2 * STEP, 3);
    CHECK(result[0] == 5.0 / 6 && result[2] == 3.0 / 4 && result[4] == 1.0 / 2);
    CHECK(result[1] == 9 && result[3] == 9 && result[5] == 9);
    nx_${name}(x + 1, 0, result, STEP, 3);
    CHECK(result[0] == 0.5 && result[1] == 0.5 && result[2] == 0.5 && result[3] == 9);
}

const nx_test nx_suite_${name}[] = {
    NX_TEST(test_values),
    NX_TEST(test_every_length_in_place),
    NX_TEST(test_steps),
    {0},
};
"""

BINDING_HEADER = """\
/* The ufunc ${name}. */
#ifndef NX_BINDING_PY_${NAME}_H
#define NX_BINDING_PY_${NAME}_H

#include "binding/py_ufuncs.h"

/* ${name}(float64) -> float64. */
extern const nx_py_ufunc nx_py_ufunc_${name};

#endif
"""

BINDING_SOURCE = """\
#include "binding/py_${name}.h"

#include "${folder}/${name}.h"

static int
${name}_loop(PyArrayMethod_Context *Py_UNUSED(context), char *const *data,
    const npy_intp *dimensions, const npy_intp *steps,
    NpyAuxData *Py_UNUSED(auxiliary))
{
    nx_${name}((const double *)(const void *)data[0], steps[0],
        (double *)(void *)data[1], steps[1], (size_t)dimensions[0]);
    return 0;
}

/* Other types: those of the input are named in the loop (a list like those of
 * py_ufuncs.h), that of the output in other_types; the loop is told which input it has
 * by context->descriptors[0]->type_num. */
const nx_py_ufunc nx_py_ufunc_${name} = {
    .name = "${name}",
    .doc = "x / (1 + |x|) of every number.\\n\\n"
           "Numbers as for `numpy_ext.${name}`, which takes masked arrays too.",
    .inputs = 1,
    .other_types = {NPY_DOUBLE},
    .loops = {{nx_py_float_types, ${name}_loop}},
};
"""

FACADE = '''\
"""${name} of every number of an array."""

from typing import Any, overload

import numpy as np
import numpy.typing as npt

from numpy_ext import ufuncs
from numpy_ext._items import Items, apply

__all__ = ["${name}"]


@overload
def ${name}(x: int | float) -> np.float64: ...
@overload
def ${name}(x: Items) -> npt.NDArray[np.float64]: ...
def ${name}(x: Any) -> np.float64 | npt.NDArray[np.float64]:
    r"""Return ``x / (1 + abs(x))`` of a number, or of every number of an array.

    Parameters
    ----------
    x : int, float or array_like
        Bools, integers and floats of up to 64 bits, of any shape; converted to float64.

    Returns
    -------
    numpy.float64 or ndarray of float64
        In the shape of `x`; a masked array if `x` is one. NaN for infinities and NaN.

    Raises
    ------
    TypeError
        For items of other dtypes.

    See Also
    --------
    numpy_ext.ufuncs.${name} : The ufunc, with ``out=`` and ``where=``.

    Examples
    --------
    >>> import numpy as np
    >>> import numpy_ext as npx
    >>> npx.${name}(np.array([-3.0, 0.0, 1.0]))
    array([-0.75,  0.  ,  0.5 ])
    """
    numbers = np.asanyarray(x)
    if numbers.dtype.kind not in "biuf" or numbers.dtype.itemsize > 8:
        raise TypeError(
            "${name} takes bools, integers and floats of up to 64 bits, "
            f"got dtype {numbers.dtype}: convert it, as in a.astype(np.float64)"
        )
    results: np.float64 | npt.NDArray[np.float64] = apply(ufuncs.${name}, numbers)
    return results
'''

PYTHON_TEST = '''\
"""${name} against NumPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as hnp

import numpy_ext as npx
from numpy_ext import ufuncs


def oracle(x):
    x = np.asarray(x).astype(np.float64)
    with np.errstate(invalid="ignore"):
        return x / (1 + np.abs(x))


@given(hnp.arrays(np.float64, hnp.array_shapes(max_dims=3, max_side=20)))
def test_results_are_those_of_numpy(x):
    result = npx.${name}(x)
    assert result.dtype == np.float64
    np.testing.assert_array_equal(result, oracle(x))


def layouts():
    flat = np.linspace(-5, 5, 48)
    grid = flat.reshape(4, 3, 4)
    records = np.zeros(5, dtype=[("pad", "S1"), ("x", "f8")])
    records["x"] = flat[:5]
    fixed = flat.copy()
    fixed.flags.writeable = False
    return {
        "contiguous": flat,
        "every third, backwards": flat[::-3],
        "zero stride": np.broadcast_to(flat[7], 9),
        "0-d": flat[7:8].reshape(()),
        "empty": grid[:0],
        "Fortran": np.asfortranarray(grid),
        "transposed": grid.T,
        "slice": grid[:, ::2, ::-1],
        "unaligned": records["x"],
        "byte-swapped": flat.astype(flat.dtype.newbyteorder()),
        "read-only": fixed,
    }


@pytest.mark.parametrize("name", layouts())
def test_layouts(name):
    x = layouts()[name]
    result = npx.${name}(x)
    assert result.shape == x.shape
    np.testing.assert_array_equal(result, oracle(x))


@pytest.mark.parametrize("dtype", ["?", "i1", "u2", "i4", "u8", "f2", "f4", ">i8"])
def test_other_numbers_are_converted(dtype):
    x = np.arange(20).astype(dtype)
    for result in (npx.${name}(x), npx.${name}(x.tolist()), ufuncs.${name}(x)):
        assert result.dtype == np.float64
        np.testing.assert_array_equal(result, oracle(x))


def test_single_numbers():
    for x in (3, -0.5, True, np.float32(2), np.int8(-3)):
        for result in (npx.${name}(x), ufuncs.${name}(x)):
            assert type(result) is np.float64
            assert result == oracle(x)


def test_masked_items_are_not_looked_at_and_stay_masked():
    x = np.ma.MaskedArray([[1.0, np.nan], [3.0, 4.0]], mask=[[0, 1], [1, 0]])
    result = npx.${name}(x)
    assert isinstance(result, np.ma.MaskedArray)
    assert result.mask.tolist() == x.mask.tolist()
    np.testing.assert_array_equal(result.compressed(), oracle(x.compressed()))


def test_out_and_where():
    x = np.linspace(-2, 2, 9)
    out = np.full(9, 7.0)
    assert ufuncs.${name}(x, out=out, where=x > 0) is out
    np.testing.assert_array_equal(out, np.where(x > 0, oracle(x), 7))
    expected = oracle(x)
    ufuncs.${name}(x, out=x)
    np.testing.assert_array_equal(x, expected)


@pytest.mark.parametrize("threads", [1, 2, 8])
def test_results_do_not_depend_on_threads(threads):
    x = np.random.default_rng(1).normal(size=100_000)
    with npx.num_threads(threads):
        np.testing.assert_array_equal(npx.${name}(x), oracle(x))


@pytest.mark.parametrize("dtype", ["c16", "O", "U3", "M8[s]", "longdouble"])
def test_what_is_no_such_number_is_refused(dtype):
    message = r"^${name} takes bools, .*: convert it, as in a\\.astype"
    with pytest.raises(TypeError, match=message):
        npx.${name}(np.zeros(2, dtype=dtype))
'''

BENCH = '''\
"""Rows of ${name} for `./dev bench text`."""

import numpy as np
from contests import Contest, Row

import numpy_ext as npx

__all__ = ["ROWS"]


def numbers(items: int) -> Contest:
    x = np.random.default_rng(1).normal(size=items)
    listed = x.tolist()
    return Contest(
        items,
        {
            "array": lambda: npx.${name}(x),
            "NumPy": lambda: x / (1 + np.abs(x)),
            "Python": lambda: [number / (1 + abs(number)) for number in listed],
        },
        list,
    )


ROWS = [Row("${name}", "${name} of 1,000,000 numbers", numbers, 1_000_000)]
'''

FILES = {
    "src/${folder}/${name}.h": HEADER,
    "src/${folder}/${name}.c": SOURCE,
    "tests/c/${folder}/test_${name}.c": C_TEST,
    "src/binding/py_${name}.h": BINDING_HEADER,
    "src/binding/py_${name}.c": BINDING_SOURCE,
    "numpy_ext/_${name}.py": FACADE,
    "tests/python/test_${name}.py": PYTHON_TEST,
    "benchmarks/text_${name}.py": BENCH,
}
