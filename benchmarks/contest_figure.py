"""The figures of the pages of contests, made from their results; none is typed.

`./dev bench text` and `./dev bench arrays` call this when they have measured; for all
pages at once: `python contest_figure.py`.
"""

import json
from pathlib import Path
from typing import Any

from readme_figure import contests_provenance, filled_page, markdown, write
from results import HERE

__all__ = ["BENCHMARKS", "files", "load", "measured", "page", "results_file", "update"]

BENCHMARKS = {"text": "text-benchmarks.md", "arrays": "array-benchmarks.md"}
"""The page in docs/ of each benchmark."""


def results_file(benchmark: str) -> Path:
    return HERE / "results" / f"{benchmark}.json"


def measured() -> list[str]:
    """Return the benchmarks with results; the page of another has none yet."""
    return [name for name in BENCHMARKS if results_file(name).exists()]


def page(benchmark: str) -> Path:
    return HERE.parent / "docs" / BENCHMARKS[benchmark]


def load(benchmark: str) -> dict[str, Any]:
    """Return the results of the last whole run."""
    report: dict[str, Any] = json.loads(
        results_file(benchmark).read_text(encoding="utf-8")
    )
    return report


def bar_lines(row: dict[str, Any]) -> list[list[str]]:
    """Return a line for each bar of a row: what, beside whom, wanted, measured, met."""
    ours, lines = row["calls"][0], []
    for call in row["calls"]:
        if call["bar"] is None:
            continue
        ratio = call["ns_median"] / ours["ns_median"]
        lines.append(
            [
                row["what"],
                call["name"],
                f">= {call['bar']:.3g}x",
                f"{ratio:.3g}x",
                "yes" if ratio >= call["bar"] else "no",
            ]
        )
    return lines


def bars_figure(report: dict[str, Any]) -> str:
    head = ["what", "beside", "wanted", "measured", "met"]
    body = [line for row in report["rows"] for line in bar_lines(row)]
    return markdown(head, body) + "\n"


def row_section(row: dict[str, Any]) -> str:
    ours = row["calls"][0]["ns_median"]
    threads = row["threads"]
    body = [
        [
            call["name"],
            f"{call['ns_median']:,.1f} [{call['ns_best']:,.1f}]",
            f"{call['ns_median'] / ours:.2f}",
        ]
        for call in row["calls"]
    ]
    what = row["what"][0].upper() + row["what"][1:]
    return f"""\
### {what}

`{row["row"]}`: {row["items"]:,} items, {threads} thread{"s" * (threads > 1)}

{markdown(["call", "ns an item [best]", f"time / {row['calls'][0]['name']}"], body)}
"""


def files(benchmark: str, report: dict[str, Any]) -> dict[Path, str]:
    """Return what the page has to be."""
    figures = {
        "bars": bars_figure(report),
        "rows": "\n".join(row_section(row) for row in report["rows"]),
        "measured": contests_provenance(report),
    }
    return filled_page(page(benchmark), figures)


def update(benchmark: str) -> None:
    write(files(benchmark, load(benchmark)))


if __name__ == "__main__":
    for name in measured():
        update(name)
