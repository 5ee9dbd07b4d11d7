"""Tables and schemas as HTML: static, and with every text of the user escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from numpy_ext._display import (
    MISSING,
    ShownColumn,
    ShownRows,
    shown_column,
    shown_rows,
    why_strings,
)
from numpy_ext._schema import Field, dtype_text
from numpy_ext._settings import settings
from numpy_ext._text import clipped, escaped

if TYPE_CHECKING:
    from numpy_ext._column import Column

CELL_WIDTH: Final = 64
MOST_COLUMNS: Final = 20
ELLIPSIS: Final = "\N{MIDLINE HORIZONTAL ELLIPSIS}"

# The colours are those of the page where it has any: of JupyterLab (--jp-), VS Code and
# the theme of our pages (--pst-). Elsewhere ours, with a ground of their own.
LIGHT: Final = """\
--npx-text:var(--jp-content-font-color1,var(--vscode-editor-foreground,\
var(--pst-color-text-base,#1f2328)));\
--npx-faint:var(--jp-content-font-color2,var(--vscode-descriptionForeground,\
var(--pst-color-text-muted,#656d76)));\
--npx-ground:var(--jp-layout-color0,var(--vscode-editor-background,\
var(--pst-color-background,#fff)));\
--npx-line:var(--jp-border-color2,var(--vscode-panel-border,\
var(--pst-color-border,#d5dae0)));\
--npx-hover:var(--jp-layout-color2,#f1f4f7);\
--npx-1:#3f7fbf;--npx-2:#c9781d;--npx-3:#2f9163;--npx-4:#9fa6ad;--npx-5:#9257b3"""
DARK: Final = (
    LIGHT.replace("#1f2328", "#e3e6ea")
    .replace("#656d76", "#9aa2ab")
    .replace("#fff", "#14171b")
    .replace("#d5dae0", "#363c43")
    .replace("#f1f4f7", "#1f242a")
    .replace("#3f7fbf", "#6ba6e0")
    .replace("#c9781d", "#e2a04f")
    .replace("#2f9163", "#54b98a")
    .replace("#9fa6ad", "#737b84")
    .replace("#9257b3", "#bb8bd6")
)
# All of it begins with .npx.npx, which also goes before the rules of the page.
STYLE: Final = f"""<style>
.npx.npx{{{LIGHT}}}
@media (prefers-color-scheme:dark){{.npx.npx{{{DARK}}}}}
[data-theme=light] .npx.npx,[theme=light] .npx.npx,.vscode-light .npx.npx{{{LIGHT}}}
[data-theme=dark] .npx.npx,[theme=dark] .npx.npx,.vscode-dark .npx.npx{{{DARK}}}
.npx.npx{{color:var(--npx-text);background:var(--npx-ground);overflow-x:auto;\
scrollbar-color:var(--npx-line) transparent;\
width:fit-content;max-width:100%;box-sizing:border-box;padding:4px 6px 6px;\
font-family:var(--jp-ui-font-family,system-ui,sans-serif);\
font-size:var(--jp-ui-font-size1,13px);line-height:1.35}}
.npx.npx table{{border-collapse:collapse;border:0;margin:0;width:auto;\
table-layout:auto;font-size:inherit;color:inherit;background:none;\
font-variant-numeric:tabular-nums lining-nums}}
.npx.npx table tr,.npx.npx table tbody tr:nth-child(n){{background:none;border:0}}
.npx.npx table tbody tr:hover{{background:var(--npx-hover)}}
.npx.npx table th,.npx.npx table td{{padding:3px 10px;border:0;text-align:left;\
vertical-align:top;white-space:pre;max-width:none;color:inherit;background:none}}
.npx.npx table th{{font-weight:600}}
.npx.npx table thead th{{vertical-align:bottom;padding-bottom:5px;\
border-bottom:1px solid var(--npx-line)}}
.npx.npx table tbody th{{font-weight:400}}
.npx.npx table .npx-number{{text-align:right}}
.npx.npx table .npx-type{{display:block;font-weight:400;font-size:.85em}}
.npx.npx .npx-type,.npx.npx table .npx-missing,.npx.npx table .npx-gap,\
.npx.npx .npx-faint{{color:var(--npx-faint)}}
.npx.npx table .npx-gap{{text-align:center;font-size:.85em}}
.npx.npx table .npx-wide{{white-space:normal;min-width:16em}}
.npx.npx table caption{{caption-side:bottom;text-align:left;padding:6px 10px 0;\
color:var(--npx-faint);font-size:.92em;border-top:1px solid var(--npx-line)}}
.npx.npx summary{{cursor:pointer}}
.npx.npx ul{{margin:2px 0 0;padding-left:1.4em}}
</style>
"""


def table_html(columns: list[Column], num_rows: int) -> str:
    """Return a table: first and last rows, first and last columns, a caption."""
    options = settings()
    most = options.max_columns or MOST_COLUMNS
    rows = shown_rows(num_rows, options.max_rows)
    left_out = max(0, len(columns) - most)
    middle = most - most // 2
    first, last = columns, columns[:0]
    if left_out:
        first, last = columns[:middle], columns[middle + left_out :]
    shown = [
        shown_column(column, rows, options.precision, CELL_WIDTH)
        for column in first + last
    ]
    place = middle if left_out else None
    caption = f"{num_rows:,} rows \N{MULTIPLICATION SIGN} {len(columns):,} columns"
    caption += reasons_html(column.field for column in columns)
    lines = [
        f"<caption>{caption}</caption>",
        f"<thead>{head_row(shown, place, left_out)}</thead>",
        "<tbody>",
        *body_rows(shown, rows, place),
        "</tbody>",
    ]
    return boxed("<table>" + "\n".join(lines) + "</table>")


def head_row(columns: list[ShownColumn], place: int | None, left_out: int) -> str:
    """Return the row of the names, each with its dtype under it."""
    cells = [
        f'<th scope="col"{number_class(column)}>{text_html(column.name)}'
        f'<span class="npx-type">{text_html(column.dtype)}</span></th>'
        for column in columns
    ]
    if place is not None:
        more = f'<span class="npx-type">{left_out:,} more</span>'
        cells.insert(place, f'<th scope="col" class="npx-gap">{ELLIPSIS}{more}</th>')
    return f"<tr>{''.join(cells)}</tr>"


def body_rows(
    columns: list[ShownColumn], rows: ShownRows, place: int | None
) -> list[str]:
    """Return the rows of the cells, with one for those that are left out."""

    def row(number: int, part: str) -> str:
        cells = [cell_html(column, getattr(column, part)[number]) for column in columns]
        if place is not None:
            cells.insert(place, f'<td class="npx-gap">{ELLIPSIS}</td>')
        return f"<tr>{''.join(cells)}</tr>"

    if not columns:
        return []
    lines = [row(number, "head") for number in range(rows.head)]
    if rows.left_out:
        span = len(columns) + (place is not None)
        lines.append(
            f'<tr><td class="npx-gap" colspan="{span}">'
            f"{ELLIPSIS} {rows.left_out:,} more rows {ELLIPSIS}</td></tr>"
        )
    return lines + [row(number, "tail") for number in range(rows.tail)]


def cell_html(column: ShownColumn, cell: str | None) -> str:
    """Return one cell."""
    if cell is None:
        kind = "npx-missing npx-number" if column.is_number else "npx-missing"
        return f'<td class="{kind}">{text_html(MISSING)}</td>'
    return f"<td{number_class(column)}>{text_html(cell)}</td>"


def number_class(column: ShownColumn) -> str:
    return ' class="npx-number"' if column.is_number else ""


def reasons_html(fields: Iterable[Field]) -> str:
    """Return why columns became strings, to be unfolded; nothing if none did."""
    reasons, more = why_strings(fields)
    if not reasons:
        return ""
    items = [
        f"<li><bdi>{text_html(name)}</bdi>: string because "
        f"<bdi>{text_html(why)}</bdi></li>"
        for name, why in reasons
    ]
    if more:
        items.append(f"<li>and {more:,} more such columns: see .schema</li>")
    return f"<details><summary>why string</summary><ul>{''.join(items)}</ul></details>"


def schema_html(fields: list[Field]) -> str:
    """Return a schema: name, dtype, missing cells and reason of every column."""
    return boxed(fields_table(fields, f"{len(fields):,} columns"))


def fields_table(fields: list[Field], caption: str) -> str:
    """Return the table of a schema."""
    head = (
        '<th scope="col">column</th><th scope="col">dtype</th>'
        '<th scope="col" class="npx-number">missing</th><th scope="col">why</th>'
    )
    lines = [
        f'<tr><th scope="row">{text_html(clipped(field.name, CELL_WIDTH))}</th>'
        f"<td>{text_html(clipped(dtype_text(field), CELL_WIDTH))}</td>"
        f'<td class="npx-number">{field.missing:,}</td>'
        f'<td class="npx-wide">{text_html(escaped(field.reason))}</td></tr>'
        for field in fields
    ]
    return (
        f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>\n"
        + "\n".join(lines)
        + "</tbody></table>"
    )


def text_html(text: str) -> str:
    """Return text that holds no control characters as HTML."""
    return html.escape(text)


def boxed(content: str) -> str:
    """Return content with its style."""
    return f'<div class="npx">{STYLE}{content}</div>'
