"""`thalweg lab`: the lecture notes' experiments, each run anew."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from thalweg.cli.ending import DONE, FAILED, Ending, plain
from thalweg.cli.lab_graph import graph
from thalweg.cli.lab_page import Out, Seed, told
from thalweg.cli.machine import ALL_OF_IT, Machine
from thalweg.cli.options import whole
from thalweg.cli.voice import ALOUD, Voice

# What the pages on CIFAR-10 have in common.
Photographs = Annotated[Path, Parameter(help="The folder of CIFAR-10's binary files, data_batch_1.bin and so on.")]
Rows = Annotated[int, Parameter(converter=whole, help="Training images to use; the set has 50,000.")]

PAGES = {
    "spiral": "the case study: a softmax classifier and a small network on three arms of points",
    "ten-layers": "what initial weights do to activations and gradients in ten layers of 500 units",
    "slow-start": "why squared error on a saturated sigmoid starts slowly and cross-entropy does not",
    "zig-zag": "why inputs are centred: the path of two weights on positive inputs and on centred ones",
    "batch-norm": "which rates and first weights train with batch normalisation and without, and the gap of each",
    "max-norm": "what a limit on each unit's weights does, at an ordinary rate and at far too high a one",
    "residual": "what shortcuts do for the gradients and the training of networks of 20 and of 56 layers",
    "random-against-grid": "why random trials find better settings than a grid where few settings matter",
    "baby-sitting": "the notes' whole procedure on CIFAR-10: first losses, 20 images by heart, rates, searches",
    "linear-classifiers": "templates of CIFAR-10's classes: guessed, learned by two losses, and on edges and colours",
    "choose-k": "how many neighbours to ask on CIFAR-10, by two distances, in five folds",
    "boltzmann-machine": "a restricted Boltzmann machine on MNIST: what it draws, and how likely it makes new digits",
    "deep-sigmoid": "why eight layers of sigmoids do not learn MNIST, and four cures, pre-training among them",
    "race": "every update rule on a valley, a saddle and Beale's surface, step by step",
    "ring": "a disc inside a ring: a linear classifier on (x, y), and the same one on (r, theta)",
    "segmentation": "a photograph, or a picture of yours, in 2, 4 and 8 clusters of pixels by k-means",
    "sliding-window": "a template of oriented gradients that finds digits in photographs, taught by its mistakes",
    "perceptron-and-parity": "what a perceptron and an Adaline can learn, and parity, which takes a Madaline",
    "nearest-neighbours": "regions of 1, 3 and 5 neighbours, what distances of pixels mean, what asking costs",
    "half-planes": "what each rectified unit sees of a cloud of points, and how units die",
    "graph": "back-propagation, one operation at a time: the notes' two examples, or a function of yours",
    "diagrams": "the notes' 2-layer and 3-layer networks, drawn and counted",
}


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
        *(spiral, ten_layers, slow_start, zig_zag, batch_norm, max_norm, residual, random_against_grid, baby_sitting),
        *(linear_classifiers, choose_k, boltzmann_machine, deep_sigmoid, race, ring, segmentation, sliding_window),
        *(perceptron_and_parity, nearest_neighbours, half_planes, graph, diagrams),
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

    return told(experiment(seed), out, voice)


def slow_start(*, out: Out = None, machine: Machine = ALL_OF_IT, voice: Voice = ALOUD) -> Ending:
    """Train one saturated neuron by squared error and by cross-entropy."""
    machine.prepare()
    from thalweg.lab.slow_start import slow_start as experiment

    return told(experiment(), out, voice)


def zig_zag(*, seed: Seed = 0, out: Out = None, machine: Machine = ALL_OF_IT, voice: Voice = ALOUD) -> Ending:
    """Train a linear unit on positive inputs and on the same ones centred, and follow its two weights."""
    machine.prepare()
    from thalweg.lab.zig_zag import zig_zag as experiment

    return told(experiment(seed), out, voice)


def batch_norm(*, seed: Seed = 0, out: Out = None, machine: Machine = ALL_OF_IT, voice: Voice = ALOUD) -> Ending:
    """Train a network with batch normalisation and without, at 72 settings of rate and first weights."""
    machine.prepare()
    from thalweg.lab.batch_norm import batch_norm as experiment

    return told(experiment(seed), out, voice)


def max_norm(*, seed: Seed = 0, out: Out = None, machine: Machine = ALL_OF_IT, voice: Voice = ALOUD) -> Ending:
    """Train a network with a limit on its units' weights and without, at an ordinary rate and far above it."""
    machine.prepare()
    from thalweg.lab.max_norm import max_norm as experiment

    return told(experiment(seed), out, voice)


