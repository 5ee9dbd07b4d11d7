"""The corpus of polluted files: what is found of them, and what reading them gives.

The files are made by `benchmarks/pollution.py` from a seed on which nothing was tuned.
"""

import hashlib
import random
from functools import cache

import pollution
import pytest
from sniff_judge import PROPERTIES, judge, right
from sniffers import SNIFFERS, Told

import numpy_ext as npx

pytestmark = pytest.mark.filterwarnings("ignore::numpy_ext.errors.CsvWarning")


def takes(options: dict) -> bool:
    """Return whether the reader has these options, and these values of them.

    `ragged` it has not got yet: files that need it are left out until it has.
    """
    try:
        npx.CsvParser(**options)
    except (TypeError, ValueError):
        return False
    return True


# Of all bytes: whoever changes the files changes what the figures are of.
DIGEST = "10966fba9c86a7dfbbb6780b7c03a9d6cfcfcefba1ff73bc5ffeec2c4511fedc"


def digest(files: list[pollution.Polluted]) -> str:
    return hashlib.sha256(b"".join(file.data for file in files)).hexdigest()


@cache
def files() -> list[pollution.Polluted]:
    return pollution.polluted()


def test_there_are_many_files_and_they_are_the_same_each_time():
    assert len(files()) >= 400
    assert len({file.name for file in files()}) == len(files())
    assert digest(files()) == DIGEST
    assert pollution.SEED not in pollution.TUNING_SEEDS


def test_what_is_wrong_is_judged_wrong():
    file = next(f for f in files() if f.name == "measurements-preamble")
    answer = file.answer
    (delimiter,) = answer.delimiters
    skip, comment = max(answer.skips)
    told = Told(delimiter, None, None, True, skip, comment)
    assert all(right(told, file).values())
    assert not any(right(None, file).values())
    for wrong in (
        told._replace(delimiter=":"),
        told._replace(header=False),
        told._replace(skiprows=99),
        told._replace(quotechar="-"),
        told._replace(escapechar="-"),
    ):
        assert sum(right(wrong, file).values()) == len(PROPERTIES) - 1


def test_nine_of_ten_files_are_sniffed_rightly():
    score = judge(SNIFFERS[0], files())
    assert score.whole >= 0.9 * score.files, score.wrong
    assert all(count >= 0.9 * score.files for count in score.properties.values())


def test_encodings_and_decimal_marks_are_right():
    wrong = []
    for file in files():
        try:
            dialect = npx.sniff_csv(file.data)
        except npx.errors.CsvDialectError:
            continue
        text = file.data.decode(dialect.encoding).removeprefix("\ufeff")
        if text != file.text or dialect.decimal != file.answer.decimal:
            wrong.append(file.name)
    assert len(wrong) <= 0.05 * len(files()), wrong


def is_clean(table: npx.Table, file: pollution.Polluted) -> bool:
    """Return whether a table is the clean one; names keep the blanks before them."""
    names = {name: name.strip() for name in table.names if name != name.strip()}
    return table.rename(names).equals(clean(file))


def clean(file: pollution.Polluted) -> npx.Table:
    return npx.read_csv(file.clean)


def test_the_reader_stops_at_the_right_record_or_reads_exactly():
    """With the dialect and nothing that forgives."""
    wrong, read, stopped = [], 0, 0
    for file in files():
        options = {k: v for k, v in file.options.items() if k not in ("skipfooter",)}
        if not takes(options):
            continue
        try:
            table = npx.read_csv(file.data, **options)
        except npx.errors.CsvError as error:
            stopped += 1
            if (error.record, error.code) != (file.first_bad, file.code):
                wrong.append((file.name, error.code, error.record, file.first_bad))
            continue
        read += 1
        if file.first_bad is not None or not is_clean(table, file):
            wrong.append((file.name, "read", table.num_rows, file.first_bad))
    assert wrong == []
    assert read > 300 and stopped > 30


def test_the_clean_table_comes_back():
    """With all that forgives, wherever the information is there."""
    wrong, waiting, read = [], [], 0
    for file in files():
        options = file.options | file.lenient
        if not file.recoverable:
            continue
        if not takes(options):
            waiting.append(file.name)
            continue
        read += 1
        if not is_clean(npx.read_csv(file.data, **options), file):
            wrong.append(file.name)
    assert wrong == []
    assert read > 400
    needs = {
        name for f in files() if f.name in waiting for name in f.options | f.lenient
    }
    assert not waiting or needs & {"ragged", "skipfooter", "header_rows"}


def test_what_is_sniffed_reads_the_clean_table():
    """The dialect found, and names where the file has none."""
    wrong, read = [], 0
    for file in files():
        more = {k: v for k, v in file.lenient.items()}
        for name in ("names", "skipfooter"):
            if name in file.options:
                more[name] = file.options[name]
        if not file.recoverable or not takes(more):
            continue
        read += 1
        try:
            table = npx.read_csv(file.data, delimiter="auto", **more)
        except npx.errors.CsvError as error:
            wrong.append((file.name, str(error).splitlines()[0]))
            continue
        if not same_cells(table, clean(file)):
            wrong.append((file.name, table.dialect))
    assert len(wrong) <= 0.1 * read, wrong


def same_cells(table: npx.Table, other: npx.Table) -> bool:
    """Compare values; blanks around text depend on `strip`, which is one of several."""
    if table.shape != other.shape:
        return False
    return all(
        str(a).strip() == str(b).strip()
        for name, twin in zip(table.names, other.names, strict=True)
        for a, b in zip(table[name].tolist(), other[twin].tolist(), strict=True)
    )


def test_threads_and_order_do_not_matter():
    some = random.Random(5).sample(files(), 40)
    first = [str_of(file, 1) for file in some]
    assert [str_of(file, 8) for file in reversed(some)] == first[::-1]


def str_of(file: pollution.Polluted, threads: int) -> str:
    with npx.num_threads(threads):
        try:
            return repr(npx.sniff_csv(file.data))
        except npx.errors.CsvDialectError as error:
            return str(error)
