"""What a feature map is worth: a disc inside a ring, which no line splits and one number does."""

from typing import Any, NamedTuple

import numpy as np

from thalweg.data.split import Split
from thalweg.data.toy import load_toy
from thalweg.experiment import Experiment
from thalweg.keys import root
from thalweg.lab.regions import regions_figure
from thalweg.lab.sheet import Claim, Sheet, Table, between
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.presets.dense import dense_network
from thalweg.preprocess import chain
from thalweg.preprocess.arrays import Center, Standardize
from thalweg.preprocess.polar import Polar
from thalweg.preprocess.polynomial import Polynomial
from thalweg.report.figures.style import Figure
from thalweg.spec import traced
from thalweg.train.evaluate import predict
from thalweg.train.population import advance, member_of, population, start
from thalweg.train.state import Batches, learner_of
from thalweg.types import Array
from thalweg.updates.sgd import SGD

POINTS, STEPS, RATE = 400, 500, 1.0
GRID = 160  # points along each side of a picture
SIDE = np.linspace(-2.2, 2.2, GRID)


class Answer(NamedTuple):
    """One linear classifier."""

    title: str
    inputs: int
    training: float  # share of the training points that it gets right
    new: float  # and of as many new ones
    regions: np.ndarray  # (GRID, GRID) class at each point of the plane


def ring(seed: int = 0) -> Sheet:
    """Train the same linear classifier on (x, y), on (r, theta) and on the products of x and y, of a disc in a ring.

        scores = W f(x, y) + b,    softmax, full batch,    500 steps at a rate of 1

    Args:
        seed: Of the points and the first weights; 0 to 4294967295.

    Returns:
        The sheet.

    Raises:
        InputError: If the seed is out of its range.

    Source: CS231n lecture 2, "Hard cases for a linear classifier", and lecture 4, "Image features".
    """
    key = root(seed)
    source = load_toy("ring", seed=seed, n=2 * POINTS)
    split = Split(np.arange(POINTS), np.arange(POINTS, 2 * POINTS), np.array([], int))
    x, y = np.asarray(source.inputs), source.targets
    plain, polar, products = (
        _answer(title, maps, x, y, split, key)
        for title, maps in (
            ("(x, y)", (Center(),)),
            ("(r, theta)", (Polar(), Standardize())),
            ("products of x and y", (Polynomial(2), Standardize())),
        )
    )
    answers = (plain, polar, products)
    return Sheet(
        name="ring",
        title="A ring, and the right features",
        seed=seed,
        headline=f"A linear classifier gets {plain.new:.0%} of new points right on (x, y), and {polar.new:.0%} on "
        "(r, theta)",
        words=(
            "One class is a disc, the other a ring around it. A linear classifier draws a line, and any line leaves "
            "about half of the points on the wrong side: on (x, y) it is as good as a coin.",
            "The classifier and its training stay the same, and the points are said in other words. In (r, theta) the "
            "disc is r below 1 and the ring r above 1.5, so one line splits them. Drawn back into the plane that line "
            "is a circle.",
            "Whoever does not know of the radius may offer all products up to degree 2: the radius squared is among "
            "them, as x^2 + y^2, and the classifier finds it. A hidden layer finds such features by itself, which is "
            "what networks are for.",
        ),
        claims=_claims(*answers),
        tables=(
            Table(
                f"Right answers after {STEPS} steps",
                ("features", "inputs", "training points", "new points"),
                tuple((a.title, str(a.inputs), f"{a.training:.1%}", f"{a.new:.1%}") for a in answers),
            ),
        ),
        figures=tuple(_figure(f"regions_{i}", answer, x, y) for i, answer in enumerate(answers)),
        python=f"from thalweg.lab.ring import ring; sheet = ring({seed})",
        source='CS231n lecture 2, "Hard cases for a linear classifier".',
    )


def _claims(plain: Answer, polar: Answer, products: Answer) -> tuple[Claim, ...]:
    return (
        between("On (x, y) it is hardly better than chance.", plain.new, 0.4, 0.65, form=".3f", expected="about 0.5"),
        between("On (r, theta) it is right.", polar.new, 0.99, 1.0, form=".3f", expected="about 1.0"),
        between("On the products up to degree 2 it is, too.", products.new, 0.99, 1.0, form=".3f", expected="about 1"),
    )


def _answer(title: str, maps: tuple[Any, ...], x: np.ndarray, y: np.ndarray, split: Split, key: Array) -> Answer:
    fitted = chain.fit(maps, x, split)
    features = chain.apply(maps, fitted, x)
    experiment = Experiment(dense_network(2, hidden=()), SoftmaxCrossEntropy(), update=SGD(RATE))
    members = population([start(learner_of(experiment), key, features.shape[1:], STEPS)])
    seen = features[split.train]
    batches = Batches(seen, y[split.train].astype(np.int32), np.ones(len(seen), np.float32), None, None)
    members, _ = advance(members, batches, clock=0, count=STEPS)
    carry = member_of(members, 0).carry

    def classes(points: np.ndarray) -> np.ndarray:
        outputs = predict(traced(experiment.objective()), carry.params, carry.state, chain.apply(maps, fitted, points))
        return outputs.argmax(axis=1)

    right = classes(x) == y
    plane = np.stack(np.meshgrid(SIDE, SIDE), axis=-1).reshape(-1, 2)
    return Answer(
        title,
        features.shape[1],
        float(right[split.train].mean()),
        float(right[split.validation].mean()),
        classes(plane).reshape(GRID, GRID),
    )


def _figure(name: str, answer: Answer, x: np.ndarray, y: np.ndarray) -> Figure:
    return regions_figure(
        name,
        f"Linear in {answer.title}",
        f"Which class a linear classifier on {answer.title} answers at each point of the plane. It gets "
        f"{answer.new:.1%} of new points right.",
        side=SIDE,
        regions=answer.regions,
        x=x[:POINTS],
        y=y[:POINTS],
    )
