"""The frame of every page: one file that loads nothing, with its style, its scripts and leave for no others."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

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
    plotly, script = get_plotlyjs() if figures else "", _source("page.js")  # it is most of a page's size
    return (
        _environment(package)
        .get_template(template)
        .render(
            values,
            figures=figures_json(figures),
            style=Markup(_source("page.css")),
            plotly=Markup(plotly),
            script=Markup(script),
            scripts=Markup(" ".join(f"'{fingerprint(s)}'" for s in (plotly, script))),
        )
    )


def _environment(package: str) -> Environment:
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(name, "templates") for name in dict.fromkeys((package, HOME))]),
        autoescape=True,
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
