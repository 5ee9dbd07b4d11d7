"""Pattern against re, item by item."""

import copy
import itertools
import pickle
import re
import threading

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import numpy_ext as npx
from numpy_ext import _native
from numpy_ext._pattern_cache import Cache, Program
from numpy_ext.testing import engine

StringDType = np.dtypes.StringDType

# Characters of expressions and texts: cases beyond ASCII (the Kelvin sign, the long s,
# the Turkish i), digits and spaces beyond ASCII, NUL and newline.
LETTERS = "abkKsSi-_ 1é\u0130\u0131\u017f\u212a\u0663\u2003\x1c\0\n😀"

CLASSES = [
    r"\d",
    r"\w",
    r"\s",
    r"\D",
    r"\W",
    r"\S",
    ".",
    "[ab]",
    "[^ab]",
    "[a-z]",
    "[^a-zA-Z0-9]",
    r"[\w-]",
    r"[^\s\d]",
    r"[\-\]k]",
    r"[\x00-\x1f]",
    "[é-\u0131]",
    "[s]",
    "[^\n]",
    "[K-]",
]
REPEATS = ["", "", "", "+", "*", "?", "{2}", "{1,2}", "{2,}", "{,2}"]
OUTSIDE = ["|", "+?", "*+", r"\b", "(?=a)", r"(?:a|b)", "(a)?", r"(a)\1", "$", "^"]


def atoms():
    characters = st.sampled_from(LETTERS).map(re.escape)
    return st.one_of(characters, characters, st.sampled_from(CLASSES))


@st.composite
def expressions(draw):
    """Draw an expression, mostly of what may run in C."""
    pieces = []
    for _ in range(draw(st.integers(1, 4))):
        piece = draw(atoms()) + draw(st.sampled_from(REPEATS))
        wrap = draw(st.sampled_from(["{}", "{}", "{}", "({})", "(?:{})", "(?P<g>{})"]))
        if wrap == "(?P<g>{})" and any("?P<g>" in p for p in pieces):
            wrap = "({})"
        pieces.append(wrap.replace("{}", piece, 1))
    if draw(st.integers(0, 3)) == 0:
        place = draw(st.integers(0, len(pieces)))
        pieces.insert(place, draw(st.sampled_from(OUTSIDE)))
    start = draw(st.sampled_from(["", "", "", "^", r"\A"]))
    end = draw(st.sampled_from(["", "", "", "$", r"\Z"]))
    return start + "".join(pieces) + end


FLAGS = st.sampled_from(
    [0, 0, 0, re.I, re.A, re.I | re.A, re.S, re.M, re.X, re.I | re.S]
)
TEXTS = st.lists(st.text(LETTERS, max_size=8), min_size=1, max_size=12)


def compiled_or_none(expr, flags):
    try:
        return re.compile(expr, flags)
    except (re.error, RecursionError):
        return None


def by_item(matches: npx.Matches) -> list[list]:
    """Return the matches of each item, as re.findall gives them."""
    values = matches.values.tolist()
    if matches.values.ndim == 2:
        values = [tuple(row) for row in values]
    offsets = matches.offsets.tolist()
    assert offsets[0] == 0
    assert offsets[-1] == len(values)
    return [values[a:b] for a, b in itertools.pairwise(offsets)]


def group_of(match, group):
    return None if match is None else match.group(group)


def assert_like_re(pattern: npx.Pattern, items: np.ndarray) -> None:
    """Compare every method with re, for items of any dtype and shape."""
    expr = re.compile(pattern.pattern, int(pattern.flags))
    texts = items.ravel().tolist()
    shape = items.shape

    def flat(result, dtype):
        assert result.shape == shape
        assert result.dtype == dtype
        return result.ravel().tolist()

    for name in ("search", "match", "fullmatch"):
        found = flat(getattr(pattern, name)(items), np.bool_)
        assert found == [getattr(expr, name)(text) is not None for text in texts], name
    counts = flat(pattern.count(items), np.int64)
    assert counts == [sum(1 for _ in expr.finditer(text)) for text in texts]

    def holds(values):  # results that arrays of strings can keep
        if isinstance(pattern.pattern, bytes):
            return not any(value.endswith(b"\0") for value in values if value)
        return not any("\ud800" <= c < "\ue000" for v in values if v for c in v)

    kept = "T" if isinstance(pattern.pattern, str) else "S"
    every = [expr.findall(text) for text in texts]
    flat_values = [
        v for e in every for x in e for v in (x if isinstance(x, tuple) else (x,))
    ]
    if holds(flat_values):
        matches = pattern.findall(items)
        assert by_item(matches) == every
        assert matches.values.dtype.kind == kept
        assert matches.rows.tolist() == [i for i, e in enumerate(every) for _ in e]
    for group in range(expr.groups + 1):
        expected = [group_of(expr.search(text), group) for text in texts]
        if holds(expected):
            extracted = pattern.extract(items, group)
            assert isinstance(extracted, np.ma.MaskedArray)
            assert extracted.shape == shape
            assert extracted.dtype.kind == kept
            assert extracted.ravel().tolist() == expected
    for repl in ("<>", r"[\g<0>]", "", r"\1-\n", r"\g<g>\\"):
        for count in (0, 1, 2):
            given_repl = repl if kept == "T" else repl.encode()
            try:
                expr.sub(given_repl, given_repl[:0])  # valid, also for no items
                expected = [expr.sub(given_repl, text, count=count) for text in texts]
            except (re.error, IndexError) as error:
                with pytest.raises(type(error)):
                    pattern.replace(items, given_repl, count)
                continue
            if holds(expected):
                replaced = pattern.replace(items, given_repl, count)
                assert replaced.shape == shape
                assert replaced.dtype.kind == kept
                assert replaced.ravel().tolist() == expected


