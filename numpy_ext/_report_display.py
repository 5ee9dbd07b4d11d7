"""Reports as text and as HTML: where the time went, and what came out."""

from __future__ import annotations

from typing import Final

from numpy_ext._display import CELL_WIDTH, GAP
from numpy_ext._html import boxed, fields_table, text_html
from numpy_ext._report import Report
from numpy_ext._schema import Field, dtype_text
from numpy_ext._settings import settings
from numpy_ext._text import clipped, escaped, in_line, padded, text_width

__all__ = ["report_html", "report_text"]

BAR_WIDTH: Final = 30
COLORS: Final = 5

TIMES: Final = ((1.0, "s"), (1e-3, "ms"), (1e-6, "us"))
SIZES: Final = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


def report_text(report: Report) -> str:
    """Return a report as ``repr`` shows it."""
    lines = [shape_line(report), speed_line(report), "", f"{stages_title(report)}:"]
    return "\n".join([*lines, *bar_lines(report), "", *field_lines(report)])


def shape_line(report: Report) -> str:
    return f"{report.rows:,} rows x {report.columns:,} columns"


def speed_line(report: Report) -> str:
    """Return how much was read, how fast and by what."""
    read = f"in {seconds_text(report.seconds)}"
    if report.bytes is not None:
        read = f"{size_text(report.bytes)} {read}"
    speed = report.gigabytes_per_second
    if speed is not None:
        read += f", {size_text(1e9 * speed)}/s"
    threads = "1 thread" if report.threads == 1 else f"{report.threads:,} threads"
    return f"{read}, {threads}, {report.cpu}"


def stages_title(report: Report) -> str:
    total = seconds_text(sum(report.times.values()))
    return f"where the time went (all threads, {total})"


def stage_shares(report: Report) -> list[tuple[str, str, float]]:
    """Return each stage: its name, its seconds as text, its share of all."""
    total = sum(report.times.values())
    return [
        (
            escaped(name.replace("_", "-")),
            seconds_text(seconds),
            seconds / total if total > 0 else 0.0,
        )
        for name, seconds in report.times.items()
    ]


def bar_lines(report: Report) -> list[str]:
    """Return a bar chart of the stages."""
    shares = stage_shares(report)
    name_width = max((text_width(name) for name, _, _ in shares), default=0)
    time_width = max((len(seconds) for _, seconds, _ in shares), default=0)
    return [
        f"  {padded(name, name_width)}  {seconds:>{time_width}}  {share:4.0%}"
        f"  {'#' * round(share * BAR_WIDTH)}".rstrip()
        for name, seconds, share in shares
    ]


def field_lines(report: Report) -> list[str]:
    """Return the columns: name, dtype, missing cells and reason, up to `max_rows`."""
    fields = list(report.schema.values())
    most = settings().max_rows or len(fields)
    rows = [("column", "dtype", "missing", "why"), *map(field_row, fields[:most])]
    widths = [max(text_width(row[i]) for row in rows) for i in range(3)]
    lines = [
        GAP.join(
            [
                padded(in_line(name), widths[0]),
                padded(dtype, widths[1]),
                padded(missing, widths[2], right=True),
                why,
            ]
        )
        for name, dtype, missing, why in rows
    ]
    if len(fields) > most:
        lines.append(f"and {len(fields) - most:,} more columns: see .schema")
    return lines


def field_row(field: Field) -> tuple[str, str, str, str]:
    """Return a column of the table in words."""
    name = clipped(field.name, CELL_WIDTH)
    dtype = clipped(dtype_text(field), CELL_WIDTH)
    return name, dtype, f"{field.missing:,}", escaped(field.reason)


def seconds_text(seconds: float) -> str:
    """Return a time in a unit that suits it."""
    unit, name = next((u for u in TIMES if seconds >= u[0]), TIMES[-1])
    return f"{three_digits(seconds / unit)} {name}"


def size_text(size: float) -> str:
    """Return a number of bytes in a unit that suits it."""
    for unit, name in SIZES:
        if size >= unit:
            return f"{three_digits(size / unit)} {name}"
    return f"{size:.0f} bytes"


def three_digits(value: float) -> str:
    """Return a number with three digits, or all of those before its point."""
    decimals = 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:,.{decimals}f}"


# ---- HTML ------------------------------------------------------------------

STYLE: Final = """<style>
.npx.npx .npx-title{font-size:1.15em;font-weight:600;padding:0 10px}
.npx.npx .npx-line{padding:0 10px 8px}
.npx.npx .npx-bar{display:flex;gap:2px;height:16px;margin:0 10px 4px;\
min-width:360px;border-radius:4px;overflow:hidden}
.npx.npx .npx-swatch{display:inline-block;width:.8em;height:.8em;margin-right:.6em;\
border-radius:2px}
.npx.npx details{padding:6px 10px 0}
.npx.npx table.npx-stages caption{border-top:0;caption-side:top;\
white-space:nowrap;padding:0 10px 2px}
.npx.npx details table caption{display:none}
</style>
"""


def report_html(report: Report) -> str:
    """Return a report: figures, a bar of the stages, the columns to be unfolded."""
    parts, rows = [], []
    for number, (name, seconds, share) in enumerate(stage_shares(report)):
        color = f"background:var(--npx-{number % COLORS + 1})"
        parts.append(f'<div style="flex:{share:.4f} 1 0;{color}"></div>')
        rows.append(
            f'<tr><th scope="row"><span class="npx-swatch" style="{color}"></span>'
            f'{text_html(name)}</th><td class="npx-number">{seconds}</td>'
            f'<td class="npx-number">{share:.0%}</td></tr>'
        )
    shape = shape_line(report).replace(" x ", " \N{MULTIPLICATION SIGN} ")
    return boxed(
        f'{STYLE}<div class="npx-title">{shape}</div>'
        f'<div class="npx-line npx-faint">{text_html(speed_line(report))}</div>'
        f'<div class="npx-bar" aria-hidden="true">{"".join(parts)}</div>'
        f'<table class="npx-stages"><caption>{stages_title(report)}</caption><tbody>'
        f"{''.join(rows)}</tbody></table>"
        f"<details><summary>columns, missing cells and why each dtype</summary>"
        f"{fields_table(list(report.schema.values()), '')}</details>"
    )
