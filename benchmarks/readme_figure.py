"""The table of the README, made from benchmarks/results/csv.json, never typed.

`./dev bench csv` calls it when it has measured; alone: `python readme_figure.py`.
"""

import json
import re
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results" / "csv.json"
README = HERE.parent / "README.md"
BLOCK = re.compile(r"(<!-- figure: csv -->\n).*?(<!-- end figure -->)", re.DOTALL)
WORKLOAD = "mixed"


def figure(report: dict[str, Any]) -> str:
    """Return a Markdown table: GB/s of every reader, and its time over ours."""
    tables = [
        table
        for table in report["tables"]
        if table["workload"] == WORKLOAD and not table["to_numpy"]
    ]
    cells = {
        (row["reader"], table["threads"]): cell(row, table["readers"])
        for table in tables
        for row in table["readers"]
    }
    threads = sorted({table["threads"] for table in tables})
    readers = list(dict.fromkeys(reader for reader, _ in cells))
    heads = [f"{n} thread{'s' * (n > 1)}" for n in threads]
    lines = [
        f"A made file of {tables[0]['megabytes']:.0f} MB with ten columns, one of them "
        "timestamps, which pandas and polars\nleave as text unless told otherwise "
        "(`+dates`). GB/s, and the time over ours:",
        "",
        f"| reader | {' | '.join(heads)} |",
        f"|---|{'---|' * len(threads)}",
        *(
            f"| {reader} | {' | '.join(cells.get((reader, n), '') for n in threads)} |"
            for reader in readers
        ),
        "",
        "Versions: "
        + ", ".join(f"{name} {number}" for name, number in report["versions"].items())
        + f"; {report['build']['cpu']} scanner; medians of fresh processes.",
    ]
    return "\n".join(lines) + "\n"


def cell(row: dict[str, Any], rows: list[dict[str, Any]]) -> str:
    """Return one reader's figures at one number of threads."""
    if "error" in row:
        return "not measured"
    ours = next(r for r in rows if r["reader"] == "numpy_ext")
    ratio = row["seconds_median"] / ours["seconds_median"]
    return f"{row['gbps_median']:.2f} ({ratio:.1f}x)"


def with_figure(text: str, report: dict[str, Any]) -> str:
    """Return the README with the figure in its place."""
    return BLOCK.sub(lambda block: block[1] + figure(report) + block[2], text)


def main() -> None:
    report = json.loads(RESULTS.read_text())
    README.write_text(with_figure(README.read_text(), report))


if __name__ == "__main__":
    main()
