"""Do the inputs tell anything about the labels?"""

import math
from statistics import NormalDist

import numpy as np

from thalweg.checks.result import CheckResult
from thalweg.checks.tolerances import RELATED_CHANCE, RELATED_MET, RELATED_ROWS, RELATED_SIGMAS, RELATED_SURE
from thalweg.wording import counted


def related_labels(x: np.ndarray, targets: np.ndarray) -> CheckResult:
    """Look for any sign that inputs and labels belong together, without training.

    Two signs are looked for: whether a row's nearest neighbour has its label (for amounts: a correlated one; for
    attributes: more answers in common) more often than by chance, and whether any single input correlates with any
    class, attribute or the amount. Either will do.

    Args:
        x: (n, d) training rows, preprocessed, finite.
        targets: (n,) class numbers, (n, k) answers, or (n, 1) values.

    Returns:
        A warning when there is no sign (a note below 1,000 rows, which may be too few to see a weak one). Fewer than
        200 rows are not judged, and the result says so.

    Source: Karpathy, "A Recipe for Training Neural Networks", 2019, for the fault; the test is a nearest-neighbour
    and a correlation test at two standard errors.
    """
    if len(x) < RELATED_ROWS:
        return _not_judged(len(x))
    wide = x.astype(np.float64)
    neighbours = _agreement(wide, targets)
    single, needed = _strongest(wide, targets)
    related = neighbours > RELATED_SIGMAS or single > needed
    return CheckResult(
        name="labels related to inputs",
        measured=neighbours,
        expected=RELATED_SIGMAS,
        tolerance=math.inf,
        unit="standard errors above chance",
        passed=related,
        severity="warning" if len(x) >= RELATED_SURE else "note",
        text=(
            f"Neighbours agree in their labels {neighbours:.1f} standard errors above chance; the input that tells "
            f"most stands {single:.1f} standard errors out of the noise."
        ),
        advice="If rows and labels were shuffled apart, or joined by the wrong key, pair them again.",
    )


def _not_judged(rows: int) -> CheckResult:
    return CheckResult(
        name="labels related to inputs",
        measured=float(rows),
        expected=float(RELATED_ROWS),
        tolerance=math.inf,
        unit="training rows",
        passed=True,
        severity="note",
        text=f"{counted(rows, 'training row')}: too few to tell a weak sign from luck, so it is not judged; "
        f"{RELATED_ROWS} are needed.",
        advice="",
        judged=False,
    )


def _agreement(x: np.ndarray, targets: np.ndarray) -> float:
    """Return by how many standard errors nearest neighbours agree more than by chance.

    Two rows that are each other's nearest count twice, so the variance may be twice that of independent pairs.
    """
    square = np.square(x).sum(axis=1)
    distance = square[:, None] + square[None, :] - 2.0 * x @ x.T
    np.fill_diagonal(distance, np.inf)
    nearest = distance.argmin(axis=1)
    if targets.ndim == 1:
        chance = float(np.square(np.bincount(targets) / len(targets)).sum())
        spread = math.sqrt(max(chance * (1 - chance), 1e-12) * 2 / len(targets))
        return (float(np.mean(targets == targets[nearest])) - chance) / spread
    if targets.dtype.kind != "f":
        return _common(targets, nearest)
    return _correlation(targets, targets[nearest]) * math.sqrt(len(targets) / 2)


def _common(answers: np.ndarray, nearest: np.ndarray) -> float:
    """Return the mean over rows of the answers' correlation with the neighbour's, in its own standard errors.

    The spread is measured over the rows, for attributes that hang together say less than as many that do not.
    """
    centred = answers - answers.mean(axis=0)
    scaled = centred / np.maximum(centred.std(axis=0), 1e-12)  # of an answer that all rows share, 0
    products = (scaled * scaled[nearest]).mean(axis=1)
    return float(products.mean() / max(products.std() * math.sqrt(2 / len(products)), 1e-12))


def _strongest(x: np.ndarray, targets: np.ndarray) -> tuple[float, float]:
    """Return the strongest correlation in standard errors, and what the strongest of so many needs to mean anything."""
    columns = np.eye(int(targets.max()) + 1)[targets] if targets.ndim == 1 else targets.astype(np.float64)
    centred, wanted = x - x.mean(axis=0), columns - columns.mean(axis=0)
    scale = np.sqrt(np.square(centred).sum(axis=0))[:, None] * np.sqrt(np.square(wanted).sum(axis=0))[None, :]
    # Rare values meet a rare class by luck much oftener than the normal curve has it.
    met = _effective(centred)[:, None] * _effective(wanted)[None, :] / len(x)
    usable = (met >= RELATED_MET) & (scale > 1e-9)
    found = np.abs(centred.T @ wanted) / np.where(usable, scale, np.inf)
    return float(found.max()) * math.sqrt(len(x)), NormalDist().inv_cdf(1 - RELATED_CHANCE / (2 * found.size))


def _effective(centred: np.ndarray) -> np.ndarray:
    """Return how many rows a column's spread rests on: (sum x^2)^2 / sum x^4; one wild value counts as one row."""
    fourth = (centred**4).sum(axis=0)
    return np.square(np.square(centred).sum(axis=0)) / np.where(fourth > 0, fourth, np.inf)


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    a, b = a.astype(np.float64) - a.mean(), b.astype(np.float64) - b.mean()
    scale = math.sqrt(float(np.square(a).sum() * np.square(b).sum()))
    return float((a * b).sum()) / scale if scale > 0 else 0.0
