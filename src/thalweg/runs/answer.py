"""A truth, or what a network takes for one, as a text."""

from typing import Any

import numpy as np

from thalweg.data.source import Task


def answer(task: Task, numbers: Any) -> str:
    """Return a target as a person would say it.

    Args:
        task: What is predicted.
        numbers: Of NumPy: a class's number (), an answer each (k,), or an amount (1,).

    Returns:
        The class, the answers with commas between them, or the amount with four digits.

    Example:
        >>> answer(Task("classes", "pet", ("cat", "dog")), np.array(1))
        'dog'
        >>> answer(Task("regression", "age", ()), np.array([2.50001]))
        '2.5'
    """
    if task.kind == "classes":
        return task.classes[int(numbers)]
    if task.kind == "regression":
        return f"{numbers[0]:.4g}"
    return ", ".join(one.yes if yes else one.no for one, yes in zip(task.attributes, numbers, strict=True))


def decided(task: Task, outputs: np.ndarray) -> np.ndarray:
    """Return what outputs say: the likeliest class of each row, the likelier answers, or the amounts themselves.

    Args:
        task: What is predicted.
        outputs: (n, C), (n, k, 2) or (n, 1).

    Returns:
        In the form of targets: (n,), (n, k) or (n, 1).
    """
    return outputs if task.kind == "regression" else outputs.argmax(axis=-1)
