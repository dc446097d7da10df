"""Linear classifiers of CIFAR-10: a template for each class, guessed, learned by two losses, and on features."""

from pathlib import Path

from thalweg.errors import InputError
from thalweg.lab.linear_classifiers_figures import agreement_words, search_figure, templates_gallery
from thalweg.lab.linear_classifiers_runs import Classifier, Guesses, guess_all, train_all
from thalweg.lab.sheet import Claim, Sheet, Table, between
from thalweg.lab.small_photographs import load_images, split_images
from thalweg.report.numbers import count, percent

ROWS, TRIES = 10_000, 1000
MANY = 40_000  # training images from which on the notes' accuracies are to be met
NAMES = {"svm": "support vector machine", "softmax": "softmax classifier"}
NOTES_GUESSED, NOTES_STEPPED = 0.155, 0.214

Trained = dict[str, dict[str, Classifier]]


def linear_classifiers(data: Path, seed: int = 0, *, rows: int = ROWS, tries: int = TRIES) -> Sheet:
    """Guess and train linear classifiers of small photographs.

        scores = x W + b,    a column of W is a template: the class it resembles most gets the highest score

    Args:
        data: The folder of CIFAR-10's binary files.
        seed: Of the images chosen, the split, the guesses and the first weights; 0 to 4294967295.
        rows: Training images to use, at most; at least 100. The set has 50,000.
        tries: Weights, and steps, to guess; at least 1.

    Returns:
        The sheet.

    Raises:
        InputError: If the seed or the number of rows or tries is out of its range, or the data cannot be read.

    Source: CS231n notes, "Linear Classification" and "Optimization"; assignment 1, "Features".
    """
    if tries < 1:
        raise InputError(f"--tries must be at least 1; got {tries}.")
    source = load_images(data, rows, seed=seed)
    split = split_images(source, seed=seed)
    guesses = guess_all(source, split, tries, seed=seed)
    trained = train_all(source, split, seed=seed)
    called = f"Path({str(data)!r}), {seed}, rows={rows}, tries={tries}"
    sizes = len(split.train), len(split.validation)
    return sheet_of(guesses, trained, source.task.classes, sizes, seed)._replace(
        python="from pathlib import Path; from thalweg.lab.linear_classifiers import linear_classifiers; "
        f"sheet = linear_classifiers({called})",
        options=(str(data), "--rows", str(rows), "--tries", str(tries)),
    )


def sheet_of(
    guesses: dict[str, Guesses], trained: Trained, names: tuple[str, ...], sizes: tuple[int, int], seed: int
) -> Sheet:
    """Return what was measured as a sheet.

    Args:
        guesses: By "weights" and "steps".
        trained: By "pixels" and "features", each by "svm" and "softmax".
        names: Of the classes.
        sizes: How many images there were to train on, and to score on.
        seed: All was made with.

    Returns:
        The sheet, without the lines that make it again.
    """
    pixels, features = trained["pixels"], trained["features"]
    return Sheet(
        name="linear-classifiers",
        title="Linear classifiers",
        seed=seed,
        headline=f"The best of {count(len(guesses['weights'].losses))} random templates names "
        f"{percent(guesses['weights'].accuracy)} of new images rightly; templates led by the gradient "
        f"{percent(_best(pixels).accuracy)}; on colours and edges instead of pixels "
        f"{percent(_best(features).accuracy)}",
        words=_words(pixels, len(guesses["weights"].losses), sizes),
        claims=_claims(guesses, trained, len(names), sizes[0]),
        tables=(_table(guesses, trained),),
        figures=(search_figure(guesses, pixels["svm"]),),
        python="",
        source='CS231n notes, "Linear Classification" and "Optimization"; assignment 1, "Features".',
        galleries=_galleries(guesses, pixels, names),
    )


def _best(of: dict[str, Classifier]) -> Classifier:
    return max(of.values(), key=lambda one: one.accuracy)