def residual(*, seed: Seed = 0, out: Out = None, machine: Machine = ALL_OF_IT, voice: Voice = ALOUD) -> Ending:
    """Train networks of 20 and of 56 layers with shortcuts and without, at three rates each."""
    machine.prepare()
    from thalweg.lab.residual import residual as experiment

    return told(experiment(seed), out, voice)


def random_against_grid(
    *, seed: Seed = 0, out: Out = None, machine: Machine = ALL_OF_IT, voice: Voice = ALOUD
) -> Ending:
    """Search a rate and a penalty by nine trials of a grid and by nine random ones, again and again."""
    machine.prepare()
    from thalweg.lab.random_against_grid import random_against_grid as experiment

    return told(experiment(seed), out, voice)


def baby_sitting(
    data: Photographs,
    *,
    rows: Rows = 10_000,
    trials: Annotated[
        int, Parameter(converter=whole, help="Of each of the two finer searches; the coarse one has twice as many.")
    ] = 16,
    seed: Seed = 0,
    out: Out = None,
    machine: Machine = ALL_OF_IT,
    voice: Voice = ALOUD,
) -> Ending:
    """Go through the notes' procedure on CIFAR-10, from centring to the finer search, each step beside theirs."""
    machine.prepare()
    from thalweg.lab.baby_sitting import baby_sitting as experiment

    voice.say(f"going through the procedure with {rows:,} images; 10,000 take a minute or two")
    return told(experiment(data, seed, rows=rows, trials=trials), out, voice)


def linear_classifiers(
    data: Photographs,
    *,
    rows: Rows = 10_000,
    tries: Annotated[int, Parameter(converter=whole, help="Weights to guess, and steps.")] = 1000,
    seed: Seed = 0,
    out: Out = None,
    machine: Machine = ALL_OF_IT,
    voice: Voice = ALOUD,
) -> Ending:
    """Guess linear classifiers of CIFAR-10, then train them by two losses, on pixels and on features."""
    machine.prepare()
    from thalweg.lab.linear_classifiers import linear_classifiers as experiment

    voice.say(f"guessing and training linear classifiers of {rows:,} images; 10,000 take a minute or two")
    return told(experiment(data, seed, rows=rows, tries=tries), out, voice)


def choose_k(
    data: Photographs,
    *,
    rows: Rows = 10_000,
    seed: Seed = 0,
    out: Out = None,
    machine: Machine = ALL_OF_IT,
    voice: Voice = ALOUD,
) -> Ending:
    """Cross-validate the number of neighbours to ask about CIFAR-10's images, by L1 and by L2."""
    machine.prepare()
    from thalweg.lab.choose_k import choose_k_of_images as experiment

    voice.say(f"measuring distances between {rows:,} images; of 10,000 it takes less than a minute")
    return told(experiment(data, seed, rows=rows), out, voice)


def boltzmann_machine(
    data: Annotated[Path, Parameter(help="The folder of MNIST's idx files, train-images-idx3-ubyte.gz and so on.")],
    *,
    hidden: Annotated[int, Parameter(converter=whole, help="Hidden units; published numbers are of 500.")] = 500,
    epochs: Annotated[int, Parameter(converter=whole, help="Passes over the training images.")] = 30,
    temperatures: Annotated[
        int, Parameter(converter=whole, help="Steps of each annealing; more of them make its error smaller.")
    ] = 14_500,
    seed: Seed = 0,
    out: Out = None,
    machine: Machine = ALL_OF_IT,
    voice: Voice = ALOUD,
) -> Ending:
    """Train a restricted Boltzmann machine on MNIST, draw from it, and judge it by annealed importance sampling."""
    machine.prepare()
    from thalweg.lab.boltzmann_machine import boltzmann_machine as experiment

    voice.say(f"training a machine of {hidden:,} hidden units; 500 take five minutes or so, on two cores")
    sheet = experiment(data, seed, hidden=hidden, epochs=epochs, betas=temperatures, say=voice.say)
    return told(sheet, out, voice)


