"""What Pattern is, takes and refuses, and how its expressions are kept."""

import copy
import enum
import pickle
import re
import threading

import numpy as np
import pytest
from pattern_oracle import (
    StringDType,
    by_item,
)

import numpy_ext as npx
from numpy_ext import _native
from numpy_ext._pattern_cache import Cache, Program

# ---- Engines ----


@pytest.mark.parametrize(
    ("expr", "flags", "expected"),
    [
        ("abc", 0, "literal"),
        (r"^a\.b$", 0, "literal"),
        ("é", 0, "literal"),
        (r"\n\t\x41\u00e9", 0, "literal"),
        ("12-3", re.I, "literal"),
        (b"\xff\x00", 0, "literal"),
        (r"\d+", 0, "class"),
        (r"[a-z_]{2,8}", 0, "class"),
        (r"^\s*$", 0, "class"),
        ("k", re.I, "class"),
        (r"^\d{4}-\d{2}-\d{2}$", 0, "sequence"),
        (r"(\w+)@(\w+)\.com", 0, "sequence"),
        ("(?P<a>(x)y)z", 0, "sequence"),
        ("abc", re.I, "sequence"),
        (r"\w+\d", 0, "re"),  # the class may have to give back
        (r"\d*\w", 0, "re"),
        (r"\d*x?\d", 0, "re"),
        ("a|b", 0, "re"),
        ("(a)+", 0, "re"),
        ("a+?", 0, "re"),
        ("", 0, "re"),
        ("a{2", 0, "re"),
        ("^a", re.M, "re"),
        ("a b", re.X, "re"),
        ("(?i)a", 0, "re"),
        ("(?i:a)", 0, "re"),
        (r"\bcat\b", 0, "re"),
        (r"(a)\1", 0, "re"),
        (r"\ud800", 0, "re"),
        (rb"\w", re.L, "re"),
        ("a{1,2000}", 0, "re"),
        ("ab" * 50, re.I, "re"),
    ],
)
def test_engine(expr, flags, expected):
    assert npx.Pattern(expr, flags).engine == expected


def test_what_runs_in_c_asks_re_nothing():
    class Silent:
        pattern, groups, groupindex = "b+", 0, {}

        def ask(self, *args, **options):
            raise AssertionError("re was asked")

        search = match = fullmatch = finditer = findall = sub = ask

    pattern = npx.Pattern("b+")
    plan = pattern._program.plan
    object.__setattr__(pattern, "_program", Program(Silent(), plan))
    items = np.array(["abb", "b", ""], dtype=StringDType())
    assert pattern.search(items).tolist() == [True, True, False]
    assert pattern.count(items).tolist() == [1, 1, 0]
    assert by_item(pattern.findall(items)) == [["bb"], ["b"], []]
    assert pattern.extract(items).tolist() == ["bb", "b", None]
    assert pattern.replace(items, "-").tolist() == ["a-", "-", ""]


# ---- One text ----


def test_one_text_gives_one_answer():
    pattern = npx.Pattern(r"(\d)(\w)")
    assert pattern.search("a1b") is True
    assert pattern.match("a1b") is False
    assert pattern.fullmatch("1b") is True
    assert pattern.count("1a2b") == 2
    assert pattern.findall("1a2b") == [("1", "a"), ("2", "b")]
    assert pattern.extract("1a", 2) == "a"
    assert pattern.extract("-", 2) is None
    assert pattern.replace("1a2b", r"\2\1", 1) == "a12b"
    assert npx.Pattern(b"b").replace(memoryview(b"abc"), b"-") == b"a-c"
    assert npx.Pattern("b").search(np.str_("abc")) is True


def test_array_scalars():
    pattern = npx.Pattern("b")
    for dtype in ("U3", StringDType(), object):
        item = np.array("abb", dtype=dtype)
        assert pattern.search(item) is np.True_
        assert pattern.count(item) == 2
        assert pattern.count(item).dtype == np.int64
        assert pattern.replace(item, "-") == "a--"
        assert by_item(pattern.findall(item)) == [["b", "b"]]
        assert pattern.extract(item).tolist() == "b"


# ---- The short way for plain arrays ----


class Subclass(np.ndarray):
    pass


