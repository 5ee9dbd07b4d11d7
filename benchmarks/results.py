"""The figures of past runs in results/csv.json: how they are kept and looked up.

The report is `{"tables": [...]}`, a table for each row that was measured, in the order
of `rows.ROWS`. A table has its own date, versions and build, since rows are measured
one by one.
"""

import json
from pathlib import Path
from typing import Any, TypeAlias

from rows import ROWS

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results" / "csv.json"

Report: TypeAlias = dict[str, Any]
Table: TypeAlias = dict[str, Any]
Entry: TypeAlias = dict[str, Any]

NONE: Report = {"tables": []}


def load(path: Path = RESULTS) -> Report:
    if not path.exists():
        return NONE
    report: Report = json.loads(path.read_text())
    return report


def save(report: Report, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".partial")
    unfinished.write_text(json.dumps(report, indent=2) + "\n")
    unfinished.rename(path)


def merged(report: Report, table: Table) -> Report:
    """Return the report with that table in place of an older one of the same row."""
    tables = {old["row"]: old for old in report["tables"]} | {table["row"]: table}
    return {"tables": [tables[name] for name in ROWS if name in tables]}


def find_table(report: Report, row: str) -> Table | None:
    return next((table for table in report["tables"] if table["row"] == row), None)


def entries(report: Report, row: str) -> dict[str, Entry]:
    """Return what was measured in a row, by the names of the contenders."""
    table = find_table(report, row)
    found = table["readers"] if table else []
    return {entry["reader"]: entry for entry in found if "error" not in entry}
