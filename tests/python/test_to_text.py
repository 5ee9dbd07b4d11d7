"""to_text against repr, str and NumPy's own texts."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import numpy_ext as npx
from numpy_ext import _native

UNITS = ["D", "h", "m", "s", "ms", "us", "ns"]
INTEGERS = [np.dtype(f"{kind}{size}") for kind in "iu" for size in (1, 2, 4, 8)]


def random_bits(dtype: type, count: int, seed: int) -> np.ndarray:
    bits = np.random.default_rng(seed).bytes(count * np.dtype(dtype).itemsize)
    return np.frombuffer(bits, dtype=dtype)


def number(text: str) -> Decimal | str:
    """Return what a text says, whatever its layout."""
    return text if text.lstrip("-") in ("inf", "nan") else Decimal(text)


def assert_digits_of_numpy(values: np.ndarray) -> None:
    for text, value in zip(npx.to_text(values).tolist(), values, strict=True):
        assert number(text) == number(str(value))


# ---- Values -----------------------------------------------------------------


@given(st.lists(st.floats()))
def test_float64_is_repr(values):
    assert npx.to_text(np.array(values, dtype=float)).tolist() == list(
        map(repr, values)
    )


def test_float64_of_any_bits_is_repr():
    values = random_bits(np.float64, 200_000, 1)
    assert npx.to_text(values).tolist() == list(map(repr, values.tolist()))


def test_float64_of_few_digits_is_repr():
    rng = np.random.default_rng(2)
    digits = rng.integers(0, 10 ** rng.integers(1, 17, 100_000))
    values = digits / 10.0 ** rng.integers(-10, 23, 100_000)
    assert npx.to_text(values).tolist() == list(map(repr, values.tolist()))


def test_every_float16_has_the_digits_of_numpy():
    assert_digits_of_numpy(np.arange(2**16, dtype=np.uint16).view(np.float16))


def test_float32_has_the_digits_of_numpy():
    assert_digits_of_numpy(random_bits(np.float32, 50_000, 3))


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_narrow_floats_are_laid_out_as_repr_does(dtype):
    values = random_bits(dtype, 50_000, 4)
    for text in npx.to_text(values).tolist():
        # With at most 9 digits, the double nearest to a text is shown as that text.
        assert text == repr(float(text))


@pytest.mark.parametrize("dtype", INTEGERS, ids=str)
def test_integers_are_str(dtype):
    limits = np.iinfo(dtype)
    values = (
        random_bits(dtype, 10_000, 5) >> np.arange(10_000).astype(dtype) % limits.bits
    )
    values[:2] = limits.min, limits.max
    assert npx.to_text(values).tolist() == list(map(str, values.tolist()))


def test_bools_are_str():
    assert npx.to_text([True, False]).tolist() == ["True", "False"]


@pytest.mark.parametrize("unit", UNITS)
@given(data=st.data())
def test_times_are_those_of_numpy(unit, data):
    # NumPy wraps for days that are further away.
    most = 2**61 if unit == "D" else 2**63 - 1
    counts = st.integers(-most, most) | st.integers(-(10**6), 10**6) | st.just(-(2**63))
    values = np.array(data.draw(st.lists(counts)), dtype=f"M8[{unit}]")
    assert npx.to_text(values).tolist() == list(map(str, values))


# ---- Layouts ----------------------------------------------------------------


@given(
    hnp.arrays(
        st.sampled_from(
            [np.dtype(code) for code in ("<f8", ">f8", ">f4", ">i2", ">u8")]
        ),
        hnp.array_shapes(min_dims=1, max_dims=3, min_side=0),
    ),
    st.data(),
)
def test_any_layout(values, data):
    part = values[data.draw(hnp.basic_indices(values.shape, allow_ellipsis=False))]
    part = np.asarray(part).T
    expected = [number(str(value)) for value in part.ravel()]
    texts = npx.to_text(part)
    if part.ndim == 0:
        assert isinstance(texts, str)
    assert np.shape(texts) == part.shape
    found = [number(text) for text in np.asarray(texts).ravel().tolist()]
    assert found == expected


def test_unaligned_values():
    record = np.zeros(1000, dtype=[("byte", "u1"), ("x", "f8")])
    record["x"] = np.arange(1000) / 7
    assert npx.to_text(record["x"]).tolist() == list(map(repr, record["x"].tolist()))


def test_scalars_are_str():
    assert npx.to_text(1.5) == "1.5"
    assert type(npx.to_text(np.array(3))) is str
    assert npx.to_text(np.datetime64("2000-02-29")) == "2000-02-29"


def test_values_under_a_mask_are_masked_and_empty():
    values = np.ma.array([[1.5, 2.5], [3.5, 4.5]], mask=[[0, 1], [0, 0]])
    texts = npx.to_text(values)
    assert isinstance(texts, np.ma.MaskedArray)
    assert texts.data.tolist() == [["1.5", ""], ["3.5", "4.5"]]
    assert texts.mask.tolist() == [[False, True], [False, False]]
    texts.mask[0, 0] = True
    assert not values.mask[0, 0]


def test_a_masked_array_without_a_mask_stays_one():
    texts = npx.to_text(np.ma.array([1, 2]))
    assert isinstance(texts, np.ma.MaskedArray)
    assert texts.mask is np.ma.nomask


def test_the_result_is_the_callers():
    texts = npx.to_text([1, 2])
    texts[0] = "a text that is longer than before, and than a short string can be"
    assert texts.dtype == np.dtypes.StringDType()
    assert texts[1] == "2"


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("masked", [False, True])
def test_many_values_on_any_number_of_threads(threads, masked):
    values = np.arange(200_000) / np.where(np.arange(200_000) % 2, 4, 7)
    mask = np.arange(200_000) % 3 == 0
    with npx.num_threads(threads):
        texts = npx.to_text(np.ma.array(values, mask=mask) if masked else values)
    expected = np.array(list(map(repr, values.tolist())), dtype=object)
    if masked:
        expected[mask] = ""
    assert np.asarray(texts).tolist() == expected.tolist()


# ---- What is refused ----------------------------------------------------------


def test_lists_whose_integers_would_become_floats():
    with pytest.raises(ValueError, match=f"item 0: NumPy makes a float of {2**53 + 1}"):
        npx.to_text([2**53 + 1, 0.5])
    assert npx.to_text([2**53 - 1, 0.5]).tolist() == ["9007199254740991.0", "0.5"]


@pytest.mark.parametrize(
    ("values", "advice"),
    [
        (np.zeros(2, dtype=complex), r"complex128: write a\.real and a\.imag"),
        (np.zeros(2, dtype=np.longdouble), r"a\.astype\(np\.float64\)"),
        (
            np.zeros(2, dtype="M8[Y]"),
            r'64\[Y\]: convert .* a\.astype\("datetime64\[s\]"\)',
        ),
        (np.zeros(2, dtype="M8[25s]"), "one of those units"),
        (np.zeros(2, dtype="m8[s]"), r"a\.astype\(np\.int64\)"),
        (np.array(["a"]), "it is text already"),
        (np.array([2**70]), "object: give it a dtype first"),
        (np.zeros(2, dtype="V3"), "astype"),
    ],
)
def test_other_dtypes(values, advice):
    if values.dtype == np.float64:
        pytest.skip("long double is float64 on this machine")
    with pytest.raises(TypeError, match=advice):
        npx.to_text(values)


@pytest.mark.parametrize(
    "values",
    [
        np.zeros(8)[::2],
        np.zeros((2, 3)).T,
        np.zeros(4, dtype=">f8"),
        np.zeros(25, np.uint8)[1:].view(np.float64),
    ],
)
def test_memory_of_another_layout_is_not_read(values):
    assert _native.format_values(values, None, 1, False) is None


@pytest.mark.parametrize(
    "values", [np.zeros(4, "c16"), np.zeros(4, "m8[s]"), np.zeros(4, "T"), [0.0], None]
)
def test_memory_is_never_read_as_what_it_is_not(values):
    with pytest.raises(TypeError, match="array of numbers or times"):
        _native.format_values(values, None, 1, False)


def test_a_mask_has_a_bool_for_every_row():
    with pytest.raises(ValueError, match="mask"):
        _native.format_values(np.zeros(4), np.zeros(3, dtype=bool), 1, False)


@pytest.mark.parametrize("n", [63, 64, 65, 255, 256, 257, 1 << 14, (1 << 14) + 1])
@pytest.mark.parametrize("dtype", ["i8", "f8", "M8[s]"])
def test_few_and_many_values_are_written_alike(n, dtype):
    values = (np.arange(n) * 1_000_003 % 99_991).astype(dtype)
    whole = npx.to_text(values)
    assert whole.tolist() == [npx.to_text(value) for value in values]
    assert npx.to_text(values.reshape(1, n)).tolist() == [whole.tolist()]


# ---- The bound that format_float.c rests on -------------------------------------


def first_residue(step: int, modulus: int, low: int, high: int) -> int | None:
    """Return the least n > 0 with low <= n * step % modulus <= high, for low > 0."""
    calls = []
    step %= modulus
    while True:
        if step == 0 or low > high:
            return None
        if 2 * step > modulus:
            step, low, high = modulus - step, modulus - high, modulus - low
        n = -(-low // step)
        if n * step <= high:
            break
        # No multiple of step lies in the range before the first turn of the modulus:
        # the number of turns is a smaller question of the same kind.
        calls.append((step, modulus, low))
        step, modulus, low, high = -modulus % step, step, low % step, high % step
    for step, modulus, low in reversed(calls):
        n = -(-(low + modulus * n) // step)
    return n


def test_residues_are_found():
    for modulus in range(1, 40):
        for step in range(modulus + 3):
            for low in range(1, modulus):
                for high in range(low, modulus):
                    every = (
                        n
                        for n in range(1, modulus)
                        if low <= n * step % modulus <= high
                    )
                    assert first_residue(step, modulus, low, high) == next(every, None)


def scale(q: int, width: Fraction) -> Fraction:
    """Return 2^q / 10^k, k the exponent of the largest power of ten in the width."""
    k = len(str(int(width))) - 1 if width >= 1 else -len(str(int(1 / width)))
    while Fraction(10) ** (k + 1) <= width:
        k += 1
    assert Fraction(10) ** k <= width < Fraction(10) ** (k + 1)
    return Fraction(2) ** q / Fraction(10) ** k


def test_no_double_comes_too_close_to_what_its_digits_are_compared_with():
    """n * 2^q / 10^k is an integer, or 2^-64 above one and as much below the next.

    If two n had a rest below 2^-64, their difference would be a third that is as close
    from above or from below: one exception is the only one of its exponent.
    """
    most = 2**55 + 2
    exceptions = []
    for q in range(-1074, 972):
        ratio = scale(q, Fraction(2) ** q)
        step, modulus = ratio.numerator, ratio.denominator
        above = first_residue(step, modulus, 1, (modulus - 1) >> 64)
        below = first_residue(step, modulus, modulus - (modulus >> 64), modulus - 1)
        assert below is None or below > most
        if above is not None and above <= most:
            exceptions.append((q, above))
            assert int(above * ratio) % 2 == 1
        # Powers of two, whose interval is narrower.
        ratio = scale(q, Fraction(2) ** q * 3 / 4)
        for n in (2**54 - 1, 2**54, 2**54 + 2):
            rest = n * ratio % 1
            assert rest == 0 or Fraction(1, 2**64) <= rest <= 1 - Fraction(1, 2**64)
    assert exceptions == [(664, 35548220997423152)]