def test_plain_arrays_of_the_kind_of_the_pattern_are_taken_as_they_are():
    text = npx.Pattern("a")._program.plan.native
    data = npx.Pattern(b"a")._program.plan.native
    strings = np.array(["a", "b"], dtype=StringDType())
    for array in (strings, np.array(["a", "b"]), strings[::-1], strings[:0]):
        assert _native.pattern_takes(text, array)
        assert not _native.pattern_takes(data, array)
    assert _native.pattern_takes(
        text, np.array(["a"], dtype=StringDType(na_object="N/A"))
    )
    assert _native.pattern_takes(data, np.array([b"a"]))
    assert not _native.pattern_takes(text, np.array([b"a"]))
    for other in (
        "a",
        ["a"],
        strings.reshape(2, 1),
        np.array("a"),
        np.array(["a"]).astype(">U1"),
        np.array(["a"]).view(Subclass),
        np.ma.MaskedArray(["a"]),
        np.array(["a"], dtype=object),
        np.array(["a"], dtype=StringDType(na_object=None)),
        np.zeros(9, np.uint8)[1:].view("U1"),
        np.zeros(2),
    ):
        assert not _native.pattern_takes(text, other)


@pytest.mark.parametrize("n", [0, 1, 63, 64, 65, 255, 256, 257, 5000])
@pytest.mark.parametrize("dtype", ["T", "U9", "S9", "O"])
def test_few_and_many_items_are_treated_alike(n, dtype):
    is_text = dtype != "S9"
    items = [f"{i}-{i * i % 1000}" for i in range(n)]
    items = items if is_text else [item.encode() for item in items]
    array = np.array(items, dtype=dtype)
    plane = array.reshape(n, 1)
    expr, digit, nothing = (r"(\d)0", "7", "") if is_text else (rb"(\d)0", b"7", b"")
    ours, other = npx.Pattern(expr), re.compile(expr)
    found = [other.findall(item) for item in items]
    assert ours.search(array).tolist() == list(map(bool, found))
    assert ours.count(array).tolist() == list(map(len, found))
    assert by_item(ours.findall(array)) == found
    first = ours.extract(array)
    assert first.filled(nothing).tolist() == [f[0] if f else nothing for f in found]
    replaced = ours.replace(array, digit)
    assert replaced.tolist() == [other.sub(digit, item) for item in items]
    assert ours.search(plane).tolist() == [[bool(f)] for f in found]
    assert ours.replace(plane, digit).tolist() == [[text] for text in replaced]


def test_a_replacement_is_read_once_for_each_pattern():
    items = np.array(["ab"])
    for expr, expected in ((r"(a)(b)", "ba"), (r"(a)(?P<x>b)", "ba"), (r"(b)()", "ab")):
        assert npx.Pattern(expr).replace(items, r"\2\1").tolist() == [expected]
    assert npx.Pattern(b"(a)").replace(np.array([b"ab"]), rb"<\1>").tolist() == [
        b"<a>b"
    ]
    with pytest.raises(re.error, match="invalid group reference"):
        npx.Pattern("(a)").replace(items, r"\2")
    with pytest.raises(re.error, match="invalid group reference"):
        npx.Pattern("(a)").replace(items, r"\2")


# ---- Missing items ----


@pytest.mark.parametrize("expr", ["a+", "a|xyz"])
@pytest.mark.parametrize(
    "items",
    [
        np.ma.MaskedArray(["a", "aab", "x"], mask=[0, 1, 0]),
        np.ma.MaskedArray(np.array(["a", None, "x"], dtype=object), mask=[0, 1, 0]),
        np.ma.MaskedArray(
            np.array(["a", "a", "x"], dtype=StringDType()), mask=[0, 1, 0]
        ),
        np.array(["a", None, "x"], dtype=StringDType(na_object=None)),
        np.array(["a", np.nan, "x"], dtype=StringDType(na_object=np.nan)),
    ],
    ids=["U", "object", "StringDType", "None", "NaN"],
)
def test_missing_items_stay_missing(items, expr):
    pattern = npx.Pattern(expr)
    for result, expected in [
        (pattern.search(items), [True, None, False]),
        (pattern.fullmatch(items), [True, None, False]),
        (pattern.count(items), [1, None, 0]),
        (pattern.extract(items), ["a", None, None]),
        (pattern.replace(items, "-"), ["-", None, "x"]),
    ]:
        assert isinstance(result, np.ma.MaskedArray)
        assert result.tolist() == expected
        assert result.mask.shape == (3,)
        assert not result.data[1]  # nothing stands below the mask
    assert by_item(pattern.findall(items)) == [["a"], [], []]


