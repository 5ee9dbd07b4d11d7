"""The chart of the results: bars of GB/s in plain SVG, readable on light and dark."""

from xml.sax.saxutils import escape

from results import Entry, Report, find_table
from rows import OURS, OURS_ONE_THREAD, ROWS

PANELS = ("mixed-1", "mixed-2", "quoted-1", "quoted-2", "ints-1", "prices-1",
          "floats17-1", "text-1", "wide-1", "flights-1")  # fmt: skip
PANEL_WIDTH = 420
LABEL_WIDTH = 104
FIGURE_WIDTH = 44
LINE = 19
BAR = 13
HEAD = 26
GAP = 16
MARGIN = 16
STYLE = """\
  .page { fill: #ffffff }
  text { font: 12px system-ui, sans-serif; fill: #24292f }
  .head { font-weight: 600 }
  .peer { fill: #8c959f }
  .ours { fill: #0969da }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117 }
    text { fill: #e6edf3 }
    .peer { fill: #6e7681 }
    .ours { fill: #4493f8 }
  }"""


def panel(title: str, measured: list[Entry], x: float, y: float, top: float) -> str:
    """Return a heading and a bar for each reader; `top` GB/s fill the width."""
    lines = [f'<text class="head" x="{x:g}" y="{y + 14:g}">{escape(title)}</text>']
    room = PANEL_WIDTH - LABEL_WIDTH - FIGURE_WIDTH
    for i, entry in enumerate(measured):
        speed = entry["gbps_median"]
        style = "ours" if entry["reader"] == OURS else "peer"
        line_y, width = y + HEAD + i * LINE, speed / top * room
        base = line_y + BAR - 2
        start = x + LABEL_WIDTH
        lines += [
            f'<text x="{start - 8:g}" y="{base:g}" text-anchor="end">'
            f"{escape(entry['reader'])}</text>",
            f'<rect class="{style}" x="{start:g}" y="{line_y:g}" width="{width:.1f}"'
            f' height="{BAR}" rx="2"/>',
            f'<text x="{start + width + 6:.1f}" y="{base:g}">{speed:.2f}</text>',
        ]
    return "\n".join(lines)


def shown(report: Report) -> list[tuple[str, list[Entry]]]:
    """Return title and figures of each panel, of rows that have been measured."""
    panels = []
    for name in PANELS:
        table = find_table(report, name)
        measured = [
            entry
            for entry in (table["readers"] if table else [])
            if "error" not in entry and entry["reader"] != OURS_ONE_THREAD
        ]
        if measured:
            size = f"{measured[0]['megabytes']:.0f} MB"
            panels.append((f"{ROWS[name].title} ({size})", measured))
    return panels


def svg(report: Report) -> str:
    """Return the chart: two panels side by side, on one scale."""
    panels = shown(report)
    drawn, y = [], MARGIN + HEAD
    for i in range(0, len(panels), 2):
        pair = panels[i : i + 2]
        top = max(entry["gbps_median"] for _, measured in pair for entry in measured)
        for j, (title, measured) in enumerate(pair):
            x = MARGIN + j * (PANEL_WIDTH + GAP)
            drawn.append(panel(title, measured, x, y, top))
        y += HEAD + GAP + LINE * max(len(measured) for _, measured in pair)
    width = 2 * (MARGIN + PANEL_WIDTH) + GAP
    title = "GB of CSV read in a second; charts side by side have the same scale"
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {y}"'
        f' width="{width}" height="{y}" role="img" aria-label="{title}">',
        f"<style>\n{STYLE}\n</style>",
        f'<rect class="page" width="{width}" height="{y}"/>',
        f'<text class="head" x="{MARGIN}" y="{MARGIN + 10}">{title}</text>',
        *drawn,
        "</svg>",
        "",
    ])  # fmt: skip
