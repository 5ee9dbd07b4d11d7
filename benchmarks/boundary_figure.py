"""The figures of docs/boundary.md, made from results/boundary.json; none is typed.

`./dev bench boundary` calls this when it has measured; alone:
`python boundary_figure.py`.
"""

import json
from pathlib import Path
from typing import Any

from readme_figure import contests_provenance, filled_page, markdown, write
from results import HERE

__all__ = ["PAGE", "RESULTS", "files", "main"]

RESULTS = HERE / "results" / "boundary.json"
PAGE = HERE.parent / "docs" / "boundary.md"
HASHES = {
    "one": "one number, ns a call",
    "ten": "ten numbers, ns a call",
    "million": "1,000,000 numbers, ns each",
}
SQUARES = {
    "loop": "a call for each, ns each",
    "list": "one call, a list, ns each",
    "array": "one call, an array, ns each",
}


def calls(report: dict[str, Any], row: str) -> dict[str, dict[str, Any]]:
    """Return the figures of a row by the names of its calls."""
    [found] = [found for found in report["rows"] if found["row"] == row]
    return {call["name"]: call for call in found["calls"]}


def duration(ns: float) -> str:
    return f"{ns:,.0f}" if ns >= 10 else f"{ns:.2f}"


def cell(call: dict[str, Any] | None) -> str:
    if call is None:
        return ""
    return f"{duration(call['ns_median'])} [{duration(call['ns_best'])}]"


def table(report: dict[str, Any], columns: dict[str, str]) -> list[list[str]]:
    """Return a line for each way, with a cell for each of these rows."""
    measured = {row: calls(report, row) for row in columns}
    names = dict.fromkeys(name for found in measured.values() for name in found)
    lines = [
        [name, *(cell(measured[row].get(name)) for row in columns)] for name in names
    ]
    lines += [
        [name, f"not measured: {reason}".replace("|", "/"), *[""] * (len(columns) - 1)]
        for name, reason in report["not_measured"].items()
    ]
    return lines


def hashes_figure(report: dict[str, Any]) -> str:
    return markdown(["through", *HASHES.values()], table(report, HASHES)) + "\n"


def squares_figure(report: dict[str, Any]) -> str:
    """Return the table, and how many times as long as the array the calls took."""
    loop, array = calls(report, "loop"), calls(report, "array")
    lines = table(report, SQUARES)
    for line in lines:
        name, ratio = line[0], ""
        if name in loop and name in array:
            ratio = f"{loop[name]['ns_median'] / array[name]['ns_median']:,.0f}x"
        line.append(ratio)
    return markdown(["through", *SQUARES.values(), "calls / array"], lines) + "\n"


def files(report: dict[str, Any]) -> dict[Path, str]:
    """Return what the page has to be."""
    figures = {
        "hashes": hashes_figure(report),
        "squares": squares_figure(report),
        "measured": contests_provenance(report),
    }
    return filled_page(PAGE, figures)


def main() -> None:
    write(files(json.loads(RESULTS.read_text(encoding="utf-8"))))


if __name__ == "__main__":
    main()
