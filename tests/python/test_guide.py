"""The functions of the guide: its texts, its errors, and arrays."""

import math
import operator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from names import name_of

import numpy_ext as npx
from numpy_ext import guide
from numpy_ext.errors import ParseError

MOST = 2**64 - 1
naturals = st.integers(0, MOST)


@given(naturals, naturals)
def test_sums(a, b):
    if a + b <= MOST:
        assert guide.sum_as_string(a, b) == str(a + b)
    else:
        with pytest.raises(OverflowError, match=f"the sum is above {MOST}$"):
            guide.sum_as_string(a, b)


def test_sums_of_arrays():
    left = np.array([[1], [250]], dtype=np.uint8)
    texts = guide.sum_as_string(left, [5, 6, 2**40])
    assert texts.dtype == np.dtypes.StringDType()
    expected = [[6, 7, 2**40 + 1], [255, 256, 2**40 + 250]]
    assert texts.tolist() == [[str(number) for number in row] for row in expected]
    assert guide.sum_as_string([MOST], [0]).tolist() == [str(MOST)]
    assert guide.sum_as_string(np.array([], dtype=int), 1).shape == (0,)


def test_sums_of_masked_arrays():
    left = np.ma.array([1, -2, 3], mask=[0, 1, 0])
    texts = guide.sum_as_string(left, np.ma.array([1, 1, 40], mask=[1, 0, 0]))
    assert texts.mask.tolist() == [True, True, False]
    assert texts.data.tolist() == ["", "", "43"]
    with pytest.raises(OverflowError, match="item 2"):
        guide.sum_as_string(left, MOST - 2)
    objects = np.ma.array([1, None], mask=[False, True], dtype=object)
    assert guide.sum_as_string(objects, 2).tolist() == ["3", None]


@pytest.mark.parametrize(
    ("a", "b", "error", "message"),
    [
        (-1, 2, OverflowError, "^a is negative: -1$"),
        ([1, 2], [3, -4], OverflowError, "b is negative: -4, at item 1"),
        ([[1, -2]], 3, OverflowError, r"a is negative: -2, at item \(0, 1\)"),
        (2**64, 1, OverflowError, f"a is above {MOST}: {2**64}$"),
        ([1, 2**70], 1, OverflowError, "at item 1"),
        ([1, MOST], [1, 1], OverflowError, f"the sum is above {MOST}, at item 1"),
        (1.0, 2, TypeError, "a must be integers, found float"),
        (1, "2", TypeError, "b must be integers"),
        (True, 2, TypeError, "a must be integers, found bool"),
        (np.zeros(2), 2, TypeError, "a must be integers, got float64"),
        ([2**64, 1.5], 2, TypeError, "a must be integers"),
        (np.array([2**64, 1.5], dtype=object), 2, TypeError, "found float"),
    ],
)
def test_what_has_no_sum(a, b, error, message):
    with pytest.raises(error, match=message):
        guide.sum_as_string(a, b)


@given(st.integers(1, 2**63 - 1))
def test_positive_integers(number):
    value = guide.parse_positive(str(number))
    assert type(value) is int
    assert operator.index(value) == number


def test_arrays_of_positive_integers():
    values = guide.parse_positive(np.array([["1", "+20"], ["300", " 4"]]))
    assert values.dtype == np.int64
    assert values.tolist() == [[1, 20], [300, 4]]
    assert guide.parse_positive(["1", None]).tolist() == [1, None]


@pytest.mark.parametrize("text", ["abc", "", "1.5", "1e3", str(2**63), f"-{2**70}"])
def test_texts_that_are_no_integer(text):
    with pytest.raises(ValueError, match="is not a valid integer") as caught:
        guide.parse_positive(text)
    assert str(caught.value) == f"'{text}' is not a valid integer"
    assert isinstance(caught.value, ParseError)
    with pytest.raises(ParseError) as caught:
        guide.parse_positive(["7", text])
    assert str(caught.value) == f"'{text}' is not a valid integer\n  at item 1"
    assert (caught.value.index, caught.value.value) == (1, text)


@pytest.mark.parametrize("text", ["0", "-5", "-9223372036854775808"])
def test_integers_that_are_not_positive(text):
    with pytest.raises(ValueError, match=r"^value must be positive$"):
        guide.parse_positive(text)
    with pytest.raises(ParseError, match="value must be positive") as caught:
        guide.parse_positive([["1", text]])
    assert (caught.value.index, caught.value.value) == ((0, 1), text)


# ---- Squares, roots and their sums -----------------------------------------

SUMS = {
    guide.sum_of_squares: lambda numbers: math.fsum(x * x for x in numbers),
    guide.parallel_sum: lambda numbers: math.hypot(*numbers),
    guide.parallel_sqrt_sum: lambda numbers: math.fsum(map(math.sqrt, numbers)),
}
each_sum = pytest.mark.parametrize("function", SUMS, ids=lambda f: f.__name__)
moderate = st.floats(0, 1e100)


@each_sum
@given(st.lists(moderate, max_size=40))
def test_sums_of_lists_and_arrays(function, numbers):
    total = function(numbers)
    assert type(total) is float
    assert total == pytest.approx(SUMS[function](numbers), rel=1e-14)
    for form in (np.array(numbers), tuple(numbers), np.array([numbers]).T):
        assert function(form) == total


@each_sum
def test_sums_are_the_same_on_any_number_of_threads(function):
    numbers = np.random.default_rng(8).random(1_000_001)
    with npx.num_threads(1):
        total = function(numbers)
    for threads in (2, 5):
        with npx.num_threads(threads):
            assert function(numbers) == total


@each_sum
def test_sums_of_nothing_and_of_what_is_masked(function):
    assert function([]) == 0.0
    some = np.ma.array([4.0, np.nan, 9.0], mask=[False, True, False])
    assert function(some) == function([4.0, 9.0])
    assert function(np.ma.array([4.0], mask=[True])) == 0.0


@each_sum
@pytest.mark.parametrize("wrong", ["abc", ["1", "2"], [object()]], ids=name_of)
def test_sums_of_what_are_no_numbers(function, wrong):
    with pytest.raises(TypeError):
        function(wrong)


def test_parallel_sum_of_huge_and_tiny_numbers():
    assert guide.parallel_sum([3e200, 4e200]) == pytest.approx(5e200, rel=1e-15)
    assert guide.parallel_sum([3e-200, 4e-200]) == pytest.approx(5e-200, rel=1e-15)


def test_roots_of_negative_numbers_are_told():
    with pytest.warns(RuntimeWarning, match="invalid value"):
        assert math.isnan(guide.parallel_sqrt_sum([4.0, -1.0]))


def test_squares():
    for one in (3.0, 3, -1.5, True):
        square = guide.square(one)
        assert type(square) is float
        assert square == one * one
    assert guide.square([1, -2]).tolist() == [1, 4]
    masked = guide.square(np.ma.array([2.0, 3.0], mask=[False, True]))
    assert masked.tolist() == [4.0, None]
    with pytest.raises(OverflowError, match="item 1"):
        guide.square(np.array([1, 2**40]))
    with pytest.raises(TypeError):
        guide.square("3")