def test_missing_items_of_two_kinds_and_of_many_dimensions():
    items = np.array([["a", None], ["ba", "a"]], dtype=StringDType(na_object=None))
    masked = np.ma.MaskedArray(items, mask=[[0, 0], [1, 0]])
    assert npx.Pattern("a").match(masked).tolist() == [[True, None], [None, True]]
    assert by_item(npx.Pattern("a").findall(masked)) == [["a"], [], [], ["a"]]


def test_arrays_that_may_have_missing_items_give_masked_arrays():
    for items in (
        np.ma.MaskedArray(["a", "b"]),
        np.array(["a", "b"], dtype=StringDType(na_object=np.nan)),
    ):
        result = npx.Pattern("a").search(items)
        assert isinstance(result, np.ma.MaskedArray)
        assert not result.mask.any()
        assert result.tolist() == [True, False]


def test_a_missing_value_that_is_a_text_is_that_text():
    items = np.array(["a", "N/A"], dtype=StringDType(na_object="N/A"))
    for expr in ("A", "A|x"):
        assert npx.Pattern(expr).search(items).tolist() == [False, True]


# ---- Groups and replacements ----


def test_values_that_are_missing_elsewhere_are_named():
    class Missing:  # as pandas.NA
        def __ne__(self, other):
            raise TypeError("ambiguous")

    for item in (None, float("nan"), Missing()):
        with pytest.raises(TypeError, match=r"item 1: .*: mask what is missing"):
            npx.Pattern("a").count(np.array(["a", item], dtype=object))


def test_groups():
    items = ["k=1", "key=22", "-"]
    pattern = npx.Pattern(r"(?P<key>\w+)=(\d+)")
    assert pattern.groups == 2
    assert dict(pattern.groupindex) == {"key": 1}
    assert pattern.extract(items, "key").tolist() == ["k", "key", None]
    assert pattern.extract(items, np.int64(2)).tolist() == ["1", "22", None]
    assert npx.Pattern(r"\w+=").extract(items).tolist() == ["k=", "key=", None]
    assert npx.Pattern(r"(\w+)=").extract(items).tolist() == ["k", "key", None]
    with pytest.raises(ValueError, match=r"2 groups: .* or a name \('key'\), 0 for"):
        pattern.extract(items)
    with pytest.raises(ValueError, match="no group 3 in Pattern"):
        pattern.extract(items, 3)
    with pytest.raises(ValueError, match="no group named 'x' in Pattern"):
        pattern.extract(items, "x")
    with pytest.raises(TypeError, match="group must be an int or a str, got float"):
        pattern.extract(items, 1.0)


def test_a_group_that_took_no_part_is_masked():
    extracted = npx.Pattern("(a)|b").extract(["a", "b", "c"], 1)
    assert extracted.tolist() == ["a", None, None]


def test_replacing_by_a_function():
    items = np.array(["1 20", "x"], dtype=StringDType())
    doubled = npx.Pattern(r"\d+").replace(items, lambda m: str(2 * int(m[0])))
    assert doubled.tolist() == ["2 40", "x"]
    with pytest.raises(ZeroDivisionError):
        npx.Pattern(r"\d+").replace(items, lambda m: 1 / 0)


def test_replacements_that_make_no_sense():
    pattern = npx.Pattern("a")
    with pytest.raises(TypeError, match="repl must be str or a function, got bytes"):
        pattern.replace(["a"], b"b")
    with pytest.raises(ValueError, match="count must not be negative, got -1"):
        pattern.replace(["a"], "b", -1)
    with pytest.raises(TypeError, match="count must be an int, got float"):
        pattern.replace(["a"], "b", 1.5)
    for items in ([], ["x"], ["a"]):
        with pytest.raises(re.error):
            pattern.replace(items, r"\2")


