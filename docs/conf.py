"""How Sphinx builds these pages: offline, from the docstrings of the package as it is."""

import importlib
import pkgutil
import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
SOURCE = HERE.parent / "src"
sys.path.insert(0, str(SOURCE))

import thalweg  # noqa: E402 - the line above makes it findable

project = "Thalweg"
author = "The Thalweg authors"
project_copyright = "The Thalweg authors. Apache License 2.0."
version = release = thalweg.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".md": "markdown"}
myst_heading_anchors = 3
html_theme = "furo"
html_title = f"Thalweg {release}"
html_copy_source = False
smartquotes_action = "De"  # dashes and dots, not quotes: m' in a docstring is no quotation
highlight_language = "none"

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False

SECTION = re.compile(r"(Args|Returns|Raises|Yields|Example):$")


def public_modules():
    """Names of all modules of the package that no underscore hides, by the namespace they lie in, in order."""
    found = [thalweg.__name__, *(info.name for info in pkgutil.walk_packages([str(SOURCE / "thalweg")], "thalweg."))]
    public = sorted(name for name in found if not any(word.startswith("_") for word in name.split(".")))
    spaces = [name for name in public if hasattr(importlib.import_module(name), "__path__")]
    return {
        space: [name for name in public if name == space or (name.rpartition(".")[0] == space and name not in spaces)]
        for space in spaces
    }


def write_reference():
    """Write one page a namespace, and take away the pages of those that are gone."""
    folder = HERE / "reference" / "generated"
    folder.mkdir(exist_ok=True)
    pages = {
        folder / f"{space}.md": f"# {space}\n\n" + "\n".join(_section(name, space) for name in names)
        for space, names in public_modules().items()
    }
    for page in set(folder.iterdir()) - set(pages):
        page.unlink()
    for page, text in pages.items():
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8")


def _section(name, space):
    heading = "" if name == space else f"({name})=\n\n## {name}\n\n"
    return f"{heading}```{{eval-rst}}\n.. automodule:: {name}\n   :members:\n```\n"


def skip_field_aliases(app, what, name, obj, skip, options):
    """Leave out the "Alias for field number 0" that Python gives each field of a named tuple."""
    return True if (getattr(obj, "__doc__", None) or "").startswith("Alias for field number") else None


def keep_equations(app, what, name, obj, options, lines):
    """Set an indented block of a docstring as it is written; Sphinx would join its lines into one quotation."""
    written, inside = [], False  # a section such as Args, or an equation begun above
    for line in lines:
        if line and not line.startswith(" "):
            inside = SECTION.match(line) is not None
        elif line and not inside and written and not written[-1]:
            written += ["::", ""]
            inside = True
        written.append(line)
    lines[:] = written


def setup(app):
    """Write the module pages before Sphinx looks for pages."""
    write_reference()
    app.connect("autodoc-process-docstring", keep_equations, priority=400)  # before napoleon takes the sections apart
    app.connect("autodoc-skip-member", skip_field_aliases)
