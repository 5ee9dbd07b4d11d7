"""Random dirt: what stays, what is left out, and that all of it adds up."""

import warnings

import pytest
from csv_oracle import Dialect
from dirt_oracle import Ask, Dirty, read_dirty
from engine import assert_is, every_engine, snapshot
from hypothesis import given, settings
from hypothesis import strategies as st

import numpy_ext as npx
from numpy_ext.errors import CsvError
from numpy_ext.testing import engine

pytestmark = pytest.mark.filterwarnings("ignore::numpy_ext.errors.CsvWarning")

CELLS = st.sampled_from(
    (
        *(b"1", b"22", b"-3", b"007", b"4.5", b"", b"", b"NA", b"abc", b"true", b'"q"'),
        *(b'""', b'"x""y"', b'"a"b', b'c"d', b"\xff", b"\xc3\xa9", b"z\xe9", b"  "),
        *(b"2020-01-01", b"2020-01-01 10:00", b"2020-01-01T10:00Z", b'"two\nlines"'),
        *(b"18446744073709551615", b"99999999999999999999999", b"1e400", b'"1,2"'),
    )
)
NUMBERS = st.sampled_from((b"1", b"2", b"33", b"-4", b"0", b"12345678901"))
ENDS = st.sampled_from((b"\n", b"\n", b"\r\n", b"\r"))
DTYPES = st.sampled_from(("int64", "float64", "datetime64[s]", "string"))
TYPES = {"string": str}


PLAIN = (
    Dialect(),
    Dialect(quoting="strict"),
    Dialect(quoting="lenient"),
    Dialect(doublequote=False),
)
EXTENDED = (
    Dialect(comment=b"#"),
    Dialect(comment=b"#", quoting="strict"),
    Dialect(delimiter=b"||"),
    Dialect(delimiter=b"||", comment=b"#"),
    Dialect(escape=b"\\"),
    Dialect(terminator=b"@@"),
    Dialect(strip=True),
    Dialect(delimiter=None),
    Dialect(delimiter=None, comment=b"//", quoting="lenient"),
)


@st.composite
def dirty_sources(draw, dialects=PLAIN + EXTENDED):
    """Draw a source with a sound header, and how to read it."""
    dialect = draw(st.sampled_from(dialects))
    width = draw(st.integers(1, 4))
    lines = draw(st.lists(lines_of(width, dialect), max_size=30))
    comma, end = dialect.delimiter or b" ", dialect.terminator or b"\n"
    before = draw(st.lists(st.sampled_from((end, b'junk,"' + end)), max_size=2))
    skipped = len(before)
    header = comma.join(b"abcd"[i : i + 1] for i in range(width)) + end
    tail = draw(st.sampled_from((b"", b"", b"", b'1,"open', b'"x"y,"\n1,2\n')))
    data = b"".join(before) + header + b"".join(lines) + tail.replace(b",", comma)
    if draw(st.booleans()):
        data = data.rstrip(b"\r\n")
    dtypes = draw(st.dictionaries(st.integers(0, width - 1), DTYPES, max_size=2))
    ask = Ask(
        ragged=draw(st.sampled_from(("raise", "pad", "truncate", "both"))),
        dtypes=dtypes,
        missing_raises=draw(st.booleans()),
        nrows=draw(st.none() | st.integers(1, 12)),
        skiprows=skipped,
        skip_blank=draw(st.sampled_from(("auto", True, False))),
    )
    return data, dialect, ask


@st.composite
def lines_of(draw, width, dialect):
    comma, end = dialect.delimiter or b" ", dialect.terminator or draw(ENDS)
    kind = draw(st.integers(0, 19))
    if kind == 0:
        return end
    if kind == 1 and dialect.comment:
        return dialect.comment + b' note, "' + end
    if kind <= 10:
        return comma.join(draw(NUMBERS) for _ in range(width)) + end
    more = draw(st.sampled_from((0, 0, 0, 0, -1, 1, 2)))
    cells = [draw(CELLS) for _ in range(max(1, width + more))]
    note = dialect.comment + b" x" if dialect.comment and kind == 11 else b""
    return comma.join(cells) + note + end


def keywords(dialect: Dialect, ask: Ask) -> dict:
    def text(token: bytes | None) -> str | None:
        return None if token is None else token.decode()

    return {
        "delimiter": text(dialect.delimiter) or "whitespace",
        "quoting": dialect.quoting,
        "doublequote": dialect.doublequote,
        "escapechar": text(dialect.escape),
        "lineterminator": text(dialect.terminator),
        "comment": text(dialect.comment),
        "strip": dialect.strip,
        "ragged": ask.ragged,
        "dtype": {at: TYPES.get(name, name) for at, name in ask.dtypes.items()},
        "missing": "raise" if ask.missing_raises else "auto",
        "nrows": ask.nrows,
        "skiprows": ask.skiprows,
        "skip_blank_lines": ask.skip_blank,
    }


def told(rejects: npx.Table) -> list[tuple]:
    """Return the rejects of a table as the oracle has them."""
    return [
        tuple(
            row[name] for name in ("record", "line", "byte", "column", "code", "text")
        )
        for row in rejects.to_pylist()
    ]


def wanted(dirty: Dirty) -> list[tuple]:
    return [(r.record, r.line, r.byte, r.column, r.code, r.text) for r in dirty.rejects]


