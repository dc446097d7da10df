"""`thalweg lab`: the lecture notes' experiments, each run anew."""

from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter

from thalweg.cli.ending import DONE, FAILED, Ending, plain
from thalweg.cli.machine import ALL_OF_IT, Machine
from thalweg.cli.options import whole
from thalweg.cli.voice import ALOUD, Voice
from thalweg.errors import InputError, choose

PAGES = {
    "spiral": "the case study: a softmax classifier and a small network on three arms of points",
    "ten-layers": "what initial weights do to activations and gradients in ten layers of 500 units",
    "slow-start": "why squared error on a saturated sigmoid starts slowly and cross-entropy does not",
    "zig-zag": "why inputs are centred: the path of two weights on positive inputs and on centred ones",
    "batch-norm": "which rates and first weights train with batch normalisation and without, and the gap of each",
    "max-norm": "what a limit on each unit's weights does, at an ordinary rate and at far too high a one",
    "residual": "what shortcuts do for the gradients and the training of networks of 20 and of 56 layers",
    "race": "every update rule on a valley, a saddle and Beale's surface, step by step",
    "ring": "a disc inside a ring: a linear classifier on (x, y), and the same one on (r, theta)",
    "segmentation": "a photograph, or a picture of yours, in 2, 4 and 8 clusters of pixels by k-means",
    "sliding-window": "a template of oriented gradients that finds digits in photographs, taught by its mistakes",
    "half-planes": "what each rectified unit sees of a cloud of points, and how units die",
    "graph": "back-propagation, one operation at a time: the notes' two examples, or a function of yours",
    "diagrams": "the notes' 2-layer and 3-layer networks, drawn and counted",
}

Seed = Annotated[int, Parameter(converter=whole, help="Of everything that is drawn.")]
Out = Annotated[Path | None, Parameter(help="The page to write; NAME.html by default.", show_default=False)]


def lab(*, sort_key: int) -> App:
    """Return the verb with a word for each experiment.

    Args:
        sort_key: Its place in the program's help.

    Returns:
        The verb.
    """
    app = App(name="lab", help="List the notes' experiments; run one anew and write its page.", sort_key=sort_key)
    app.default(list_pages)
    experiments = (
        *(spiral, ten_layers, slow_start, zig_zag, batch_norm, max_norm, residual, race, ring),
        *(segmentation, sliding_window, half_planes, graph, diagrams),
    )
    for experiment in experiments:
        app.command(experiment)
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


def ten_layers(*, seed: Seed = 0, out: Out = None, machine: Machine = ALL_OF_IT, voice: Voice = ALOUD) -> Ending:
    """Send a batch up and a gradient down through ten layers of 500 units, under five kinds of first weights."""
    machine.prepare()
    from thalweg.lab.ten_layers import ten_layers as experiment

    return _told(experiment(seed), out, voice)


def slow_start(*, out: Out = None, machine: Machine = ALL_OF_IT, voice: Voice = ALOUD) -> Ending:
    """Train one saturated neuron by squared error and by cross-entropy."""
    machine.prepare()
    from thalweg.lab.slow_start import slow_start as experiment

    return _told(experiment(), out, voice)


def zig_zag(*, seed: Seed = 0, out: Out = None, machine: Machine = ALL_OF_IT, voice: Voice = ALOUD) -> Ending:
    """Train a linear unit on positive inputs and on the same ones centred, and follow its two weights."""
    machine.prepare()
    from thalweg.lab.zig_zag import zig_zag as experiment

    return _told(experiment(seed), out, voice)


def batch_norm(*, seed: Seed = 0, out: Out = None, machine: Machine = ALL_OF_IT, voice: Voice = ALOUD) -> Ending:
    """Train a network with batch normalisation and without, at 72 settings of rate and first weights."""
    machine.prepare()
    from thalweg.lab.batch_norm import batch_norm as experiment

    return _told(experiment(seed), out, voice)


def max_norm(*, seed: Seed = 0, out: Out = None, machine: Machine = ALL_OF_IT, voice: Voice = ALOUD) -> Ending:
    """Train a network with a limit on its units' weights and without, at an ordinary rate and far above it."""
    machine.prepare()
    from thalweg.lab.max_norm import max_norm as experiment

    return _told(experiment(seed), out, voice)


def residual(*, seed: Seed = 0, out: Out = None, machine: Machine = ALL_OF_IT, voice: Voice = ALOUD) -> Ending:
    """Train networks of 20 and of 56 layers with shortcuts and without, at three rates each."""
    machine.prepare()
    from thalweg.lab.residual import residual as experiment

    return _told(experiment(seed), out, voice)


def race(*, out: Out = None, machine: Machine = ALL_OF_IT, voice: Voice = ALOUD) -> Ending:
    """Let every update rule run on a valley, a saddle and Beale's surface, and draw their paths step by step."""
    machine.prepare()
    from thalweg.lab.race import race as experiment

    return _told(experiment(), out, voice)