# ---- Equal to re ----


@given(expressions(), FLAGS, TEXTS)
@example(r"\s*$", 0, [" \n", "\n", "a \n\n"])
@example(r"\d{4}-\d{2}", 0, ["2026-01 2026-1", "12026-012"])
@example("k", re.I, ["K", "\u212a"])
@example("s+i", re.I, ["\u017fS\u0130", "\u0131"])
def test_every_method_is_that_of_re(expr, flags, texts):
    if compiled_or_none(expr, flags) is None:
        return
    pattern = npx.Pattern(expr, flags)
    for dtype in (StringDType(), object, "U"):
        assert_like_re(pattern, np.array(texts, dtype=dtype))


@given(
    expressions(),
    st.sampled_from([0, 0, re.I, re.S]),
    st.lists(st.text("ab-_ 1é\xe9\0\n\x1c\xa0", max_size=8), min_size=1, max_size=12),
)
def test_bytes_are_searched_as_bytes(expr, flags, texts):
    try:
        data = expr.encode("latin-1")
    except UnicodeEncodeError:
        return
    if compiled_or_none(data, flags) is None:
        return
    pattern = npx.Pattern(data, flags)
    items = [text.encode("latin-1") for text in texts]
    objects = np.empty(len(items), dtype=object)
    objects[:] = items
    assert_like_re(pattern, objects)
    assert_like_re(pattern, np.array(items, dtype="S"))


@given(
    expressions(),
    st.lists(st.text(LETTERS + "\ud800\udfff", max_size=6), min_size=1, max_size=6),
)
def test_texts_with_lone_surrogates(expr, texts):
    if compiled_or_none(expr, 0) is None:
        return
    pattern = npx.Pattern(expr)
    assert_like_re(pattern, np.array(texts, dtype="U"))
    assert_like_re(pattern, np.array(texts, dtype=object))


@given(st.text(max_size=12))
def test_any_escaped_text_is_a_literal(text):
    pattern = npx.Pattern(re.escape(text))
    assert_like_re(pattern, np.array([text, f"a{text}{text}b", ""], dtype=object))


def test_every_character_is_in_the_classes_that_it_is_in_for_re():
    points = [chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000]
    characters = np.array(points, dtype=StringDType())
    for expr, flags in [
        (r"\w", 0),
        (r"\d", 0),
        (r"\s", 0),
        (r"[^\W\d]", 0),
        (r"\w", re.A),
        (r"\s", re.A),
        (".", 0),
        ("[a-z]", re.I),
        ("[^k-sµ]", re.I),
        ("k", re.I),
        ("ς", re.I),
        ("[à-þ]", re.I),
        ("[a-zé]", re.I | re.A),
    ]:
        pattern = npx.Pattern(expr, flags)
        assert pattern.engine == "class"
        ask = re.compile(expr, flags).match
        expected = [ask(point) is not None for point in points]
        assert pattern.match(characters).tolist() == expected, expr


def test_no_script_with_two_cases_is_overlooked():
    beyond = range(0x20000, 0x110000)
    assert not any(chr(c).lower() != chr(c) or chr(c).upper() != chr(c) for c in beyond)


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


# ---- Layouts ----


def layouts(items: np.ndarray) -> dict[str, np.ndarray]:
    """Return views of 24 items that are laid out in every way."""
    grid = items.reshape(2, 3, 4)
    return {
        "contiguous": items,
        "every second": items[::2],
        "backwards": items[::-1],
        "zero stride": np.broadcast_to(items[5], 300),
        "broadcast": np.broadcast_to(items[:3, np.newaxis], (3, 4)),
        "empty": items[:0],
        "empty 2-d": items[:0].reshape(0, 5),
        "transposed": grid.T,
        "Fortran": np.asfortranarray(grid),
        "slice": grid[:, ::2, ::-1],
    }


@pytest.mark.parametrize("expr", ["em", r"\d+", r"(\w)m (\d)", r"\w+|-"])
@pytest.mark.parametrize("dtype", ["S", "U", ">U9", object, StringDType()], ids=str)
def test_layouts(dtype, expr):
    texts = [f"itém {n}" * (n % 2 + 1) if n % 3 else f"item {n}" for n in range(24)]
    if dtype == "S":
        items, expr = np.array([t.encode() for t in texts]), expr.encode()
    else:
        items = np.array([t[:9] for t in texts], dtype=dtype)
    for view in layouts(items).values():
        assert_like_re(npx.Pattern(expr), view)


