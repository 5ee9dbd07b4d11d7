"""How Sphinx builds the documentation: `./dev docs`.

The source folder is the repository itself, so that links between pages are the same
on a code host and in what is built. Nothing is fetched.
"""

from docutils.nodes import Element
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

import numpy_ext

project = "numpy_ext"
author = "the numpy_ext developers"
copyright = f"2026, {author}"
version = release = numpy_ext.__version__

root_doc = "docs/index"
include_patterns = [
    "docs/**.md",
    "docs/**.rst",
    "notebooks/*.ipynb",
    "src/README.md",
    "benchmarks/README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
]
# docs/README.md is the list of pages for a code host; guide.md and development.md
# include its parts.
exclude_patterns = ["build", "**/.*", "docs/README.md"]

extensions = ["sphinx.ext.autodoc", "sphinx.ext.autosummary", "numpydoc", "myst_nb"]

# ---- Markdown and notebooks ------------------------------------------------

myst_heading_anchors = 4
# Notebooks are shown with the outputs they are stored with; tests run them.
nb_execution_mode = "off"
nb_ipywidgets_js = {}  # no scripts from elsewhere

# ---- Docstrings ------------------------------------------------------------

default_role = "py:obj"
autosummary_generate = False
autodoc_member_order = "groupwise"
autodoc_typehints = "none"  # the docstrings say what is meant
numpydoc_show_class_members = False
# What `read_csv` alone may mean in a docstring, the nearest first.
PUBLIC_MODULES = ("numpy_ext", "numpy_ext.errors", "numpy_ext.testing")


def public_name(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, shown: Element
) -> Element | None:
    """Link a bare name to what is public under it.

    Parameters and names of other libraries stay as they are: nothing is looked up
    elsewhere. What begins with ``numpy_ext.`` must exist.
    """
    target = node.get("reftarget", "")
    if node.get("refdomain") != "py" or target.startswith("numpy_ext."):
        return None
    domain = env.domains.python_domain
    for module in PUBLIC_MODULES:
        name = f"{module}.{target}"
        if name in domain.objects:
            source = node.get("refdoc", "")
            return domain.resolve_xref(
                env, source, app.builder, "obj", name, node, shown
            )
    return shown


def setup(app: Sphinx) -> None:
    """Sphinx calls this."""
    app.connect("missing-reference", public_name)


# ---- The pages -------------------------------------------------------------

html_theme = "pydata_sphinx_theme"
html_title = "numpy_ext"
html_theme_options = {
    "show_prev_next": True,
    "navigation_with_keys": False,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
}
html_context = {"default_mode": "auto"}
html_show_sourcelink = False
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["pages.css"]
templates_path = ["_templates"]
# The pages lie in docs/ as in the repository; this leads there from the top.
html_additional_pages = {"index": "to_docs.html"}
