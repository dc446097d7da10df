"""The pictures of linear classifiers: what each looks for, and the loss along the way of each search."""

import numpy as np

from thalweg.lab.gallery import Gallery, plate
from thalweg.lab.linear_classifiers_runs import Classifier, Guesses
from thalweg.monitors.picture import around_grey
from thalweg.report.figures.style import Figure, axis, layout, line
from thalweg.report.numbers import count, percent
from thalweg.report.series import Series


def templates_gallery(title: str, says: str, templates: np.ndarray, names: tuple[str, ...]) -> Gallery:
    """Return a picture of each class's weights.

    Args:
        title: A few words.
        says: What to look for.
        templates: (c, height, width, channels).
        names: Of the classes.

    Returns:
        The pictures.
    """
    pixels = around_grey(templates)
    return Gallery(
        title,
        says,
        tuple(
            plate(one, name, f"What speaks for {name}, and what against it.", zoom=3)
            for one, name in zip(pixels, names, strict=True)
        ),
    )


def search_figure(guesses: dict[str, Guesses], descent: Classifier) -> Figure:
    """Return the loss of a support vector machine by what was spent on it.

    Args:
        guesses: Weights and steps that were drawn.
        descent: Trained by its gradient.

    Returns:
        The picture.
    """
    courses = (
        ("random weights", np.arange(1, len(guesses["weights"].losses) + 1), guesses["weights"].losses),
        ("random steps", np.arange(1, len(guesses["steps"].losses) + 1), guesses["steps"].losses),
        ("down the gradient", descent.steps[1:], descent.losses[1:]),
    )
    return Figure(
        "search",
        "The loss of a support vector machine, by guessing and by its gradient",
        f"The lowest of {count(len(guesses['weights'].losses))} guesses ends at {guesses['weights'].losses[-1]:.2f}, "
        f"of as many guessed steps at {guesses['steps'].losses[-1]:.2f}, and the gradient's loss at "
        f"{descent.losses[-1]:.2f}. A guess or a guessed step is judged by all images, a step down the gradient by "
        "200 of them.",
        [
            line(Series(x.astype(float), np.asarray(y, float)), name, k, mode="lines+markers" if k == 2 else "lines")
            for k, (name, x, y) in enumerate(courses)
        ],
        layout(axis("tries or steps", type="log", dtick=1), axis("loss")),
    )


def agreement_words(svm: Classifier, softmax: Classifier) -> str:
    """Say how far two classifiers agree.

    Args:
        svm: The one.
        softmax: The other.

    Returns:
        A sentence.
    """
    same = float((svm.answers == softmax.answers).mean())
    return (
        f"Both name the same class for {percent(same)} of the validation images, though the one minds its margins "
        "alone and is content once they are kept, and the other never is."
    )