def deep_sigmoid(
    data: Annotated[Path, Parameter(help="The folder of MNIST's idx files, with their labels.")],
    *,
    rows: Annotated[int, Parameter(converter=whole, help="Labelled images to train on.")] = 2000,
    seed: Seed = 0,
    out: Out = None,
    machine: Machine = ALL_OF_IT,
    voice: Voice = ALOUD,
) -> Ending:
    """Train eight layers of sigmoids on a few digits: from random weights, pre-trained, and cured otherwise."""
    machine.prepare()
    from thalweg.lab.deep_sigmoid import deep_sigmoid as experiment

    voice.say("training 75 networks of eight hidden layers; on two cores that takes a minute or two")
    return told(experiment(data, seed, rows=rows, say=voice.say), out, voice)


def race(*, out: Out = None, machine: Machine = ALL_OF_IT, voice: Voice = ALOUD) -> Ending:
    """Let every update rule run on a valley, a saddle and Beale's surface, and draw their paths step by step."""
    machine.prepare()
    from thalweg.lab.race import race as experiment

    return told(experiment(), out, voice)


def ring(*, seed: Seed = 0, out: Out = None, machine: Machine = ALL_OF_IT, voice: Voice = ALOUD) -> Ending:
    """Split a disc from the ring around it by a linear classifier, on three kinds of features."""
    machine.prepare()
    from thalweg.lab.ring import ring as experiment

    return told(experiment(seed), out, voice)


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

    return told(experiment(seed, image=image), out, voice)


def sliding_window(*, seed: Seed = 0, out: Out = None, machine: Machine = ALL_OF_IT, voice: Voice = ALOUD) -> Ending:
    """Teach a template of oriented gradients to find a handwritten digit in photographs, and judge it on others."""
    machine.prepare()
    from thalweg.lab.sliding_window import sliding_window as experiment

    return told(experiment(seed), out, voice)


def perceptron_and_parity(
    *, seed: Seed = 0, out: Out = None, machine: Machine = ALL_OF_IT, voice: Voice = ALOUD
) -> Ending:
    """Train perceptrons, Adalines and Madalines on parity, and perceptrons on clouds that a plane separates."""
    machine.prepare()
    from thalweg.lab.perceptron_and_parity import perceptron_and_parity as experiment

    return told(experiment(seed), out, voice)


def nearest_neighbours(
    *, seed: Seed = 0, out: Out = None, machine: Machine = ALL_OF_IT, voice: Voice = ALOUD
) -> Ending:
    """Ask 1, 3 and 5 nearest neighbours, measure distances of pictures and in many dimensions, and take the time."""
    machine.prepare()
    from thalweg.lab.nearest_neighbours import nearest_neighbours as experiment

    return told(experiment(seed), out, voice)


def half_planes(*, seed: Seed = 0, out: Out = None, machine: Machine = ALL_OF_IT, voice: Voice = ALOUD) -> Ending:
    """Draw the half of the plane where each rectified unit is active, and kill the units by too high a rate."""
    machine.prepare()
    from thalweg.lab.half_planes import half_planes as experiment

    return told(experiment(seed), out, voice)


def diagrams(*, seed: Seed = 0, out: Out = None, machine: Machine = ALL_OF_IT, voice: Voice = ALOUD) -> Ending:
    """Draw the notes' two small networks and count their units, weights and parameters."""
    machine.prepare()
    from thalweg.lab.diagrams import diagrams as experiment

    return told(experiment(seed), out, voice)
