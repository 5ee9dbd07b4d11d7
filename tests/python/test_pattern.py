"""Pattern against re, item by item."""

import re
import threading

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pattern_oracle import (
    FLAGS,
    LETTERS,
    TEXTS,
    StringDType,
    assert_like_re,
    compiled_or_none,
    expressions,
)

import numpy_ext as npx
from numpy_ext.testing import engine

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
