"""Whatever the options are, no thread, block, processor or kind of source matters."""

import inspect
import io
import mmap
import re
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from csv_oracle import Dialect, records, without_lines
from every_option import STRATEGIES, Case, cases
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

import numpy_ext as npx
from numpy_ext.testing import cpu_levels, engine

BLOCKS = (1, 2, 3, 7, 64, 4096, None)
THREADS = (1, 2, 8)
SOURCES = ("path", "bytes", "file object", "pieces", "mmap", "buffer", "file", "text")


# ---- Kinds of sources ------------------------------------------------------


@contextmanager
def files_of(case: Case) -> Iterator[list[Path]]:
    """Write the files of a case; their names tell nothing but their order."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"{i}{case.suffix}") for i in range(len(case.files))]
        for path, content in zip(paths, case.files, strict=True):
            path.write_bytes(content)
        yield paths


def pieces_of(content: bytes) -> Iterator[bytes]:
    """Yield content cut anywhere, also into nothing."""
    at, size = 0, 0
    while at < len(content):
        yield content[at : at + size]
        at, size = at + size, (size * 2 + 1) % 23


@contextmanager
def source_of(kind: str, case: Case, paths: list[Path]) -> Iterator[Any]:
    """Open the files of a case as a kind of source."""
    if is_of_paths(case):
        pattern = str(paths[0].parent / f"*{case.suffix}")
        yield pattern if case.options.get("glob") else list(map(str, paths))
        return
    content = case.files[0]
    if kind in ("file", "mmap"):
        with paths[0].open("rb") as file:
            if kind == "file" or not content:
                yield file
            else:
                with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
                    yield mapped
        return
    yield {
        "path": paths[0],
        "bytes": content,
        "file object": io.BytesIO(content),
        "pieces": pieces_of(content),
        "buffer": bytearray(content),
        "text": content,
    }[kind]


def is_of_paths(case: Case) -> bool:
    return bool({"glob", "filename_column", "union_by_name"} & set(case.options))


def text_of(case: Case) -> str | None:
    """Return what `parse_csv` may be given instead, if anything."""
    if is_of_paths(case) or {"encoding", "compression"} & set(case.options):
        return None
    try:
        return case.files[0].decode()
    except UnicodeDecodeError:
        return None


# ---- All there is to know about a read -------------------------------------


class Stop(Exception):
    """What a callable raises that has seen enough."""


def called(kind: str, seen: list) -> Callable[[npx.errors.CsvError], None]:
    def action(error: npx.errors.CsvError) -> None:
        seen.append(error_facts(error))
        if kind == "stop" and len(seen) == 2:
            raise Stop

    return action


def error_facts(error: Exception) -> tuple:
    """Return all about an error but the path, which not every source has."""
    if hasattr(error, "path"):
        error.path = None
    details = dict(vars(error))
    notes = details.pop("__notes__", [])
    return type(error), str(error), notes, repr(sorted(details.items()))


def column_facts(table: npx.Table, name: str) -> tuple:
    array = table[name]
    values = np.ma.getdata(array)
    if values.dtype.kind in "TO":
        told = [(type(value), repr(value)) for value in values.tolist()]
    else:
        told = values.tobytes()
    field = table.schema[name]
    texts = None if field.categories is None else table.categories(name).tolist()
    kind = type(array), str(values.dtype)
    return name, kind, told, table.mask(name).tolist(), repr(field), texts


def counts_of(table: npx.Table) -> tuple:
    report = table.report
    counted = report.rejects, report.blank, report.comment, report.skipped
    return report.rows, report.columns, report.bytes, *counted


def table_facts(table: npx.Table) -> tuple:
    dialect = table.dialect.options()
    for name in ("threads", "progress", "on_error"):
        dialect.pop(name, None)
    rejects = None
    if table.rejects is not None:
        # Only a path is the name of a file.
        told = table.rejects.drop("file")
        rejects = [column_facts(told, name) for name in told]
    columns = [column_facts(table, name) for name in table]
    return columns, counts_of(table), rejects, repr(dialect)


def facts(case: Case, kind: str, paths: list[Path]) -> tuple:
    """Return all about a table, or about the error that there is instead."""
    options, seen = dict(case.options), []
    if options.get("on_error") in ("log", "stop"):
        options["on_error"] = called(options["on_error"], seen)
    if options.get("progress") == "count":
        options["progress"] = lambda done, total: None
    text = text_of(case) if kind == "text" else None
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            with source_of(kind, case, paths) as source:
                if text is None:
                    found = table_facts(npx.read_csv(source, **options))
                else:
                    found = table_facts(npx.parse_csv(text, **options))
        except Exception as error:
            found = error_facts(error)
    messages = [(w.category, without_path(str(w.message))) for w in warned]
    return without_folder((found, seen, messages), str(paths[0].parent))


def without_path(message: str) -> str:
    """Return a warning without the path that it may begin with."""
    return re.sub(r"^\S*[/\\]\d+\.[\w.]+: ", "", message)


def without_folder(found: Any, folder: str) -> Any:
    """Return what was found without the folder of the files."""
    if isinstance(found, (tuple, list)):
        return type(found)(without_folder(item, folder) for item in found)
    return found.replace(folder, "FOLDER") if isinstance(found, str) else found


# ---- The property ----------------------------------------------------------

WAYS = [
    {"block_size": block, "cpu": cpu, "threads": threads}
    for block in BLOCKS
    for cpu in cpu_levels()
    for threads in THREADS
]
ways = st.lists(
    st.tuples(st.sampled_from(WAYS), st.sampled_from(SOURCES)), min_size=4, max_size=8
)


@given(cases(), ways)
@settings(max_examples=int(settings.default.max_examples * 5))
def test_no_thread_block_processor_or_kind_of_source_matters(case, ways):
    with files_of(case) as paths:
        with engine(threads=1):
            usual = facts(case, "bytes", paths)
        for way, kind in ways:
            with engine(**way):
                assert facts(case, kind, paths) == usual, (way, kind)


# ---- Nothing is lost -------------------------------------------------------


def in_utf8(data: bytes, options: dict[str, Any]) -> bytes:
    """Return the text of a file as the reader sees it."""
    errors = options.get("encoding_errors", "strict")
    encoding = options.get("encoding", "utf-8")
    if encoding == "utf-8" and errors == "strict":
        return data
    # A byte that the encoding does not have is some character, and an error later.
    return data.decode(encoding, "replace" if errors == "strict" else errors).encode()


def oracle_dialect(dialect: npx.Dialect) -> Dialect:
    def text(value: str | None) -> bytes | None:
        return None if value is None else value.encode()

    blanks = dialect.delimiter == "whitespace"
    return Dialect(
        None if blanks else dialect.delimiter.encode(),
        None if dialect.quoting == "none" else text(dialect.quotechar),
        dialect.doublequote,
        dialect.quoting,
        text(dialect.escapechar),
        text(dialect.lineterminator),
        text(dialect.comment),
        dialect.strip,
    )


def parts_of(data: bytes, found: npx.Dialect) -> int:
    """Count lines left out, records, blank lines and comments; but no header."""
    dialect = oracle_dialect(found)
    cut = re.findall(rb"(?s:.)*?(?:%b|\Z)" % dialect.end, data)
    lines = len([line for line in cut if line])
    named = found.skiprows
    if callable(named):
        named = [number for number in range(lines) if named(number)]
    dropped = range(named) if isinstance(named, int) else named
    kept, _, _ = without_lines(data, dialect, dropped)
    remarks: list[int] = []
    rows = len(records(kept, dialect, remarks)) + len(remarks)
    header = found.header_rows if found.header else 0
    return rows - header + len([number for number in set(dropped) if number < lines])


@given(cases(), st.sampled_from(WAYS))
def test_counts_add_up(case, way):
    options = {**case.options, "on_error": "collect", "max_errors": None}
    if options.get("progress") == "count":
        options["progress"] = False
    with files_of(case) as paths, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with source_of("bytes", case, paths) as source, engine(**way):
                table = npx.read_csv(source, **options)
        except Exception:
            return  # of which the other property takes care
    if options.get("nrows") == table.num_rows:
        return  # the rest was not looked at
    told = sum(counts_of(table)[i] for i in (0, 3, 4, 5, 6))
    counted = [parts_of(in_utf8(text, options), table.dialect) for text in case.texts]
    assert told == sum(counted)
    assert table.report.rejects == table.rejects.num_rows


# ---- What is drawn ---------------------------------------------------------


def test_every_keyword_is_drawn():
    keywords = set(inspect.signature(npx.read_csv).parameters) - {"source"}
    assert set(STRATEGIES) == keywords


@pytest.mark.parametrize("keyword", STRATEGIES)
def test_every_keyword_is_drawn_with_more_than_its_default(keyword):
    usual = inspect.signature(npx.read_csv).parameters[keyword].default

    def is_read(case: Case) -> bool:
        if case.options.get(keyword, usual) == usual:
            return False
        with files_of(case) as paths:
            found, _, _ = facts(case, "bytes", paths)
        return isinstance(found[0], list)

    find(
        cases(always=keyword),
        is_read,
        settings=settings(max_examples=300, phases=[Phase.generate], database=None),
    )
