"""The figure of docs/csv-sniffing.md, made from results/sniff.json.

`./dev bench sniff` calls this when it has judged; alone: `python sniff_figure.py`.
"""

import json
from pathlib import Path
from typing import Any

from readme_figure import filled_page, markdown, write
from results import HERE

__all__ = ["PAGE", "RESULTS", "files", "main"]

RESULTS = HERE / "results" / "sniff.json"
PAGE = HERE.parent / "docs" / "csv-sniffing.md"


def share(count: int, entry: dict[str, Any]) -> str:
    return f"{100 * count / entry['files']:.1f} %"


def figure(report: dict[str, Any]) -> str:
    entries = report["sniffers"]
    names = list(entries[0]["properties"])
    head = ["", *names, "all that it tells", "all five"]
    body = [
        [
            entry["sniffer"],
            *(
                share(entry["properties"][name], entry)
                if name in entry["tells"]
                else "-"
                for name in names
            ),
            share(entry["told"], entry),
            share(entry["whole"], entry),
        ]
        for entry in entries
    ]
    packages = ", ".join(f"{name} {n}" for name, n in report["versions"].items())
    files = entries[0]["files"]
    measured = f"Judged: {report['date']}; {files} files of seed {report['seed']}; "
    return f"{markdown(head, body)}\n\n{measured}{packages}.\n"


def files(report: dict[str, Any]) -> dict[Path, str]:
    """Return what the page has to be."""
    return filled_page(PAGE, {"sniffers": figure(report)})


def main() -> None:
    write(files(json.loads(RESULTS.read_text(encoding="utf-8"))))


if __name__ == "__main__":
    main()
