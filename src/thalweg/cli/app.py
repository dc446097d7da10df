"""The verbs of the program, and what its help says."""

from cyclopts import App

from thalweg import __version__
from thalweg.cli.check import check
from thalweg.cli.compare import compare
from thalweg.cli.diagnose import diagnose
from thalweg.cli.doctor import doctor
from thalweg.cli.evaluate import evaluate
from thalweg.cli.fit import fit
from thalweg.cli.lab import lab
from thalweg.cli.look import look
from thalweg.cli.predict import predict
from thalweg.cli.report import report
from thalweg.cli.reproduce import reproduce
from thalweg.cli.resume import resume
from thalweg.cli.runs import best, delete, list_all
from thalweg.cli.search import search
from thalweg.cli.summary import summary

_HELP = """Train neural networks by the book.

Begin with `thalweg fit people.csv --target income`, or `thalweg fit digits`."""

_FIRST = (fit, search, check, predict, evaluate, resume)
_LAST = (compare, reproduce, report, look, summary, diagnose, doctor)


def build() -> App:
    """Return the program's words. What a verb needs to do its work is loaded when it is done, not here."""
    app = App(name="thalweg", help=_HELP, version=__version__, help_format="plaintext")
    for place, verb in enumerate(_FIRST):
        app.command(verb, sort_key=place)
    runs = App(name="runs", help="List the runs of a folder, show the best, delete some.", sort_key=len(_FIRST))
    runs.default(list_all)
    for name, verb in (("list", list_all), ("best", best), ("delete", delete)):
        runs.command(verb, name=name)
    app.command(runs)
    for place, verb in enumerate(_LAST):
        app.command(verb, sort_key=len(_FIRST) + 1 + place)
    app.command(lab(sort_key=len(_FIRST) + 1 + len(_LAST)))
    return app
