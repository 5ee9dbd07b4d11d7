"""sort and argsort against NumPy's stable sorts."""

import os
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import numpy_ext as npx

DTYPES = ["?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8",
          "M8[D]", "M8[ns]", "m8[s]"]  # fmt: skip
SWAPPED = [">i2", ">u4", ">i8", ">f2", ">f4", ">f8", ">M8[us]"]
SHAPES = hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=20)


def stable_order(array, axis, descending):
    """Return the stable order by NumPy's; falling as the mirror of a rising one."""
    if not descending:
        return np.argsort(array, axis=axis, kind="stable")
    count = array.shape[axis]
    mirrored = np.flip(array, axis)
    order = count - 1 - np.flip(np.argsort(mirrored, axis=axis, kind="stable"), axis)
    if array.dtype.kind in "fmM":  # what is missing is first now
        missing = np.isnan(np.take_along_axis(array, order, axis))
        behind = np.argsort(missing, axis=axis, kind="stable")
        order = np.take_along_axis(order, behind, axis)
    return order


def check(array, axis=-1):
    before = array.tobytes()
    for descending in (False, True):
        wanted = stable_order(array, axis, descending)
        order = npx.argsort(array, axis, descending=descending)
        assert type(order) is np.ndarray
        assert order.dtype == np.intp
        np.testing.assert_array_equal(order, wanted)
        result = npx.sort(array, axis, descending=descending)
        expected = np.take_along_axis(array, wanted, axis)
        assert type(result) is np.ndarray
        assert result.dtype == array.dtype.newbyteorder("=")
        assert result.shape == array.shape
        assert result.flags.writeable
        assert result.tobytes() == expected.astype(result.dtype).tobytes()
    assert array.tobytes() == before


# ---- Every dtype ------------------------------------------------------------


@given(st.data())
def test_every_dtype_shape_and_axis(data):
    dtype = data.draw(st.sampled_from(DTYPES + SWAPPED))
    array = data.draw(hnp.arrays(dtype, SHAPES))
    axis = data.draw(st.integers(-array.ndim, array.ndim - 1))
    check(array, axis)


@given(st.data())
def test_zeros_and_nan_keep_their_order_and_their_bits(data):
    width = data.draw(st.sampled_from([2, 4, 8]))
    sign, infinity = 1 << (8 * width - 1), {2: 0x7C00, 4: 0xFF << 23, 8: 0x7FF << 52}
    special = [0, sign, 1, sign | 1, infinity[width], sign | infinity[width]]
    special += [infinity[width] + n for n in (1, 2, 99)]
    special += [sign | infinity[width] + n for n in (1, 2, 99)]
    bits = data.draw(st.lists(st.sampled_from(special), max_size=300))
    check(np.array(bits, dtype=f"u{width}").view(f"f{width}"))


@given(hnp.arrays("M8[s]", st.integers(0, 60), elements=st.sampled_from(
    np.array([0, -(2**63), 1 - 2**63, 2**63 - 1, 5]).view("M8[s]"))))  # fmt: skip
def test_nat_comes_last(array):
    check(array)
    check(array.view("m8[s]"))


def test_axis_none_sorts_all_items():
    array = np.array([[3, 1], [2, 1]])
    assert npx.sort(array, None).tolist() == [1, 1, 2, 3]
    assert npx.argsort(array, None, descending=True).tolist() == [0, 2, 1, 3]
    assert npx.sort(np.array(7), None).tolist() == [7]


def test_lists_scalars_and_what_numpy_can_see():
    assert npx.sort([3, 1, 2]).tolist() == [1, 2, 3]
    assert npx.argsort((2.5, -1)).tolist() == [1, 0]
    assert npx.sort([]).dtype == np.float64
    assert npx.argsort([]).tolist() == []
    assert npx.sort([[2, 1], [0, 5]], 0).tolist() == [[0, 1], [2, 5]]
    with pytest.raises(np.exceptions.AxisError):
        npx.sort(7)
    with pytest.raises(np.exceptions.AxisError):
        npx.argsort([1, 2], 1)
    with pytest.raises(np.exceptions.AxisError):
        npx.sort(np.zeros((2, 2)), -3)


@pytest.mark.parametrize("dtype", ["c8", "c16", "g", "V3", "i4,f8", object])
def test_other_dtypes_are_refused(dtype):
    if dtype == "g" and np.dtype("g").itemsize == 8:
        pytest.skip("a long double is a double here")
    for call in (npx.sort, npx.argsort):
        with pytest.raises(TypeError, match=r"items of dtype .* cannot be sorted"):
            call(np.zeros(3, dtype=dtype))


# ---- Shapes that are hard on some way of sorting ----------------------------


def killer(n):
    """Return the permutation that makes a median of three choose badly."""
    half = n // 2
    keys = np.empty(n, dtype=np.int64)
    low = np.arange(half)
    keys[:half] = np.where(low % 2 == 0, low + 1, half + low + half % 2)
    keys[half:] = 2 * (np.arange(half, n) - half) + 2
    return keys