def _words(pixels: dict[str, Classifier], tries: int, sizes: tuple[int, int]) -> tuple[str, ...]:
    return (
        f"A linear classifier has one weight for each number of an image and each class. {count(sizes[0])} small "
        f"photographs are there to learn from and {count(sizes[1])} to score on; the accuracies are of those.",
        f"First nobody computes anything: {count(tries)} times all weights are drawn at random, and the best are kept. "
        "Then as many times a random step is drawn from the best weights so far, and taken where the loss falls. Then "
        "the gradient says which step to take.",
        "Two losses are led by it. The support vector machine asks each wrong class to be a margin of 1 behind the "
        "right one; the softmax classifier makes probabilities of the scores and asks for more of the right one's. "
        + agreement_words(pixels["svm"], pixels["softmax"]),
        "One template has to do for all horses, those that look left and those that look right, so its horse has two "
        "heads; and what it mostly sees is the colour of the ground. Histograms of hue and of the directions of "
        "edges are a better description of an image, and the same classifier does far better on them.",
        "Rates and penalties are the best of a grid of twenty each, by the validation images, so those accuracies "
        "flatter a little.",
    )


def _claims(guesses: dict[str, Guesses], trained: Trained, classes: int, rows: int) -> tuple[Claim, ...]:
    pixels, features = trained["pixels"], trained["features"]
    chance, best = 1 / classes, _best(pixels).accuracy
    many = rows >= MANY
    low, high = (0.37, 0.42) if many else (0.28, 0.42)
    known = "37% to 41%" if many else f"37% to 41% with all 50,000 images; 28% to 42% with {count(rows)}"
    return (
        between(
            "Random weights are better than chance, and little more.",
            guesses["weights"].accuracy,
            1.1 * chance,
            2 * chance,
            form=".1%",
            expected=f"the notes: {NOTES_GUESSED:.1%}; chance: {chance:.1%}",
        ),
        _above(
            "Random steps get farther than random weights.",
            guesses["steps"].accuracy,
            guesses["weights"].accuracy,
            f"the notes: {NOTES_STEPPED:.1%}",
        ),
        _above(
            "The gradient gets farther than both, by ten points and more.",
            best,
            guesses["steps"].accuracy + 0.1,
            f"above {guesses['steps'].accuracy + 0.1:.1%}",
        ),
        *(
            between(f"On pixels a {NAMES[name]} gets a third right, or a little more.", one.accuracy, low, high,
                    form=".1%", expected=known)
            for name, one in pixels.items()
        ),
        between(
            "The two losses come to about the same.",
            abs(pixels["svm"].accuracy - pixels["softmax"].accuracy),
            0.0,
            0.03,
            form=".1%",
            expected="3 points apart at most",
        ),
        _above(
            "Colours and edges are worth at least five points more than pixels.",
            _best(features).accuracy,
            best + 0.05,
            f"above {best + 0.05:.1%}",
        ),
    )  # fmt: skip


def _above(says: str, value: float, low: float, expected: str) -> Claim:
    return Claim(says, expected, f"{value:.1%}", bool(value > low))


def _table(guesses: dict[str, Guesses], trained: Trained) -> Table:
    rows = [
        ("random weights", "pixels", "", "", "", percent(guesses["weights"].accuracy)),
        ("random steps", "pixels", "", "", "", percent(guesses["steps"].accuracy)),
        *(
            (NAMES[name], kind, f"{one.rate:g}", f"{one.strength:g}", percent(one.training), percent(one.accuracy))
            for kind, found in trained.items()
            for name, one in found.items()
        ),
    ]
    head = ("classifier", "of", "rate", "penalty", "training accuracy", "validation accuracy")
    return Table("Linear classifiers of photographs", head, tuple(rows))


def _galleries(guesses: dict[str, Guesses], pixels: dict[str, Classifier], names: tuple[str, ...]) -> tuple:
    shown = [
        (
            f"What the {NAMES[name]} looks for",
            "Weights as colours: bright where much of one speaks for the class, dark where it speaks against.",
            one.templates,
        )
        for name, one in pixels.items()
        if one.templates is not None
    ]
    guessed = ("The best of the random weights", "Nothing to be seen, and yet better than chance.",
               guesses["weights"].templates)  # fmt: skip
    return tuple(templates_gallery(*one, names) for one in (*shown, guessed))
