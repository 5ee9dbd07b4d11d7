"""Compensated and exact sums beside math.fsum and fractions, and proven bounds."""

import contextlib
import math
import os
import signal
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from reduce_oracle import layouts, same_bits

import numpy_ext as npx
from numpy_ext.testing import cpu_levels, engine

UNIT = 2.0**-53
finite = st.floats(allow_nan=False, allow_infinity=False)
vectors = hnp.arrays(np.float64, st.integers(0, 60), elements=finite)
EXACT = {"accuracy": "exact"}


def nearest(exact: Fraction) -> float:
    try:
        return float(exact)
    except OverflowError:
        return math.inf if exact > 0 else -math.inf


@given(vectors)
def test_exact_sums_are_those_of_fsum(items):
    fractions = [Fraction(float(x)) for x in items]
    with np.errstate(over="ignore"):
        assert npx.sum(items, **EXACT) == nearest(sum(fractions, Fraction()))
        squares = sum((x * x for x in fractions), Fraction())
        assert npx.sum_of_squares(items, **EXACT) == nearest(squares)
        if len(items):
            mean = sum(fractions) / len(items)
            made = npx.mean(items, **EXACT)
            assert made == pytest.approx(nearest(mean), rel=1e-15, abs=5e-324)
        with contextlib.suppress(OverflowError):  # of a partial sum
            assert npx.sum(items, **EXACT) == math.fsum(items)


@given(vectors, st.randoms(use_true_random=False))
def test_exact_products(items, random):
    others = items.copy()
    random.shuffle(others)
    exact = sum(
        (
            Fraction(float(x)) * Fraction(float(y))
            for x, y in zip(items, others, strict=True)
        ),
        Fraction(),
    )
    with np.errstate(over="ignore"):
        assert npx.dot(items, others, **EXACT) == nearest(exact)


@given(
    hnp.arrays(
        np.float64, st.integers(1, 3000), elements=st.floats(-1e100, 1e100).map(float)
    )
)
def test_bound_of_compensated_sums(items):
    exact = sum(map(Fraction, map(float, items)))
    sizes = sum(abs(Fraction(float(x))) for x in items)
    steps = 32 + 5 + 2
    bound = Fraction(UNIT) * abs(exact) + steps**2 * Fraction(UNIT) ** 2 * sizes
    made = npx.sum(items, accuracy="compensated")
    assert abs(Fraction(float(made)) - exact) <= bound + Fraction(5e-324)


@pytest.mark.parametrize("kind", ["uniform", "signed", "growing"])
def test_bounds_on_many_values(kind):
    """2**25 values: each lane adds 32 items, five joins, 15 levels of blocks."""
    n = 2**25
    rng = np.random.default_rng(11)
    items = rng.random(n)
    if kind == "signed":
        items -= 0.5
    elif kind == "growing":
        items *= np.exp2(np.linspace(0, 40, n))
    exact = float(npx.sum(items, **EXACT))
    sizes = float(npx.norm(items, ord=1, **EXACT))
    steps = 32 + 5 + 15
    assert abs(float(npx.sum(items)) - exact) <= steps * UNIT * sizes * (1 + 1e-9)
    compensated = float(npx.sum(items, accuracy="compensated"))
    assert abs(compensated - exact) <= UNIT * abs(exact) + steps**2 * UNIT**2 * sizes
    squares = float(npx.sum_of_squares(items, **EXACT))
    assert (
        abs(float(npx.sum_of_squares(items)) - squares) <= (steps + 1) * UNIT * squares
    )
    # In practice far less is lost.
    assert abs(float(npx.sum_of_squares(items)) - squares) <= 4 * UNIT * squares


@pytest.mark.parametrize("accuracy", ["compensated", "exact"])
def test_layouts_threads_and_processors_have_the_same_bits(accuracy):
    items = np.random.default_rng(12).standard_normal((70_000, 3))
    functions = (npx.sum, npx.sum_of_squares, npx.norm, npx.sqrt_sum, npx.mean)
    with np.errstate(invalid="ignore"):
        for call in functions:
            wanted = [
                call(items, axis=0, accuracy=accuracy),
                call(items, accuracy=accuracy),
            ]
            for cpu in cpu_levels():
                for threads in (1, 2, 8):
                    with engine(cpu=cpu, threads=threads):
                        assert same_bits(call(items, 0, accuracy=accuracy), wanted[0])
            for array in layouts(items).values():
                assert same_bits(call(array, axis=0, accuracy=accuracy), wanted[0])
                assert same_bits(call(array, accuracy=accuracy), wanted[1])