def hard(n):
    rng = np.random.default_rng(n)
    places = np.arange(n)
    words = rng.integers(0, 2**63, n, dtype=np.uint64)
    yield "random", words.view(np.int64)
    yield "organ pipe", np.minimum(places, n - places)
    yield "all equal", np.full(n, 7)
    yield "two values", rng.integers(0, 2, n)
    yield "sorted", places
    yield "reversed", places[::-1]
    yield "sorted but for the last", np.roll(places, -1)
    yield "sawtooth", places % 37
    yield "killer", killer(n)
    yield "crowds", (rng.integers(0, 5, n) << 61) + rng.integers(0, 1 << 20, n)
    yield "outlier", np.where(places == n // 2, 2**62, rng.integers(0, 1000, n))
    yield "powers", np.left_shift(np.int64(1), rng.integers(0, 63, n))
    yield "floats", rng.normal(size=n)
    yield "small floats", rng.random(n) ** 40
    yield "mostly NaN", np.where(rng.random(n) < 0.9, np.nan, rng.random(n))
    yield "zeros", rng.choice([0.0, -0.0, 1.0], n)
    yield "all zeros", rng.choice([0.0, -0.0], n)
    yield "duplicates far apart", rng.choice(words.view(np.int64)[:50], n)
    yield "float32", rng.normal(size=n).astype("f4")
    yield "int16", rng.integers(-(2**15), 2**15, n).astype("i2")


LENGTHS = [2**k + d for k in (4, 5, 8, 11, 12, 13, 15) for d in (-1, 0, 1)]


@pytest.mark.parametrize("n", LENGTHS)
def test_hard_shapes(n):
    for name, array in hard(n):
        try:
            check(array)
        except AssertionError as error:
            raise AssertionError(f"{name}, {n} items") from error


def test_long_arrays_on_any_number_of_threads():
    for name, array in hard(300_000):
        wanted = np.argsort(array, kind="stable")
        expected = array[wanted].tobytes()
        for threads in (1, 2, 3, 8):
            with npx.num_threads(threads):
                assert npx.sort(array).tobytes() == expected, (name, threads)
                order = npx.argsort(array)
            assert (order == wanted).all(), (name, threads)


def test_no_input_takes_quadratic_time():
    n = 200_000
    seconds = {}
    for name, array in hard(n):
        began = time.perf_counter()
        npx.sort(array)
        npx.argsort(array)
        seconds[name] = time.perf_counter() - began
    # Quadratic time would be hours; a busy machine may take several times as long.
    assert max(seconds.values()) < 5, seconds


# ---- Layouts ----------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["i4", "f8", "u1", "f2", "M8[s]"])
def test_layouts(dtype):
    rng = np.random.default_rng(3)
    base = rng.integers(-50, 50, 6 * 7 * 30).astype("i8")
    array = base.view(dtype) if dtype == "M8[s]" else base.astype(dtype)
    cube = array.reshape(6, 7, 30)
    frozen = array.copy()
    frozen.flags.writeable = False
    buffer = np.zeros(array.nbytes + 1, dtype=np.uint8)
    unaligned = buffer[1:].view(array.dtype)
    unaligned[:] = array
    for layout in (array[::-1], array[::3], array[:0], frozen, unaligned,
                   array.astype(array.dtype.newbyteorder()), cube.T,
                   np.asfortranarray(cube), cube[:, ::-2], cube[:, 1],
                   cube[::2, :, 3:5], cube[:, :0],
                   np.broadcast_to(array[:30], (4, 30)),
                   np.broadcast_to(array[:4, None], (4, 9))):  # fmt: skip
        for axis in range(layout.ndim):
            check(layout, axis)


@pytest.mark.parametrize(
    "shape", [(3000, 8), (8, 3000), (500, 3, 5), (40, 40), (2, 9000)]
)
@pytest.mark.parametrize("dtype", ["f8", "i4", "u2"])
def test_many_rows(shape, dtype):
    rng = np.random.default_rng(4)
    array = rng.integers(0, 100, shape).astype(dtype)
    for axis in range(array.ndim):
        wanted = np.argsort(array, axis=axis, kind="stable")
        for threads in (1, 2, 8):
            with npx.num_threads(threads):
                np.testing.assert_array_equal(npx.argsort(array, axis), wanted)
                np.testing.assert_array_equal(
                    npx.sort(array, axis), np.sort(array, axis=axis)
                )


def test_results_have_the_layout_that_numpy_gives_them():
    array = np.asfortranarray(np.random.default_rng(5).random((30, 20)))
    assert npx.sort(array).flags.f_contiguous
    assert npx.sort(array.T, 0).flags.c_contiguous


# ---- Masks ------------------------------------------------------------------


@given(st.data())
def test_masked_items_come_last_in_their_order(data):
    dtype = data.draw(st.sampled_from(["i4", "f8", ">i2", "M8[s]", "?"]))
    values = data.draw(hnp.arrays(dtype, SHAPES))
    mask = data.draw(hnp.arrays(bool, values.shape))
    axis = data.draw(st.integers(-values.ndim, values.ndim - 1))
    descending = data.draw(st.booleans())
    array = np.ma.MaskedArray(values, mask=mask)
    result = npx.sort(array, axis, descending=descending)
    order = npx.argsort(array, axis, descending=descending)
    assert type(result) is np.ma.MaskedArray
    assert type(order) is np.ndarray
    if values.size == 0:
        return
    rows = np.moveaxis(values, axis, -1).reshape(-1, values.shape[axis])
    masks = np.moveaxis(mask, axis, -1).reshape(rows.shape)
    orders = np.moveaxis(order, axis, -1).reshape(rows.shape)
    found = np.moveaxis(np.ma.getdata(result), axis, -1).reshape(rows.shape)
    behind = np.moveaxis(np.ma.getmaskarray(result), axis, -1).reshape(rows.shape)
    for row, masked, places, items, flags in zip(
        rows, masks, orders, found, behind, strict=True
    ):
        given_places = np.flatnonzero(~masked)
        wanted = given_places[stable_order(row[given_places], 0, descending)]
        wanted = np.concatenate([wanted, np.flatnonzero(masked)])
        np.testing.assert_array_equal(places, wanted)
        assert flags.tolist() == sorted(masked.tolist())
        count = len(given_places)
        expected = row[wanted][:count].astype(items.dtype)
        assert items[:count].tobytes() == expected.tobytes()


def test_masked_arrays_keep_their_fill_value():
    array = np.ma.array([3, 1, 2], mask=[0, 1, 0], fill_value=99)
    result = npx.sort(array)
    assert result.tolist() == [2, 3, None]
    assert result.fill_value == 99
    assert npx.sort(array, descending=True).tolist() == [3, 2, None]
    whole = npx.sort(np.ma.array([2, 1]))
    assert whole.tolist() == [1, 2]
    assert not np.ma.is_masked(whole)


def test_columns_with_missing_cells():
    table = npx.parse_csv("n\n3\n\n1\n", skip_blank_lines=False)
    assert npx.sort(table["n"]).tolist() == [1, 3, None]


@pytest.mark.parametrize("function", [npx.sort, npx.argsort, npx.rank])
@pytest.mark.parametrize("wrong", ["no", 1, None, [True]], ids=repr)
def test_a_direction_is_a_bool(function, wrong):
    with pytest.raises(TypeError, match="descending must be a bool, got"):
        function([2, 1], descending=wrong)
    assert function([2.0, 1.0], descending=np.True_).tolist() in (
        [2, 1],
        [0, 1],
        [1, 2],
    )


def test_objects_are_told_how_to_become_text():
    for items in (["b", None], np.array(["b", "a"], dtype=object)):
        with pytest.raises(TypeError, match=r"str as np.asarray\(a, dtype="):
            npx.sort(items)


# ---- The world around -------------------------------------------------------


def test_no_variant_of_the_processor_changes_a_bit():
    code = (
        "import hashlib, numpy as np, numpy_ext as npx\n"
        "rng = np.random.default_rng(6)\n"
        "digest = hashlib.sha256()\n"
        "for a in (rng.integers(-2**63, 2**63 - 1, 50_000), rng.normal(size=5000),\n"
        "          rng.random((700, 9)), rng.random(3000).astype('f4')):\n"
        "    digest.update(npx.sort(a).tobytes() + npx.argsort(a).tobytes())\n"
        "print(digest.hexdigest())\n"
    )
    found = {
        subprocess.run(
            [sys.executable, "-P", "-c", code],
            env={**os.environ, "NUMPY_EXT_DISABLE_CPU": disabled},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for disabled in ("", "avx2", "avx2,avx512,shani")
    }
    assert len(found) == 1


@pytest.mark.skipif(not hasattr(os, "kill"), reason="needs POSIX signals")
def test_ctrl_c_ends_a_long_sort():
    code = (
        "import os, signal, threading, time, numpy as np, numpy_ext as npx\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "a = np.random.default_rng(7).random(20_000_000)\n"
        "began = time.perf_counter()\n"
        "timer = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT))\n"
        "timer.start()\n"
        "try:\n"
        "    while True:\n"
        "        npx.argsort(a)\n"
        "        assert time.perf_counter() - began < 60\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted')\n"
        "assert (npx.sort(a[:1000]) == np.sort(a[:1000])).all()\n"
    )
    run = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "interrupted"


def test_many_threads_sort_at_once():
    array = np.random.default_rng(8).random(100_000)
    wanted = np.argsort(array, kind="stable")
    wrong = []

    def run():
        with npx.num_threads(2):
            for _ in range(5):
                if not (npx.argsort(array) == wanted).all():
                    wrong.append(1)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