def check(table: npx.Table, dirty: Dirty) -> None:
    assert told(table.rejects) == wanted(dirty)
    assert list(table) == dirty.names
    assert_is(table, dirty.columns)
    report = table.report
    counted = report.rows, report.rejects, report.blank, report.comment, report.skipped
    expected = len(dirty.good), len(dirty.rejects), dirty.blank, dirty.comment
    assert counted == (*expected, dirty.skipped)


@given(dirty_sources(), st.sampled_from(every_engine()))
@settings(max_examples=int(settings.default.max_examples * 5))
def test_bad_records_are_left_out_and_told(drawn, way):
    data, dialect, ask = drawn
    dirty = read_dirty(data, dialect, ask)
    with engine(**way):
        table = npx.read_csv(data, on_error="collect", **keywords(dialect, ask))
    check(table, dirty)


@given(dirty_sources())
def test_no_seam_or_thread_matters(drawn):
    data, dialect, ask = drawn
    options = keywords(dialect, ask)
    usual = npx.read_csv(data, on_error="collect", **options)
    expected = snapshot(usual), snapshot(usual.rejects), counts(usual)
    for way in every_engine((1, 2, 3, 7, 13, 31, 64, 65)):
        with engine(**way):
            table = npx.read_csv(data, on_error="collect", **options)
        found = snapshot(table), snapshot(table.rejects), counts(table)
        assert found == expected, way


def counts(table: npx.Table) -> tuple:
    report = table.report
    return report.rows, report.rejects, report.blank, report.comment, report.skipped


@given(dirty_sources(), st.sampled_from(every_engine()))
def test_the_first_reject_is_the_error_that_would_be_raised(drawn, way):
    """For faults of one record, as far as those before it settle what is one."""
    data, dialect, ask = drawn
    options = keywords(dialect, ask)
    options["missing"] = "auto"
    if "datetime64[s]" in ask.dtypes.values():
        return
    table = npx.read_csv(data, on_error="collect", **options)
    with engine(**way):
        try:
            raised = npx.read_csv(data, **options)
        except CsvError as error:
            first = table.rejects.to_pylist()[0]
            same = ("record", "line", "byte", "column", "code", "message")
            assert {k: getattr(error, k) for k in same} == {k: first[k] for k in same}
        else:
            assert table.rejects.num_rows == 0
            assert snapshot(table) == snapshot(raised)


@given(dirty_sources(), st.sampled_from(every_engine()), st.integers(0, 6))
def test_max_errors_is_how_many_may_be_left_out(drawn, way, most):
    data, dialect, ask = drawn
    options = keywords(dialect, ask)
    table = npx.read_csv(data, on_error="collect", **options)
    for action in ("collect", "skip"):
        with engine(**way):
            try:
                other = npx.read_csv(data, on_error=action, max_errors=most, **options)
            except CsvError as error:
                assert error.code == "NX320"
                assert table.rejects.num_rows > most
                bad = [(r["record"], r["line"]) for r in table.rejects.to_pylist()]
                assert (error.record, error.line) == bad[0]
            else:
                assert table.rejects.num_rows <= most
                assert snapshot(other) == snapshot(table)


@given(dirty_sources(), st.sampled_from(every_engine()))
def test_every_action_leaves_the_same_rows(drawn, way):
    data, dialect, ask = drawn
    options = keywords(dialect, ask)
    table = npx.read_csv(data, on_error="collect", **options)
    called: list[CsvError] = []
    with engine(**way), warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        skipped = npx.read_csv(data, on_error="skip", **options)
        told_to = npx.read_csv(data, on_error=called.append, **options)
    assert snapshot(skipped) == snapshot(told_to) == snapshot(table)
    assert skipped.rejects is None and told_to.rejects is None
    assert counts(skipped) == counts(told_to) == counts(table)
    left_out = [w for w in warned if "left out" in str(w.message)]
    assert len(left_out) == (table.rejects.num_rows > 0)
    found = [(e.record, e.line, e.byte, e.column, e.code, e.text) for e in called]
    assert found == told(table.rejects)


@given(dirty_sources((*PLAIN, Dialect(comment=b"#"))), st.sampled_from(every_engine()))
def test_the_table_is_that_of_the_file_without_its_bad_records(drawn, way):
    data, dialect, ask = drawn
    options = keywords(dialect, ask)
    with engine(**way):
        table = npx.read_csv(data, on_error="collect", **options)
    kept, at = [], 0
    spans = [
        (start, behind_line(data, stop, dialect))
        for start, stop in read_dirty(data, dialect, ask).spans
    ]
    for start, stop in spans:
        kept.append(data[at:start])
        at = stop
    kept.append(data[at:])
    clean = npx.read_csv(b"".join(kept), **options)
    assert values(clean) == values(table)
    assert len(spans) == table.rejects.num_rows


def values(table: npx.Table) -> list:
    """Return all about a table but its reasons, which name lines."""
    return [column[:-1] for column in snapshot(table)]


def behind_line(data: bytes, at: int, dialect: Dialect) -> int:
    """Return where the line after a record begins that ends at some byte."""
    if dialect.comment and data[at : at + 1] == dialect.comment:
        while data[at : at + 1] not in (b"\n", b"\r", b""):
            at += 1
    return at + (2 if data[at : at + 2] == b"\r\n" else 1)