@pytest.mark.parametrize("accuracy", ["compensated", "exact"])
def test_what_does_not_count(accuracy):
    items = np.random.default_rng(13).random((200, 5))
    holes = np.where(items < 0.3, np.nan, items)
    zeros = np.where(items < 0.3, 0, items)
    for axis in (None, 0, 1):
        wanted = npx.sum(zeros, axis, accuracy=accuracy)
        assert same_bits(npx.sum(holes, axis, skipna=True, accuracy=accuracy), wanted)
        made = npx.sum(items, axis, where=items >= 0.3, accuracy=accuracy)
        assert same_bits(made, wanted)
        masked = np.ma.masked_invalid(holes)
        assert same_bits(
            np.ma.getdata(npx.sum(masked, axis, accuracy=accuracy)), wanted
        )
    assert npx.sum(np.float32([1e8, 1, -1e8, 2**-20]), accuracy=accuracy) == 1 + 2**-20
    assert npx.sum(np.float32([1.5]), accuracy=accuracy).dtype == np.float32


@pytest.mark.parametrize("accuracy", ["compensated", "exact"])
def test_special_values(accuracy):
    inf, nan = np.inf, np.nan
    with np.errstate(all="raise"):
        assert npx.sum([1.0, inf], accuracy=accuracy) == inf
        assert np.isnan(npx.sum([nan, inf], accuracy=accuracy))
        assert npx.norm([3e200, 4e200], accuracy=accuracy) == npx.norm([3e200, 4e200])
        assert npx.norm([3e-310, 4e-310], accuracy=accuracy) == pytest.approx(5e-310)
        assert npx.norm([], accuracy=accuracy) == 0
    with pytest.warns(RuntimeWarning, match="invalid"):
        assert np.isnan(npx.sum([inf, -inf], accuracy=accuracy))
    with pytest.warns(RuntimeWarning, match="overflow"):
        assert npx.sum([1e308, 1e308], accuracy=accuracy) == inf
    with pytest.warns(RuntimeWarning, match="invalid"):
        assert np.isnan(npx.sqrt_sum([-1.0], accuracy=accuracy))


def test_partial_sums_that_overflow():
    items = [1e308, 1e308, -1e308, -1e308, 1.0]
    with np.errstate(all="raise"):
        assert npx.sum(items, **EXACT) == 1
        assert npx.mean([1e308] * 4, **EXACT) == 1e308


def test_integers_take_any_accuracy():
    assert npx.sum([1, 2], accuracy="compensated") == 3
    assert npx.dot([1, 2], [3, 4], accuracy="exact") == 11
    assert npx.mean([1, 2], accuracy="exact") == 1.5
    for call in (npx.sum, npx.norm, npx.mean, npx.sqrt_sum, npx.sum_of_squares):
        for items in ([1.0], [1]):
            with pytest.raises(ValueError, match="accuracy must be 'pairwise', "):
                call(items, accuracy="best")
    with pytest.raises(ValueError, match="accuracy must be"):
        npx.dot([1], [2], accuracy="best")


INTERRUPTED = """
import signal, sys, threading, time
import numpy as np, numpy_ext as npx
signal.signal(signal.SIGINT, signal.default_int_handler)
main = threading.main_thread().ident
items = np.broadcast_to(np.float64(1.5), (1 << 33,))
def interrupt():
    time.sleep(0.3)
    signal.pthread_kill(main, signal.SIGINT)
for call in (npx.sum, npx.var, npx.min, lambda a: npx.sum(a, accuracy="exact"),
             lambda a: npx.sum(a.view("i8"))):
    for threads in (1, 2):
        other = threading.Thread(target=interrupt)
        other.start()
        begin = time.perf_counter()
        try:
            with npx.num_threads(threads):
                call(items)
        except KeyboardInterrupt:
            print(time.perf_counter() - begin)
        other.join()
"""


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="needs POSIX signals")
def test_long_calls_are_interrupted():
    done = subprocess.run(
        [sys.executable, "-P", "-c", INTERRUPTED],
        capture_output=True,
        text=True,
        env={**os.environ},
    )
    assert done.returncode == 0, done.stderr
    seconds = list(map(float, done.stdout.split()))
    assert len(seconds) == 10
    assert max(seconds) < 3


LEVELS = """
import sys, numpy as np, numpy_ext as npx
items = np.random.default_rng(1).standard_normal((50_000, 7))
for axis in (None, 0, 1):
    for call in (npx.sum, npx.var, npx.norm, npx.min, npx.sum_of_squares):
        sys.stdout.buffer.write(np.asarray(call(items, axis)).tobytes())
    for accuracy in ("compensated", "exact"):
        made = npx.sum(items, axis, accuracy=accuracy)
        sys.stdout.buffer.write(np.asarray(made).tobytes())
"""


def test_processes_without_vectors_have_the_same_bits():
    found = [
        subprocess.run(
            [sys.executable, "-P", "-c", LEVELS],
            capture_output=True,
            check=True,
            env={**os.environ, "NUMPY_EXT_DISABLE_CPU": disabled},
        ).stdout
        for disabled in ("", "avx2,avx512")
    ]
    assert len(found[0]) > 1_000_000
    assert found[0] == found[1]
