"""HTML of tables, schemas and reports: static, escaped, accessible."""

import re
from collections import Counter
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import numpy_ext as npx
from numpy_ext import _column, _table, _text

NASTY = [
    "<script>alert(1)</script>",
    "</td></tr></table><img src=x onerror=alert(1)>",
    "\" onmouseover='alert(1)'",
    "</style><svg/onload=alert(1)>",
    "<!-- & &lt; &#60; ]]>",
    "\x00\x1b[2J\u202e\u2066\r\n",
    "\ud800",
]


class Page(HTMLParser):
    """The tags, with attributes, and the text of some HTML; style is left out."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.texts, self.open = Counter(), set(), [], []
        self.cells = {"th": [], "td": []}
        self.feed(html)
        self.close()
        assert self.open == [], "every tag is closed"

    def handle_starttag(self, tag, attributes):
        self.tags[tag] += 1
        self.attributes |= {name for name, _ in attributes}
        self.open.append(tag)
        if tag in self.cells:
            self.cells[tag].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_comment(self, data):
        raise AssertionError("a comment")

    def handle_decl(self, decl):
        raise AssertionError("a declaration")

    def handle_data(self, data):
        if "style" not in self.open:
            self.texts.append(data)
        for tag in self.cells:
            if tag in self.open:
                self.cells[tag][-1] += data


def made_table(names, cells):
    """Return a table of Python strings; CSV cannot say all of them."""
    made = [
        _column.Column.ready(
            npx.Field(name, np.dtype(object), 0, f"given {name}", True),
            len(cells),
            np.array(cells, dtype=object),
            None,
        )
        for name in names
    ]
    return _table.Table._from_columns(made, len(cells))


def displays(table):
    return [table._repr_html_(), table.schema._repr_html_()]


@given(st.text(max_size=80), st.text(max_size=80))
@example(NASTY[0], NASTY[1])
@example(NASTY[2], NASTY[3])
@example(NASTY[4], NASTY[5])
@example(NASTY[6], NASTY[6])
def test_no_text_breaks_out(name, cell):
    plain, nasty = made_table(["n"], ["c"]), made_table([name], [cell])
    for expected, html in zip(displays(plain), displays(nasty), strict=True):
        wanted, page = Page(expected), Page(html)
        assert page.tags == wanted.tags
        assert page.attributes == wanted.attributes
        html.encode()
    page = Page(nasty._repr_html_())
    assert page.cells["th"][0] == _text.clipped(name, 64) + "object"
    assert page.cells["td"] == [_text.clipped(cell, 64)]


@pytest.mark.filterwarnings("ignore:there are NUL characters in the names")
@pytest.mark.parametrize("nasty", NASTY[:-1])
def test_no_field_of_a_source_breaks_out(nasty):
    quoted = '"' + nasty.replace('"', '""') + '"'
    expected = npx.parse_csv("n,m\n1,0\nc,1\n")
    table = npx.parse_csv(f"{quoted},m\n1,0\n{quoted},1\n")
    for html, plain in [
        *zip(displays(table), displays(expected), strict=True),
        (table.report._repr_html_(), expected.report._repr_html_()),
    ]:
        assert Page(html).tags == Page(plain).tags
        assert all(c.isprintable() or c == "\n" for c in html)


def test_html_is_static_and_loads_nothing():
    table = npx.parse_csv("a\n1\n02\n")
    for html in [*displays(table), table.report._repr_html_()]:
        page = Page(html)
        assert not page.tags.keys() & {"script", "link", "img", "iframe", "object"}
        assert not any(name.startswith("on") for name in page.attributes)
        assert page.attributes <= {"class", "scope", "style", "colspan", "aria-hidden"}
        assert not re.search(r"url\(|@import|https?:|position", html)


def test_rules_of_style_hold_for_our_boxes_only():
    table = npx.parse_csv("a\n1\n02\n")
    for html in [*displays(table), table.report._repr_html_()]:
        for style in re.findall(r"<style>(.*?)</style>", html, re.DOTALL):
            rules = re.sub(r"@media[^{]*\{(.*?\})\}", r"\1", style)
            for selectors in re.findall(r"([^{}]+)\{", rules):
                for selector in selectors.split(","):
                    assert re.match(r"(\S+ )?\.npx\.npx( |$)", selector.strip())


def test_both_schemes_have_all_colors():
    html = npx.parse_csv("a\n1\n")._repr_html_()
    used = set(re.findall(r"var\((--npx-\w+)\)", html))
    schemes = re.findall(r"\{(--npx-text[^}]*)\}", html)
    assert len(schemes) == 4
    for scheme in schemes:
        assert used <= set(re.findall(r"(--npx-\w+):", scheme))
    assert "@media (prefers-color-scheme:dark)" in html
    assert html.count("var(--jp-content-font-color1,") == 4


def test_table_has_its_parts():
    table = npx.parse_csv("id,name,x\n" + "1,a,0.5\n,,2\n" * 500)
    html = table._repr_html_()
    page = Page(html)
    assert page.cells["th"] == ["idint64", "namestring", "xfloat64"]
    assert html.count('<th scope="col"') == page.tags["th"] == 3
    assert page.tags["tr"] == 1 + 10 + 1
    rows = ["1", "a", "0.5", "<NA>", "<NA>", "2.0"] * 2 + ["1", "a", "0.5"]
    assert page.cells["td"][:15] == rows
    assert page.cells["td"][15] == "⋯ 990 more rows ⋯"
    assert page.cells["td"][-3:] == ["<NA>", "<NA>", "2.0"]
    assert '<td class="npx-number">1</td><td>a</td>' in html
    assert '<td class="npx-missing npx-number">&lt;NA&gt;</td>' in html
    assert '<td class="npx-missing">&lt;NA&gt;</td>' in html
    assert "<caption>1,000 rows × 3 columns</caption>" in html  # noqa: RUF001


def test_reasons_are_unfolded_on_demand():
    html = npx.parse_csv("a,b\n1,x\n02,y\n")._repr_html_()
    assert "<details><summary>" in html
    assert "02&#x27;, an integer with a leading zero</bdi></li>" in html
    assert "<bdi>b</bdi>" not in html
    names = ",".join(f"c{i}" for i in range(8))
    many = npx.parse_csv(f"{names}\n{'1,' * 7}1\n{'x,' * 7}x\n")._repr_html_()
    assert Page(many).tags["li"] == 6
    assert "and 3 more such columns" in many


@pytest.mark.parametrize("most", [None, 1, 2, 7, 1000])
def test_columns_of_wide_tables_are_left_out_in_the_middle(most):
    table = npx.parse_csv("1," * 999 + "1\n", header=False)
    with npx.set_options(max_columns=most):
        page = Page(table._repr_html_())
    shown = most or 20
    heads = page.cells["th"]
    if shown == 1000:
        assert len(heads) == 1000
    else:
        assert heads[0] == "f0int64"
        assert heads[shown - shown // 2] == f"⋯{1000 - shown} more"
        assert heads[-1] == ("f999int64" if shown > 1 else "⋯999 more")
    assert len(heads) == len(page.cells["td"]) == min(shown + 1, 1000)


@pytest.mark.parametrize("text", ["a,b\n", "a\n"])
def test_tables_without_rows(text):
    page = Page(npx.parse_csv(text)._repr_html_())
    assert page.tags["th"] == len(text) // 2
    assert page.tags["td"] == 0


def test_table_without_columns():
    page = Page(npx.parse_csv("a\n" + "1\n" * 50, usecols=[])._repr_html_())
    assert page.tags["th"] == page.tags["td"] == 0
    assert "50 rows × 0 columns" in page.texts  # noqa: RUF001


def test_schema_tells_all():
    schema = npx.parse_csv("a,b\n1,x\n02,\n").schema
    page = Page(schema._repr_html_())
    assert page.cells["th"] == ["column", "dtype", "missing", "why", "a", "b"]
    assert page.cells["td"] == [
        "string", "0", "line 3 has '02', an integer with a leading zero",
        "string", "1", "line 2 has 'x', text",
    ]  # fmt: skip
