"""The figures of docs/csv-hostile.md, made from results/hostile.json.

`./dev bench hostile` calls this in the end; alone: `python hostile_figure.py`.
"""

import json
from pathlib import Path
from typing import Any

from readme_figure import filled_page, markdown, write
from results import HERE

__all__ = ["PAGE", "RESULTS", "files", "main"]

RESULTS = HERE / "results" / "hostile.json"
PAGE = HERE.parent / "docs" / "csv-hostile.md"


def seconds(result: dict[str, Any]) -> str:
    return f"{result['seconds']:.2f} s" if "seconds" in result else "-"


def outcome(result: dict[str, Any]) -> str:
    """Return the shape, or what went wrong, for a cell of a table."""
    if "error" not in result:
        return f"{result['rows']:,} x {result['columns']:,}"
    if result.get("code"):
        return f"error {result['code']}"
    kind = result.get("kind")
    return str(kind) if kind else str(result["error"]).partition(":")[0]


def bound(entry: dict[str, Any]) -> str:
    """Return what is held."""
    held = []
    if entry["growth"] is not None:
        held.append("linear")
    if entry["most_mib"] is not None:
        held.append(f"{entry['most_mib']:,.0f} MiB")
    return ", ".join(held) or "-"


def ours(entries: list[dict[str, Any]]) -> str:
    head = ["file", "MB", "result", "time", "of a quarter", "peak", "held to"]
    body = []
    for entry in entries:
        result, growth = entry["ours"], entry["growth"]
        body.append(
            [
                entry["what"],
                f"{entry['megabytes']:,.0f}",
                outcome(result),
                seconds(result),
                "-" if growth is None else f"{growth:.1f}x",
                f"{result['peak_mib']:,.0f} MiB" if "peak_mib" in result else "-",
                bound(entry),
            ]
        )
    return markdown(head, body)


def peer(result: dict[str, Any] | None) -> str:
    if result is None:
        return "-"
    if "error" in result:
        return outcome(result)
    return f"{seconds(result)}, {result['peak_mib']:,.0f} MiB"


def peers(entries: list[dict[str, Any]]) -> str:
    compared = [entry for entry in entries if entry["peers"]]
    if not compared:
        return "Not measured yet."
    names = list(dict.fromkeys(name for e in compared for name in e["peers"]))
    body = [
        [e["what"], peer(e["ours"]), *(peer(e["peers"].get(name)) for name in names)]
        for e in compared
    ]
    return markdown(["file", "numpy_ext", *names], body)


def files(report: dict[str, Any]) -> dict[Path, str]:
    """Return what the page has to be."""
    entries = report["cases"]
    packages = ", ".join(f"{name} {n}" for name, n in report["versions"].items())
    measured = f"Measured: {report['date']}; {report['machine']}; {packages}."
    figures = {
        "hostile": f"{ours(entries)}\n\n{measured}\n",
        "hostile peers": f"{peers(entries)}\n\n{measured}\n",
    }
    return filled_page(PAGE, figures)


def main() -> None:
    write(files(json.loads(RESULTS.read_text(encoding="utf-8"))))


if __name__ == "__main__":
    main()
