"""The figure of docs/when-not.md, made from results/sizes.json; none of it is typed.

`./dev bench sizes` calls this when it has measured; alone: `python sizes_figure.py`.
"""

import json
from pathlib import Path
from typing import Any

from readme_figure import filled_page, markdown, write
from results import HERE

__all__ = ["PAGE", "RESULTS", "break_even", "files", "main"]

RESULTS = HERE / "results" / "sizes.json"
PAGE = HERE.parent / "docs" / "when-not.md"


def break_even(sizes: list[dict[str, Any]]) -> str:
    """Return the least size from which on ours is faster at every one measured."""
    least = None
    for entry in reversed(sizes):
        if entry["ours_ns"] >= entry["other_ns"]:
            break
        least = entry["items"]
    return "never" if least is None else f"{least:,}"


def cell(entry: dict[str, Any]) -> str:
    return f"{entry['other_ns'] / entry['ours_ns']:.2g}x"


def figure(report: dict[str, Any]) -> str:
    shown = [10, 1_000, 100_000]
    head = ["call", "instead of", "pays from", *(f"at {size:,}" for size in shown)]
    body = []
    for pair in report["pairs"]:
        by_size = {entry["items"]: entry for entry in pair["sizes"]}
        body.append(
            [
                f"`{pair['ours']}`",
                f"`{pair['other']}`",
                break_even(pair["sizes"]),
                *(cell(by_size[size]) for size in shown),
            ]
        )
    lines = ", ".join(f"{name} {n}" for name, n in report["versions"].items())
    measured = f"Measured: {report['date']}; {report['machine']}; {lines}; one thread."
    return f"{markdown(head, body)}\n\n{measured}\n"


def files(report: dict[str, Any]) -> dict[Path, str]:
    """Return what the page has to be."""
    return filled_page(PAGE, {"sizes": figure(report)})


def main() -> None:
    write(files(json.loads(RESULTS.read_text(encoding="utf-8"))))


if __name__ == "__main__":
    main()