def test_unaligned_and_read_only_items():
    records = np.zeros(50, dtype=[("pad", "S1"), ("text", "U5"), ("bytes", "S7")])
    records["text"] = [f"é{n}" for n in range(50)]
    records["bytes"] = [b"b%d" % n for n in range(50)]
    records.flags.writeable = False
    assert not records["text"].flags.aligned
    assert_like_re(npx.Pattern("é1"), records["text"])
    assert_like_re(npx.Pattern(rb"\d+"), records["bytes"])


def test_lists_keep_their_objects():
    assert npx.Pattern(b"\\0").count([b"a\0", b"\0\0"]).tolist() == [1, 2]
    assert npx.Pattern("a").search([["a", "b"], ["c", "ba"]]).tolist() == [
        [True, False],
        [False, True],
    ]
    assert npx.Pattern("a").count([]).shape == (0,)


def test_results_can_be_written_to():
    items = np.array(["a long text that does not fit into its entry", "b"])
    for result in (
        npx.Pattern("a").search(items),
        npx.Pattern("a").count(items),
        npx.Pattern("o").replace(items, "0"),
        npx.Pattern(r"\w+").findall(items).values,
        npx.Pattern(r"\w+").extract(items).data,
    ):
        result[0] = result[1]
        assert result[0] == result[1]


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
        pattern.replace(np.array([b"ba\0c"]).astype("S3"), b"\0")
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
        gather(native, flat, False, 3, (), (), None)
    with pytest.raises(ValueError, match="kind must be"):
        gather(native, flat, False, 1, (), (), None)
    for group in ((0, 3), (2, 1), (0,), None):
        with pytest.raises(ValueError, match="a group must be"):
            gather(native, flat, False, 0, (group,), (), None)
        with pytest.raises(ValueError, match="a group must be"):
            gather(native, flat, False, 2, (), (group,), None)
    with pytest.raises(TypeError, match="few"):
        gather(native, flat, False, 2, (), (b"",) * 65, None)
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


# ---- Threads ----


@pytest.mark.parametrize("expr", ["7", r"\d+", r"(\w+) (\d+)", "x|7"])
@pytest.mark.parametrize("dtype", ["U", "S", object, StringDType()], ids=str)
def test_results_do_not_depend_on_threads(expr, dtype):
    texts = [f"text {n} {'é' * (n % 3)} of more than fifteen" for n in range(20_000)]
    if dtype == "S":
        items, expr = np.array([t.encode() for t in texts]), expr.encode()
        repl = b"<>"
    else:
        items, repl = np.array(texts, dtype=dtype), "<>"
    pattern = npx.Pattern(expr)
    seen = []
    for threads in (1, 2, 8):
        with engine(threads=threads):
            matches = pattern.findall(items)
            seen.append(
                [
                    pattern.search(items).tolist(),
                    pattern.count(items).tolist(),
                    matches.values.tolist(),
                    matches.offsets.tolist(),
                    pattern.extract(items, 0).tolist(),
                    pattern.replace(items, repl).tolist(),
                ]
            )
    assert seen[0] == seen[1] == seen[2]
    compiled = re.compile(expr)
    assert seen[0][1] == [len(compiled.findall(text)) for text in items.tolist()]


def test_one_pattern_and_one_array_in_many_threads():
    strings = np.array([f"{n} " * 10 for n in range(8000)], dtype=StringDType())
    pattern = npx.Pattern(r"\d+")
    expected = pattern.count(strings)
    results = [None] * 4

    def work(i):
        results[i] = (pattern.count(strings), pattern.replace(strings, "n"))

    workers = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert all((counts == expected).all() for counts, _ in results)
    assert all((texts == "n " * 10).all() for _, texts in results)


def test_items_that_change_during_the_call_do_no_harm():
    items = np.array([b"1" * 40] * 50_000)
    pattern = npx.Pattern(rb"\d")
    done = threading.Event()

    def change():
        while not done.is_set():
            items[::7] = b""
            items[::7] = b"1" * 40

    changer = threading.Thread(target=change)
    changer.start()
    try:
        for _ in range(5):
            try:
                replaced = pattern.replace(items, b"22")
            except RuntimeError as error:
                assert "changed by somebody else" in str(error)
            else:
                assert replaced.shape == items.shape
    finally:
        done.set()
        changer.join()


def test_hostile_texts_take_linear_time():
    text = np.array(["a" * 1_000_000 + "-"], dtype=StringDType())
    for expr in (r"\w+:", r"[ab]\w*:", r"\w{500,}:", r"\w*$"):
        pattern = npx.Pattern(expr)
        assert pattern.engine != "re"
        assert pattern.count(text).tolist() == [int(expr.endswith("$"))]
