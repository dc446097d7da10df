"""The frame of every page: one file that loads nothing, with its style, its scripts and leave for no others."""

import functools
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from thalweg.report import numbers, text
from thalweg.report.embed import figures_json, fingerprint
from thalweg.report.figures.style import Figure
from thalweg.wording import counted

HOME = "thalweg.report"


def framed(template: str, figures: Sequence[Figure], *, package: str = HOME, **values: Any) -> str:
    """Return a page that extends frame.html; every text put into it is shown letter by letter.

    Args:
        template: Its file's name.
        figures: Every picture that the template shows.
        package: Where the template lies, in a folder "templates".
        **values: What the template names.

    Returns:
        The page.
    """
    drawing = _plotly() if figures else Script("", fingerprint(""))  # it is most of a page's size
    script = _source("page.js")
    return (
        _environment(package)
        .get_template(template)
        .render(
            values,
            figures=figures_json(figures),
            style=Markup(_source("page.css")),
            plotly=Markup(drawing.text),
            script=Markup(script),
            scripts=Markup(f"'{drawing.fingerprint}' '{fingerprint(script)}'"),
        )
    )


class Script(NamedTuple):
    """A script, and the hash by which a page lets it run."""

    text: str
    fingerprint: str


@functools.cache
def _plotly() -> Script:
    text = get_plotlyjs()
    return Script(text, fingerprint(text))


@functools.cache  # templates are compiled once; that takes longer than all else of a page
def _environment(package: str) -> Environment:
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(name, "templates") for name in dict.fromkeys((package, HOME))]),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Markup is the library's own; every other text loses what cannot be seen.
        finalize=lambda value: text.printable(value) if type(value) is str else value,
    )
    environment.filters.update(
        short=text.short,
        ended=text.ended,
        count=numbers.count,
        counted=counted,
        amount=numbers.amount,
        percent=numbers.percent,
    )
    environment.tests["finite"] = math.isfinite
    return environment


def _source(name: str) -> str:
    """A file of the page that is no template: the library's own style and script."""
    return (Path(__file__).parent / "templates" / name).read_text(encoding="utf-8")
