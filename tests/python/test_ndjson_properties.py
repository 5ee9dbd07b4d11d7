"""Random records: read as the oracle reads them, however they are cut."""

import json
import random

import ndjson_oracle
import pytest
from engine import assert_is, engines, error_snapshot, every_engine, snapshot
from hypothesis import given, settings
from hypothesis import strategies as st

import numpy_ext as npx
from numpy_ext.testing import engine

KEYS = ("a", "b", "id", "", "é", "0", 'q"', "back\\slash", "sixteen bytes..", "a\tb") + (
    "a key that is longer than sixteen bytes",
    "a key that is longer than sixteen Bytes",
    "🦉",
)
BLANKS = ("", "", "", " ", "\t", "  ", " \r")
MARKS = b'{}[]",:\\ \n\r\t0123456789.eE+-truefalsn\x00\x1f\x7f\xc3\xa9\xff'


def examples(factor: float) -> settings:
    return settings(max_examples=int(settings.default.max_examples * factor))


# ---- Records ------------------------------------------------------------------

INTEGERS = st.one_of(
    st.integers(-9, 99),
    st.integers(-(2**63), 2**64 - 1),
    st.sampled_from((2**63 - 1, 2**63, 2**64 - 1, 2**64, -(2**63), -(2**63) - 1)),
    st.integers(-(10**30), 10**30),
).map(str)
DECIMALS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.decimals(-1000, 1000, places=2).map(lambda d: f"{d:f}"),
    st.sampled_from(("0.0", "-0.0", "1e5", "1E+5", "-1.5e-7", "0e0", "1e400", "1e-400")),
)
TEXTS = st.one_of(
    st.text(max_size=12),
    st.text(alphabet='ab"\\/\n\t{}[],:é€🦉\0', max_size=40),
    st.sampled_from(("", "12", "null", "true", "NA", "1.5", " 1", "x" * 13, "y" * 100)),
    st.text(alphabet="ab\\", min_size=55, max_size=75),
)
TIMES = st.one_of(
    st.dates().map(str),
    st.datetimes().map(lambda t: t.isoformat(timespec="seconds")),
    st.datetimes().map(lambda t: t.isoformat(" ", timespec="milliseconds")),
    st.sampled_from(("2026-02-30", "2026-01-31T24:00", "0001-01-01T00:00:00.000000001"))
    | st.sampled_from(("2026-01-31T10:20Z", "2026-01-31 10:20:30+02:00")),
)
NESTED = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | st.text(alphabet='a,"\\{]', max_size=4),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(("x", "a", "")), inner, max_size=3),
    max_leaves=8,
).filter(lambda value: isinstance(value, (list, dict)))


@st.composite
def spelled(draw, text: str) -> str:
    """Return a string as JSON, escaped in one of the ways there are."""
    way = draw(st.integers(0, 3))
    if way == 0:
        return json.dumps(text)
    if way == 1:
        units = text.encode("utf-16-be")
        return '"%s"' % "".join(
            f"\\u{units[i] << 8 | units[i + 1]:04X}" for i in range(0, len(units), 2)
        )
    return json.dumps(text, ensure_ascii=False).replace("/", "\\/" if way == 2 else "/")


def strings(texts: st.SearchStrategy) -> st.SearchStrategy:
    return texts.flatmap(spelled)


WORDS = st.sampled_from(("true", "false"))
KINDS = {
    "integers": INTEGERS,
    "small": st.integers(0, 999).map(str),
    "decimals": DECIMALS,
    "words": WORDS,
    "texts": strings(TEXTS),
    "times": strings(TIMES),
    "days": strings(st.dates().map(str)),
    "nested": NESTED.map(json.dumps),
    "null": st.just("null"),
    "numbers": INTEGERS | DECIMALS,
}
ANY = st.one_of(*KINDS.values())


@st.composite
def files(draw, nested: bool = True) -> bytes:
    """Return a source of good records."""
    rng = draw(st.randoms(use_true_random=False))
    names = draw(st.lists(st.sampled_from(KEYS), max_size=6, unique=True))
    known = [name for name in KINDS if nested or name != "nested"]
    kinds = {name: draw(st.sampled_from(known)) for name in names}
    regular, compact = rng.random() < 0.5, rng.random() < 0.5
    lines = []
    for _ in range(draw(st.integers(0, 12))):
        if rng.random() < 0.1:
            lines.append(rng.choice(BLANKS))
        chosen = [name for name in names if regular or rng.random() < 0.8]
        if not regular and rng.random() < 0.5:
            rng.shuffle(chosen)
        space = (lambda: "") if compact else (lambda: rng.choice(BLANKS))
        parts = []
        for name in chosen:
            odd = rng.random() < 0.05
            kind = KINDS[rng.choice(known)] if odd else KINDS[kinds[name]]
            value = "null" if rng.random() < 0.1 else draw(kind)
            key = draw(spelled(name)) if rng.random() < 0.2 else json.dumps(name)
            parts.append(f"{space()}{key}{space()}:{space()}{value}{space()}")
        inside = ",".join(parts) or space()
        lines.append(f"{space()}{{{inside}}}{space()}")
    end = rng.choice(("\n", "\n", "\r\n"))
    text = end.join(lines) + rng.choice(("", end))
    return rng.choice((b"", b"", b"\xef\xbb\xbf")) + text.encode()


