"""Numbers and times bit by bit: whole ranges where they are small, else many values.

``NUMPY_EXT_HYPOTHESIS=thorough`` compares fifty times as many decimals, over ten
million, in some minutes.
"""

import os
import random

import numpy as np
import pytest
from test_csv_properties import assert_floats, halfway, long_decimal, random_doubles

import numpy_ext as npx

BATCHES = 50 if os.environ.get("NUMPY_EXT_HYPOTHESIS") == "thorough" else 1
batches = pytest.mark.parametrize("batch", range(BATCHES))


def read_column(fields: list[str]) -> np.ndarray:
    return npx.parse_csv("x,y\n" + "".join(f"{field},\n" for field in fields))["x"]


def subnormals(count: int, seed: int) -> list[float]:
    bits = np.random.default_rng(seed).integers(1, 2**52, count, dtype=np.uint64)
    # Every length of the mantissa alike.
    shifts = np.arange(count, dtype=np.uint64) % np.uint64(52)
    return (bits >> shifts).view(np.float64).tolist()


def around_halfway(value: float) -> list[str]:
    """Return the middle of a double and the next, and texts just beside it."""
    middle = halfway(value)
    if middle[-1] == "0":
        below = str(int(middle[:-2]) - 1) + ".9999"
    else:
        below = middle[:-1] + str(int(middle[-1]) - 1) + "9999"
    return [middle, below, middle + "0001", "-" + middle, middle[:60]]


def thousand_digits(rng: random.Random) -> str:
    digits = "".join(rng.choices("0123456789", k=rng.randrange(950, 1050)))
    point = rng.randrange(1, len(digits))
    return f"{digits[:point]}.{digits[point:]}e{rng.randrange(-1400, 400)}"


# ---- Decimals: 210,500 a batch ------------------------------------------------


@batches
def test_random_doubles_of_17_digits_or_less(batch):
    values = random_doubles(100_000, 1000 + batch)
    assert_floats([repr(value) for value in values])


@batches
def test_random_decimals_of_up_to_40_digits(batch):
    rng = random.Random(2000 + batch)
    assert_floats([long_decimal(rng) for _ in range(80_000)])


@batches
def test_subnormal_doubles(batch):
    values = subnormals(20_000, 3000 + batch)
    assert_floats([repr(value) for value in values])
    assert_floats([f"{value:.25e}" for value in values[::4]])


@batches
def test_decimals_around_the_middle_of_two_doubles(batch):
    rng = np.random.default_rng(4000 + batch)
    exponents = rng.integers(-1021, 1023, 1000)
    values = np.ldexp(rng.uniform(1, 2, 1000), exponents).tolist()
    assert_floats([text for value in values for text in around_halfway(value)])


@batches
def test_decimals_of_a_thousand_digits(batch):
    rng = random.Random(5000 + batch)
    assert_floats([thousand_digits(rng) for _ in range(500)])


# ---- Integers -----------------------------------------------------------------


def test_integers_at_every_limit():
    """Around each power of two and of ten, in the type that the rules give."""
    powers = [2**n for n in range(65)] + [10**n for n in range(21)]
    near = sorted({sign * power + step for power in powers for sign in (1, -1)
                   for step in range(-3, 4)})  # fmt: skip
    for value in near:
        column = read_column([f"{value}", f"{value}"])
        if -(2**63) <= value < 2**63:
            assert column.dtype == np.int64
        elif 0 <= value < 2**64:
            assert column.dtype == np.uint64
        else:
            assert column.dtype == np.dtypes.StringDType()
            assert column.tolist() == [f"{value}"] * 2
            continue
        assert column.tolist() == [value, value]
    within = [value for value in near if -(2**63) <= value < 2**63]
    assert read_column([str(value) for value in within]).tolist() == within
    positive = [value for value in near if 0 <= value < 2**64]
    assert read_column([str(value) for value in positive]).tolist() == positive


# ---- Times --------------------------------------------------------------------


def test_every_day_of_years_1_to_9999():
    days = np.arange("0001-01-01", "10000-01-01", dtype="datetime64[D]")
    lines = np.empty((days.size + 1, 11), dtype=np.uint8)
    lines[0] = np.frombuffer(b"day       \n", dtype=np.uint8)
    texts = np.datetime_as_string(days).astype("S10")
    lines[1:, :10] = texts.view(np.uint8).reshape(-1, 10)
    lines[1:, 10] = ord("\n")
    column = npx.read_csv(lines.tobytes(), names=["day"])["day"]
    assert column.dtype == days.dtype
    assert days.size == 3_652_059
    assert np.array_equal(column, days)


@pytest.mark.parametrize("digits", range(1, 10))
@pytest.mark.parametrize("zone", ["", "Z", "+05:30", "-23:59"])
def test_fractions_of_every_length(digits, zone):
    rng = np.random.default_rng(digits)
    unit = ("ms", "us", "ns")[(digits - 1) // 3]
    base = np.datetime64("1969-12-31T23:59:59") + rng.integers(-(10**9), 10**9, 2000)
    parts = rng.integers(0, 10**digits, 2000)
    parts[:3] = 0, 1, 10**digits - 1
    seconds = np.datetime_as_string(base).tolist()
    fields = [
        f"{second}.{part:0{digits}}{zone}"
        for second, part in zip(seconds, parts.tolist(), strict=True)
    ]
    offset = {"": 0, "Z": 0, "+05:30": 330, "-23:59": -1439}[zone]
    per_second = {"ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    counts = (base.astype(np.int64) - offset * 60) * per_second
    counts += parts * (per_second // 10**digits)
    column = read_column(fields)
    assert column.dtype == f"datetime64[{unit}]"
    assert np.array_equal(column.astype(np.int64), counts)