def ring(*, seed: Seed = 0, out: Out = None, machine: Machine = ALL_OF_IT, voice: Voice = ALOUD) -> Ending:
    """Split a disc from the ring around it by a linear classifier, on three kinds of features."""
    machine.prepare()
    from thalweg.lab.ring import ring as experiment

    return _told(experiment(seed), out, voice)


def segmentation(
    *,
    image: Annotated[
        Path | None, Parameter(help="A picture of yours; a photograph of a flower by default.", show_default=False)
    ] = None,
    seed: Seed = 0,
    out: Out = None,
    machine: Machine = ALL_OF_IT,
    voice: Voice = ALOUD,
) -> Ending:
    """Part a picture into clusters of pixels by k-means, by colour alone and by colour and place."""
    machine.prepare()
    from thalweg.lab.segmentation import segmentation as experiment

    return _told(experiment(seed, image=image), out, voice)


def sliding_window(*, seed: Seed = 0, out: Out = None, machine: Machine = ALL_OF_IT, voice: Voice = ALOUD) -> Ending:
    """Teach a template of oriented gradients to find a handwritten digit in photographs, and judge it on others."""
    machine.prepare()
    from thalweg.lab.sliding_window import sliding_window as experiment

    return _told(experiment(seed), out, voice)


def half_planes(*, seed: Seed = 0, out: Out = None, machine: Machine = ALL_OF_IT, voice: Voice = ALOUD) -> Ending:
    """Draw the half of the plane where each rectified unit is active, and kill the units by too high a rate."""
    machine.prepare()
    from thalweg.lab.half_planes import half_planes as experiment

    return _told(experiment(seed), out, voice)


def graph(
    *,
    plugin: Annotated[
        Path | None,
        Parameter(help="Python file with a function of yours to show instead. It is run.", show_default=False),
    ] = None,
    function: Annotated[
        str | None, Parameter(help="The function's name, where the file holds several.", show_default=False)
    ] = None,
    at: Annotated[
        tuple[str, ...],
        Parameter(
            negative="", show_default=False, help="An argument of the function, NAME=NUMBER. Given again for the next."
        ),
    ] = (),
    out: Out = None,
    machine: Machine = ALL_OF_IT,
    voice: Voice = ALOUD,
) -> Ending:
    """Send values forwards and gradients backwards through a few operations."""
    machine.prepare()
    from thalweg.lab.graph import graph as experiment
    from thalweg.lab.graph import inputs_of, own_graph

    if plugin is None:
        _require_no_function(function, at)
        return _told(experiment(), out, voice)
    chosen = _function_of(plugin, function)
    _require_inputs(at)
    typed = ("--plugin", str(plugin), *(("--function", function) if function else ()))
    options = (*typed, *(word for given in at for word in ("--at", given)))
    return _told(own_graph(chosen, inputs_of(at))._replace(options=options), out, voice)


def _require_no_function(function: str | None, at: tuple[str, ...]) -> None:
    if function is not None or at:
        raise InputError("--function and --at are for a function of yours. Give its file, too: --plugin FILE.")


def _require_inputs(at: tuple[str, ...]) -> None:
    if not at:
        raise InputError("a function of yours needs a number for each of its arguments: --at x=2 --at y=3.")


def _function_of(plugin: Path, name: str | None) -> Any:
    from thalweg.cli.plugin import Plugins

    known = {found.__name__: found for found in Plugins(plugin=(plugin,)).read()}
    if name is None and len(known) > 1:
        raise InputError(f"--plugin {plugin} holds {len(known)} functions. Say which: --function {next(iter(known))}.")
    return next(iter(known.values())) if name is None else known[choose(name, known, what=f"function of {plugin}")]


def diagrams(*, seed: Seed = 0, out: Out = None, machine: Machine = ALL_OF_IT, voice: Voice = ALOUD) -> Ending:
    """Draw the notes' two small networks and count their units, weights and parameters."""
    machine.prepare()
    from thalweg.lab.diagrams import diagrams as experiment

    return _told(experiment(seed), out, voice)


def _told(sheet: Any, out: Path | None, voice: Voice) -> Ending:
    """Write a sheet's page, say its claims and end with 1 if one of them does not hold."""
    from thalweg.lab.sheet_page import write_sheet

    page = Path(f"{sheet.name}.html") if out is None else out
    write_sheet(page, sheet)
    voice.result(sheet.headline)
    voice.result("")
    if sheet.claims:
        voice.table(
            [
                ("claim", "expected", "measured", "holds"),
                *((c.says, c.expected, c.measured, "yes" if c.holds else "no") for c in sheet.claims),
            ]
        )
    else:
        for table in sheet.tables:
            voice.table([table.head, *table.rows])
    voice.result("")
    faults = sheet.disagreements()
    for sentence in faults:
        voice.result(sentence)
    voice.result(f"page: {page}")
    facts = {
        "page": str(page),
        "seed": sheet.seed,
        "headline": sheet.headline,
        "claims": [c._asdict() for c in sheet.claims],
        "disagreements": list(faults),
    }
    return Ending(plain(facts), FAILED if faults else DONE)