def outcome(data: bytes, **options: object) -> object:
    try:
        return snapshot(npx.read_ndjson(data, **options))
    except npx.errors.JsonError as error:
        return error_snapshot(error)


def assert_read(data: bytes, nested: str) -> None:
    """Compare a read with what the oracle says, be it a table or a refusal."""
    try:
        names, columns = ndjson_oracle.read(data, nested)
    except ndjson_oracle.Refused as refused:
        with pytest.raises(npx.errors.JsonError) as raised:
            npx.read_ndjson(data, nested=nested)
        assert raised.value.record == refused.record
        usual = {"twice": ("NX713",), "nested": ("NX714",)}
        bad = ("NX711", "NX712", "NX715", "NX717", "NX718")
        assert raised.value.code in usual.get(refused.why, bad)
        assert raised.value.byte is not None
        return
    table = npx.read_ndjson(data, nested=nested)
    assert list(table) == names
    assert_is(table, columns)
    for name, column in zip(names, columns, strict=True):
        reason = table.schema[name].reason
        if column.decider is None:
            assert reason == "no values"
        elif b"\r" not in data:
            assert reason.startswith(f"line {column.decider.line} has ")


@given(files())
@examples(5)
def test_records_are_read_as_the_oracle_reads_them(data):
    assert_read(data, "text")


@given(files())
def test_nested_values_are_refused_where_the_oracle_does(data):
    assert_read(data, "raise")


@given(files(), st.randoms(use_true_random=False))
@examples(5)
def test_damaged_records_are_refused_where_the_oracle_does(data, rng):
    for _ in range(4):
        damaged = bytearray(data)
        for _ in range(rng.choice((1, 1, 2))):
            at = rng.randrange(len(damaged) + 1)
            cut = rng.choice((0, 0, 1, 1, 5))
            damaged[at : at + cut] = bytes(rng.choices(MARKS, k=rng.choice((0, 1, 1))))
        assert_read(bytes(damaged), "text")


@given(files(), st.sampled_from(every_engine()))
@examples(3)
def test_seams_threads_and_processor_do_not_matter(data, way):
    for options in ({"nested": "text"}, {}):
        with engine(threads=1):
            usual = outcome(data, **options)
        with engine(**way):
            assert outcome(data, **options) == usual


@given(files(), st.randoms(use_true_random=False), st.sampled_from(every_engine()))
@examples(3)
def test_errors_are_the_same_in_every_way(data, rng, way):
    damaged = bytearray(data)
    at = rng.randrange(len(damaged) + 1)
    damaged[at : at + rng.choice((0, 1))] = bytes(rng.choices(MARKS, k=1))
    with engine(threads=1):
        usual = outcome(bytes(damaged))
    with engine(**way):
        assert outcome(bytes(damaged)) == usual


@given(files())
@examples(0.2)
def test_no_seam_matters(data):
    with engine(threads=1):
        usual = outcome(data, nested="text")
    for way in engines(tuple(range(1, 201))):
        with engine(**way):
            assert outcome(data, nested="text") == usual, way


@given(files(nested=False), st.integers(0, 6))
def test_what_follows_the_last_wanted_record_does_not_matter(data, nrows):
    names, columns = ndjson_oracle.read(data, nrows=nrows)
    for tail in (b"", b"\nno JSON\xff", b'\n{"zz": [}'):
        if len(ndjson_oracle.records(data)) < nrows and tail:
            continue
        table = npx.read_ndjson(data + tail, nrows=nrows)
        assert list(table) == names
        assert_is(table, columns)


@given(files(nested=False), st.randoms(use_true_random=False))
def test_columns_are_those_that_were_asked_for(data, rng):
    names, columns = ndjson_oracle.read(data)
    chosen = rng.sample(range(len(names)), rng.randint(0, len(names)))
    by_name = dict(zip(names, columns, strict=True))
    wanted = [names[at] for at in chosen]
    for usecols in (wanted, chosen):
        table = npx.read_ndjson(data, usecols=usecols)
        assert list(table) == wanted
        assert_is(table, [by_name[name] for name in wanted])
    table = npx.read_ndjson(data, usecols=lambda name: name in wanted)
    assert list(table) == [name for name in names if name in wanted]
    assert list(npx.read_ndjson(data, usecols=slice(1, None))) == names[1:]


def test_large_sources_are_read_as_the_oracle_reads_them():
    """Many blocks, keys that come late, types that widen late."""
    rng = random.Random(7)
    lines = []
    for i in range(30_000):
        record = {"id": i, "x": rng.choice((1, 2.5, None)), "s": "t" * rng.randrange(30)}
        if i > 12_000 and i % 7 == 0:
            record["late"] = rng.choice(("2026-01-01", "2026-01-01T10:00:00"))
        if i == 29_000:
            record["last"], record["id"] = True, "no number"
        items = list(record.items())
        if i % 11 == 0:
            rng.shuffle(items)
        lines.append(json.dumps(dict(items)))
    data = "\n".join(lines).encode()
    names, columns = ndjson_oracle.read(data)
    usual = None
    for way in engines((4096, 65536)):
        with engine(**way):
            table = npx.read_ndjson(data)
        assert list(table) == names
        usual = usual or snapshot(table)
        assert snapshot(table) == usual
    assert_is(table, columns)
