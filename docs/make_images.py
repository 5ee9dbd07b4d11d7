"""Makes the pictures of docs/images anew: a table and a report, light and dark.

Needs the installed package, a Chromium on PATH, and Pillow, which makes them small:
python docs/make_images.py
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy_ext as npx

try:
    from PIL import Image
except ImportError:
    sys.exit("Pillow is not installed: python -m pip install pillow")

IMAGES = Path(__file__).resolve().parent / "images"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
SCALE = 2
MARGIN = 8  # cut off; the browser leaves the last lines of a window as they are
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--disable-lcd-text",
    f"--force-device-scale-factor={SCALE}",
)
COLORS = 48
SCHEMES = {"dark": 0, "light": 1}
GROUND = {"dark": "#14171b", "light": "#fff"}
PAGE = """<!doctype html><meta charset="utf-8"><title></title>
<style>body {{ margin: 0; background: {ground} }}
#all {{ width: max-content; padding: 12px }}</style>
<div id="all">{content}</div>
<script>const box = document.getElementById("all").getBoundingClientRect();
document.title = Math.ceil(box.width) + "x" + Math.ceil(box.height)</script>
"""

TABLE = """\
station,city,when,high,rain,count,open
10001,Tórshavn,2026-01-31 06:00,4.25,0.125,9007199254740993,true
00501,東京,2026-01-31 06:00,11.5,,18,true
10002,São Paulo,2026-01-31 06:10,,12.75,1204,false
10003,Αθήνα,2026-01-31 06:20,14.125,0.5,,true
10004,القاهرة,2026-01-31 06:20,19.0,0,77,
10005,<b>Reykjavík</b>,2026-01-31 06:30,-2.5,3.25,310,true
"""
LONG_ROWS = 400_000


def find_browser() -> str:
    """Return the path of a Chromium, or end and say that there is none."""
    for name in BROWSERS:
        path = shutil.which(name)
        if path is not None:
            return path
    sys.exit(f"none of {', '.join(BROWSERS)} is on PATH; install one of them")


def short_table() -> npx.Table:
    """Return a table with a bit of everything, longer than what is shown."""
    records = TABLE.splitlines(keepends=True)
    return npx.parse_csv(records[0] + "".join(records[1:]) * 2_000)


def long_report() -> npx.Report:
    """Return the report of a read that took long enough to have figures."""
    row = "{0},{1}.25,2026-01-31 06:00:00,name {0} of many,{2}\n"
    lines = [row.format(i, i % 977, "" if i % 50 else i) for i in range(LONG_ROWS)]
    report = npx.parse_csv("id,price,when,name,code\n" + "".join(lines)).report
    assert report is not None
    return report


def picture(browser: str, content: str, scheme: str, target: Path) -> None:
    """Write a picture of this HTML, as large as it needs."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "page.html")
        page.write_text(
            PAGE.format(ground=GROUND[scheme], content=content), encoding="utf-8"
        )

        def run(*flags: str) -> str:
            done = subprocess.run(
                [
                    browser,
                    *FLAGS,
                    f"--user-data-dir={folder}/profile",
                    f"--blink-settings=preferredColorScheme={SCHEMES[scheme]}",
                    *flags,
                    page.as_uri(),
                ],
                capture_output=True,
                text=True,
                check=True,
                timeout=120,
            )
            return done.stdout

        size = re.search(r"<title>(\d+)x(\d+)</title>", run("--dump-dom"))
        assert size is not None
        width, height = int(size[1]), int(size[2])
        run(f"--window-size={width},{height + MARGIN}", f"--screenshot={target}")
    with Image.open(target) as image:
        box = (0, 0, width * SCALE, height * SCALE)
        small = image.convert("RGB").crop(box).quantize(COLORS)
    small.save(target, optimize=True)
    print(target.name, f"{target.stat().st_size:,} bytes")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=IMAGES, help="where to put them")
    folder = parser.parse_args().folder
    browser = find_browser()
    shown = {"table": short_table(), "report": long_report()}
    for name, value in shown.items():
        for scheme in SCHEMES:
            target = folder / f"{name}-{scheme}.png"
            picture(browser, value._repr_html_(), scheme, target)


if __name__ == "__main__":
    main()
