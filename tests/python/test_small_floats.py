"""float32 and float16 of CSV columns and of arrays of text, against exact fractions."""

import math
import random
from fractions import Fraction

import numpy as np
import pytest

import numpy_ext as npx

WIDTHS = {"float16": np.uint16, "float32": np.uint32}
dtypes = pytest.mark.parametrize("dtype", list(WIDTHS))


def rounded(value: Fraction, dtype: str) -> float:
    """Return the nearest number of a dtype, half to even, without the sign."""
    info = np.finfo(dtype)
    magnitude, largest = abs(value), Fraction(float(info.max))
    if magnitude == 0:
        return 0.0
    # 2**exponent <= magnitude < 2**(exponent + 1), or the least normal exponent.
    exponent = magnitude.numerator.bit_length() - magnitude.denominator.bit_length() - 1
    if magnitude >= Fraction(2) ** (exponent + 1):
        exponent += 1
    step = Fraction(2) ** (max(exponent, int(info.minexp)) - int(info.nmant))
    nearest = round(magnitude / step) * step  # of a Fraction: half to even
    return math.inf if nearest > largest else float(nearest)


def assert_rounded_once(texts: list[str], dtype: str) -> None:
    """Compare a column of these texts with the nearest values, bit by bit."""
    content = "x,y\n" + "".join(f"{text},\n" for text in texts)
    read = npx.parse_csv(content, dtype={"x": dtype})["x"]
    nearest = [
        math.copysign(rounded(Fraction(t), dtype), -1 if t[0] == "-" else 1)
        for t in texts
    ]
    wanted = np.array(nearest).astype(dtype)  # exact
    for found in (read, npx.from_text(texts, dtype)):
        unequal = found.view(WIDTHS[dtype]) != wanted.view(WIDTHS[dtype])
        different = np.flatnonzero(unequal)
        assert not [(texts[i], found[i], wanted[i]) for i in different[:5]]


def decimal(value: Fraction) -> str:
    """Return all digits of a fraction whose denominator is a power of two."""
    places = value.denominator.bit_length() - 1
    digits = str(value.numerator * 5**places).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def ties(dtype: str, numbers: np.ndarray) -> list[str]:
    """Return the middles between numbers and the next ones, and texts beside them."""
    after = np.nextafter(numbers, np.array(np.inf, dtype))
    texts = []
    for low, high in zip(numbers.tolist(), after.tolist(), strict=True):
        tie = decimal((Fraction(low) + Fraction(high)) / 2)
        more = tie if "." in tie else f"{tie}."
        digits = str(int(tie.replace(".", "")) - 1).rjust(len(more) - 1, "0")
        point = more.index(".")
        less = f"{digits[:point]}.{digits[point:]}999"
        texts += [tie, f"{more}001", f"{more}{'0' * 40}1", less, f"-{tie}"]
    return texts


@dtypes
def test_random_decimals(dtype):
    rng = random.Random(7)
    span = {"float16": (-12, 7), "float32": (-50, 42)}[dtype]
    texts = []
    for _ in range(20_000):
        digits = str(rng.randrange(10 ** rng.randrange(1, 30)))
        point = rng.randrange(len(digits) + 1)
        exponent = rng.randint(*span) - point
        sign = rng.choice(["", "-"])
        texts.append(f"{sign}{digits[:point]}.{digits[point:]}e{exponent}")
    assert_rounded_once(texts, dtype)


def test_every_tie_of_float16():
    numbers = np.arange(0x7BFF, dtype=np.uint16).view(np.float16)
    assert_rounded_once(ties("float16", numbers), "float16")


def test_ties_of_float32():
    largest = np.array([np.finfo(np.float32).max]).view(np.uint32)[0]
    rng = np.random.default_rng(8)
    bits = rng.integers(0, largest, 4000, dtype=np.uint32)
    subnormal = rng.integers(0, 2**23, 500, dtype=np.uint32)
    edges = np.array([0, 1, 2**23 - 1, 2**23, largest - 1], dtype=np.uint32)
    numbers = np.concatenate([bits, subnormal, edges]).view(np.float32)
    assert_rounded_once(ties("float32", numbers), "float32")


@dtypes
def test_where_infinity_begins(dtype):
    info = np.finfo(dtype)
    largest = Fraction(float(info.max))
    # Half a step beyond the largest number is a tie that goes to infinity.
    limit = largest + Fraction(2) ** (int(info.maxexp) - 1 - int(info.nmant)) / 2
    below = f"{int(limit) - 1}.{'9' * 30}"
    texts = [str(int(largest)), below, str(int(limit)), f"-{int(limit)}", "1e400"]
    assert_rounded_once(texts, dtype)


@dtypes
def test_decimal_that_two_roundings_would_spoil(dtype):
    # Just above a tie, by less than a double can tell: a double would be the tie.
    info = np.finfo(dtype)
    tie = 1 + Fraction(1, 2 ** (int(info.nmant) + 1))
    text = decimal(tie) + "0" * 30 + "1"
    assert float(text) == tie
    assert_rounded_once([text, f"-{text}"], dtype)
    assert npx.parse_csv(f"x\n{text}\n", dtype=dtype)["x"][0] == 1 + info.eps