@pytest.mark.parametrize("expr", [rb"a\x00", rb"a\x00|x"])
def test_results_that_s_does_not_keep(expr):
    items = np.array([b"a\0b"], dtype="S3")
    pattern = npx.Pattern(expr)
    for call in (pattern.findall, pattern.extract):
        with pytest.raises(ValueError, match="ends in a NUL"):
            call(items)
    with pytest.raises(ValueError, match="ends in a NUL"):
        npx.Pattern(expr.replace(rb"a\x00", b"b")).replace(items, b"")
    assert pattern.replace(items, b"").tolist() == [b"b"]


def test_results_that_stringdtype_does_not_keep():
    with pytest.raises(ValueError, match="lone surrogate"):
        npx.Pattern("a.").findall(["a\ud800"])


# ---- What is refused ----


def test_str_and_bytes_do_not_mix():
    text, data = npx.Pattern("a"), npx.Pattern(b"a")
    with pytest.raises(TypeError, match=r"write Pattern\(b'...'\), or decode"):
        text.search(np.array([b"a"]))
    with pytest.raises(TypeError, match="without the b"):
        data.search(np.array(["a"]))
    with pytest.raises(TypeError, match=r"^item 1: items must be str, found bytes: "):
        text.search(["a", b"a"])
    with pytest.raises(TypeError, match=r"^item \(0, 1\): items must be bytes, found "):
        data.count([[b"a", "a"]])
    with pytest.raises(TypeError, match=r"used on bytes: write the pattern as"):
        text.search(b"a")
    with pytest.raises(TypeError, match=r"used on str: write the pattern without"):
        data.search("a")


def test_other_items_are_named_with_their_place():
    with pytest.raises(TypeError, match=r"^item 2: .* found NoneType: mask what is"):
        npx.Pattern("a").search(["a", "b", None])
    with pytest.raises(TypeError, match=r"^item 300: .* found int$"):
        npx.Pattern("a").search(["a"] * 300 + [1])
    masked = np.ma.MaskedArray(np.array([1, "a", 2], dtype=object), mask=[1, 0, 0])
    with pytest.raises(TypeError, match=r"^item 2: .* found int$"):
        npx.Pattern("a").search(masked)
    for dtype in (int, float, "M8[s]", "V3"):
        with pytest.raises(
            TypeError, match="a pattern of str is used on arrays of str"
        ):
            npx.Pattern("a").search(np.zeros(2, dtype=dtype))


def test_expressions_that_make_no_sense():
    with pytest.raises(re.error):
        npx.Pattern("(")
    with pytest.raises(re.error):
        npx.Pattern("(")
    with pytest.raises(
        TypeError, match=r"expr must be str, bytes or re\.Pattern, got int"
    ):
        npx.Pattern(1)
    with pytest.raises(ValueError, match="flags cannot be added"):
        npx.Pattern(re.compile("a"), re.I)
    with pytest.raises(TypeError, match="flags must be re flags, got str"):
        npx.Pattern("a", "i")
    with pytest.raises(ValueError, match="UNICODE flag with a bytes pattern"):
        npx.Pattern(b"a", re.U)


def test_kernels_check_what_they_are_given():
    native = npx.Pattern("a(b)")._program.plan.native
    flat = np.array(["ab"])
    for texts in (np.zeros(2), np.array([["a"]]), np.array(["a"], dtype=">U1"), ["a"]):
        with pytest.raises(ValueError, match="aligned 1-d array"):
            _native.pattern_count(native, texts)
        with pytest.raises(ValueError, match="aligned 1-d array"):
            _native.pattern_test(native, texts, 0)
    with pytest.raises(ValueError, match="PyCapsule"):
        _native.pattern_count(None, flat)
    with pytest.raises(ValueError, match="how must be"):
        _native.pattern_test(native, flat, 3)
    gather = _native.pattern_gather
    with pytest.raises(ValueError, match="kind must be"):
        gather(native, flat, 3, (), (), None)
    with pytest.raises(ValueError, match="kind must be"):
        gather(native, flat, 1, (), (), None)
    for group in ((0, 3), (2, 1), (0,), None):
        with pytest.raises(ValueError, match="a group must be"):
            gather(native, flat, 0, (group,), (), None)
        with pytest.raises(ValueError, match="a group must be"):
            gather(native, flat, 2, (), (group,), None)
    with pytest.raises(TypeError, match="few"):
        gather(native, flat, 2, (), (b"",) * 65, None)
    with pytest.raises(ValueError, match="PyCapsule"):
        _native.pattern_takes(None, flat)
    build = _native.pattern_compile
    with pytest.raises(ValueError, match="no pattern of these parts"):
        build(True, False, 0, ((0, 1, 1),), (b"too short",))
    with pytest.raises(ValueError, match="no pattern of these parts"):
        build(True, False, 0, (), ())
    with pytest.raises(TypeError, match="a part must be"):
        build(True, False, 0, (1,), ())
    with pytest.raises(TypeError, match="sets must be"):
        build(True, False, 0, ((b"a",),), (1,))
    with pytest.raises(ValueError, match="end must be"):
        build(True, False, 3, ((b"a",),), ())
    with pytest.raises(ValueError, match="array of objects"):
        _native.first_stray(flat, False)
    with pytest.raises(ValueError, match="array of StringDType"):
        _native.string_missing(flat)


