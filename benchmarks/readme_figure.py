"""The figures of README.md and docs/benchmarks.md, made from results/csv.json.

None of them is typed. `./dev bench csv` calls this when it has measured; alone:
`python readme_figure.py`.
"""

import re
from pathlib import Path

import bars
import chart
from results import HERE, RESULTS, Entry, Report, Table, entries, find_table, load
from rows import OURS, ROWS, plural

README = HERE.parent / "README.md"
PAGE = HERE.parent / "docs" / "benchmarks.md"
CHART = RESULTS.with_suffix(".svg")
MAIN = {1: "mixed-1", 2: "mixed-2"}


def markdown(head: list[str], body: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def provenance(tables: list[Table]) -> str:
    """Return on which day, with which versions and on what all was measured."""
    versions: dict[str, list[str]] = {}
    for table in tables:
        for name, number in table["versions"].items():
            if number not in versions.setdefault(name, []):
                versions[name].append(number)
    days = sorted({table["date"] for table in tables})
    machines = dict.fromkeys(table["machine"] for table in tables)
    scanners = dict.fromkeys(table["build"]["cpu"] for table in tables)
    return (
        f"{' and '.join(dict.fromkeys((days[0], days[-1])))}; {', '.join(machines)}; "
        + ", ".join(f"{name} {' and '.join(ns)}" for name, ns in versions.items())
        + f"; {', '.join(scanners)} scanner; medians of fresh processes."
    )


# ---- README ----------------------------------------------------------------


def main_cell(report: Report, reader: str, row: str) -> str:
    """Return one reader's figures at one number of threads."""
    found = entries(report, row)
    if reader not in found or OURS not in found:
        return "not measured"
    ratio = found[reader]["seconds_median"] / found[OURS]["seconds_median"]
    return f"{found[reader]['gbps_median']:.2f} ({ratio:.1f}x)"


def main_figure(report: Report) -> str:
    """Return GB/s of every reader, and its time over ours."""
    tables = [t for t in (find_table(report, row) for row in MAIN.values()) if t]
    readers = [OURS, *bars.peers_of(MAIN[1])]
    body = [
        [reader, *(main_cell(report, reader, row) for row in MAIN.values())]
        for reader in readers
    ]
    megabytes = entries(report, MAIN[1])[OURS]["megabytes"]
    return f"""\
![GB/s of all readers and files](benchmarks/results/{CHART.name})

A made file of {megabytes:.0f} MB with ten columns, one of them timestamps, which pandas
and polars leave as text unless told otherwise (`+dates`). GB/s, and the time over ours:

{markdown(["reader", *map(plural, MAIN)], body)}

Measured: {provenance(tables)}
"""


# ---- The page --------------------------------------------------------------


def duration(seconds: float) -> str:
    for unit, name in ((1, "s"), (1e-3, "ms")):
        if seconds >= unit:
            return f"{seconds / unit:.3g} {name}"
    return f"{seconds * 1e6:.3g} us"


def gigabytes_a_second(entry: Entry) -> str:
    return f"{entry['gbps_median']:.2f} [{entry['gbps_best']:.2f}]"


def row_line(entry: Entry, first: Entry, columns: int) -> list[str]:
    if "error" in entry:
        reason = entry["error"].replace("|", "/")[:100]
        return [entry["reader"], f"not measured: {reason}", *[""] * (columns - 2)]
    outputs = entry.get("output_mib")
    line = [
        entry["reader"] + ("" if entry["quiet"] else " (busy machine)"),
        duration(entry["seconds_median"]),
        gigabytes_a_second(entry),
        f"{entry['seconds_median'] / first['seconds_median']:.2f}"
        if "error" not in first
        else "",
        f"{entry['cpu_seconds_median'] / entry['seconds_median']:.2f}",
        f"{entry['peak_mib_median']:.0f}",
        "" if outputs is None else f"{outputs:.0f}",
        f"{entry['import_seconds_median'] * 1e3:.0f}",
    ]
    if columns > len(line):
        line.append(f"{entry['seconds_median'] / entry['cells'] * 1e9:.2f}")
    return line


def row_section(table: Table) -> str:
    """Return the heading and all figures of a row that was measured."""
    measured = table["readers"]
    head = ["reader", "time", "GB/s [best]", f"time / {measured[0]['reader']}",
            "cores busy", "peak MiB", "outputs MiB", "import ms"]  # fmt: skip
    if all("cells" in entry for entry in measured):
        head.append("ns a cell")
    first = measured[0]
    size = f"{first['megabytes']:.3g} MB, " if "megabytes" in first else ""
    return f"""\
### {ROWS[table["row"]].title}

`{table["row"]}`: {size}{table["runs"]} runs; {provenance([table])}

{markdown(head, [row_line(entry, first, len(head)) for entry in measured])}
"""


def bars_figure(report: Report) -> str:
    head = ["bar", "formed from", "wanted", "measured", "met"]
    return markdown(head, [list(line) for line in bars.lines(report)]) + "\n"


def rows_figure(report: Report) -> str:
    return "\n".join(row_section(table) for table in report["tables"])


def contests_provenance(report: Report) -> str:
    """Return the same of a report whose rows were timed by `contests.py`."""
    versions = ", ".join(f"{name} {n}" for name, n in report["versions"].items())
    return (
        f"Measured: {report['date']}; {report['machine']}; {versions};"
        f" medians [and bests] of {report['runs']} runs, in turn, in one process.\n"
    )


# ---- Filling in ------------------------------------------------------------


def fill(text: str, name: str, figure: str) -> str:
    """Return the page with that figure in its place."""
    place = re.compile(
        rf"(<!-- figure: {name} -->\n).*?(<!-- end figure -->)", re.DOTALL
    )
    filled, count = place.subn(lambda found: found[1] + figure + found[2], text)
    if count != 1:
        raise ValueError(f"one place for the figure {name!r} is wanted, found {count}")
    return filled


def filled_page(page: Path, figures: dict[str, str]) -> dict[Path, str]:
    """Return what a page with these figures has to be."""
    text = page.read_text(encoding="utf-8")
    for name, figure in figures.items():
        text = fill(text, name, figure)
    return {page: text}


def write(pages: dict[Path, str]) -> None:
    for path, text in pages.items():
        path.write_text(text, encoding="utf-8")


def files(report: Report) -> dict[Path, str]:
    """Return what the chart and the pages have to be."""
    page = fill(PAGE.read_text(), "bars", bars_figure(report))
    return {
        CHART: chart.svg(report),
        README: fill(README.read_text(), "csv", main_figure(report)),
        PAGE: fill(page, "rows", rows_figure(report)),
    }


def main() -> None:
    write(files(load()))


if __name__ == "__main__":
    main()
