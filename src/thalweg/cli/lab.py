"""`thalweg lab`: the lecture notes' experiments, each run anew."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from thalweg.cli.ending import DONE, FAILED, Ending, plain
from thalweg.cli.machine import ALL_OF_IT, Machine
from thalweg.cli.options import whole
from thalweg.cli.voice import ALOUD, Voice

PAGES = {"spiral": "the case study: a softmax classifier and a small network on three arms of points"}


def lab(*, sort_key: int) -> App:
    """Return the verb with a word for each experiment.

    Args:
        sort_key: Its place in the program's help.

    Returns:
        The verb.
    """
    app = App(name="lab", help="List the notes' experiments; run one anew and write its page.", sort_key=sort_key)
    app.default(list_pages)
    app.command(spiral)
    return app


def list_pages(*, voice: Voice = ALOUD) -> Ending:
    """List the experiments."""
    voice.table(list(PAGES.items()))
    return Ending({"pages": [{"name": name, "shows": shows} for name, shows in PAGES.items()]})


def spiral(
    *,
    seed: Annotated[
        int, Parameter(converter=whole, help="Of points and weights; numbers to compare with are there for 0.")
    ] = 0,
    out: Annotated[Path, Parameter(help="The page to write.")] = Path("spiral.html"),
    machine: Machine = ALL_OF_IT,
    voice: Voice = ALOUD,
) -> Ending:
    """Run the case study: losses at the steps that the notes name, accuracies, a page with the decision regions."""
    machine.prepare()
    from thalweg.lab.derived import compared, disagreements
    from thalweg.lab.page import write_study
    from thalweg.lab.spiral import study_spiral
    from thalweg.report.numbers import percent
    from thalweg.wording import counted

    voice.say(f"training two models on the spiral of seed {seed}")
    study = study_spiral(seed)
    write_study(out, study)
    tables, faults = compared(study), disagreements(study)
    for fit, rows in zip(study.fits, tables, strict=True):
        known = rows[0].derived is not None
        voice.result(f"{fit.title}, {counted(fit.epochs, 'step')}")
        voice.table(
            [
                ("step", "loss", *(["derived for seed 0"] if known else [])),
                *((str(r.step), f"{r.loss:.6f}", *([f"{r.derived:.6f}"] if known else [])) for r in rows),
            ]
        )
        voice.result(f"accuracy on the training points {percent(fit.accuracy)}")
        voice.result("")
    for sentence in faults:
        voice.result(sentence)
    voice.result(f"page: {out}")
    facts = {
        "page": str(out),
        "seed": seed,
        "models": [
            {
                "model": fit.title,
                "steps": fit.epochs,
                "losses": [{k: v for k, v in r._asdict().items() if v is not None} for r in rows],
                "accuracy": fit.accuracy,
            }
            for fit, rows in zip(study.fits, tables, strict=True)
        ],
        "disagreements": list(faults),
    }
    return Ending(plain(facts), FAILED if faults else DONE)