# ---- The object ----


def test_members_of_enums_are_what_they_hold():
    class Form(str, enum.Enum):  # noqa: UP042 (its str() is its name)
        DIGITS = r"\d+"

    pattern = npx.Pattern(Form.DIGITS)
    assert type(pattern.pattern) is str
    assert pattern == npx.Pattern(r"\d+")
    assert pattern.count(["1 22"]).tolist() == [2]


def test_patterns_are_values():
    a, b = npx.Pattern("a+", re.I), npx.Pattern(re.compile("a+", re.I))
    assert a == b
    assert hash(a) == hash(b)
    assert len({a, b, npx.Pattern("a+"), npx.Pattern(b"a+", re.I)}) == 3
    assert a != "a+"
    for other in (pickle.loads(pickle.dumps(a)), copy.copy(a), copy.deepcopy(a)):
        assert other == a
    assert a.flags == re.I | re.U
    assert a.pattern == "a+"
    with pytest.raises(AttributeError, match="immutable"):
        a.pattern = "b"
    with pytest.raises(AttributeError, match="immutable"):
        del a._program


def test_repr_is_the_call():
    for pattern in (
        npx.Pattern(r"\d+"),
        npx.Pattern("a", re.I | re.S),
        npx.Pattern(b"a\n", re.M),
        npx.Pattern("é", re.A),
    ):
        assert eval(repr(pattern), {"Pattern": npx.Pattern, "re": re}) == pattern
    assert repr(npx.Pattern(r"\d+")) == r"Pattern('\\d+')"
    assert repr(npx.Pattern("a", re.I)) == "Pattern('a', flags=re.IGNORECASE)"


# ---- The cache ----


def test_expressions_are_compiled_once():
    a, b = npx.Pattern(r"once\d"), npx.Pattern(r"once\d")
    assert a._program is b._program


def test_a_cache_makes_a_value_once_for_all_threads():
    cache = Cache(8)
    made = []
    begin = threading.Barrier(8)
    release = threading.Event()

    def make():
        made.append(1)
        release.wait(5)
        return object()

    results = [None] * 8

    def work(i):
        begin.wait()
        results[i] = cache.get("key", make)

    workers = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for worker in workers:
        worker.start()
    assert cache.get("other", lambda: 1) == 1  # nobody waits for another key
    release.set()
    for worker in workers:
        worker.join()
    assert len(made) == 1
    assert len(set(map(id, results))) == 1


def test_a_cache_drops_what_was_used_least_recently():
    cache = Cache(3)
    made = []

    def get(key):
        return cache.get(key, lambda: made.append(key) or key)

    for key in "abcad":
        get(key)
    assert len(cache) == 3
    assert made == list("abcd")
    get("a")
    get("c")
    assert made == list("abcd")
    get("b")
    assert made == list("abcdb")
    assert len(cache) == 3


def test_a_cache_keeps_no_failures():
    cache = Cache(3)
    with pytest.raises(ZeroDivisionError):
        cache.get("a", lambda: 1 / 0)
    assert len(cache) == 0
    assert cache.get("a", lambda: 1) == 1


def test_the_cache_of_expressions_is_bounded():
    from numpy_ext import _pattern_cache

    first = npx.Pattern("bounded 0")
    for n in range(_pattern_cache.BOUND + 10):
        npx.Pattern(f"bounded {n}")
    assert len(_pattern_cache._programs) == _pattern_cache.BOUND
    again = npx.Pattern("bounded 0")
    assert again == first
    assert again._program is not first._program
