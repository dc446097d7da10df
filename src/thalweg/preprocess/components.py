"""The directions in which training rows vary, the widest first: what PCA and whitening learn.

Everything is float64 on the host. The rows are read in slices, so that the data are never held twice.

What it leaves out: directions from a random sketch, which data of very many features would need.
"""

import math
from collections.abc import Callable, Iterator
from functools import reduce
from typing import Any, NamedTuple

import numpy as np

from thalweg.data.source import Remark
from thalweg.data.split import Split
from thalweg.errors import InputError, shown
from thalweg.preprocess.affine import SLICE, slices, training_statistics
from thalweg.wording import counted

LIMIT = 2**28  # numbers of the factor of the covariance: 2 GiB
ROUNDING = float(np.finfo(np.float64).eps)
SAME = 1e-6  # entries of a direction whose sizes differ by less than this share count as equally large
WANTED = {"mean", "directions", "deviations"}


class Components(NamedTuple):
    """The directions kept, and how far the training rows spread along all of them; float64."""

    mean: np.ndarray  # the shape of one example
    directions: np.ndarray  # (k, d) of length 1 and at right angles, d the numbers of an example
    deviations: np.ndarray  # (r,), positive, falling: the standard deviation along every direction, kept or not
    remarks: tuple[Remark, ...] = ()  # from fitting; not kept in files
    names: tuple[str, ...] = ()  # of the outputs, where these are the components; not kept in files

    @property
    def shares(self) -> np.ndarray:
        """Share of the training rows' variance that lies along each of the r directions; they add up to 1."""
        relative = np.square(self.deviations / self.deviations[0])
        return relative / relative.sum()

    @property
    def variance_kept(self) -> float:
        """Share of the training rows' variance that lies along the directions kept, 0 to 1."""
        return float(self.shares[: len(self.directions)].sum()) if self.left_out else 1.0

    @property
    def left_out(self) -> int:
        """How many directions along which the training rows vary are not kept."""
        return len(self.deviations) - len(self.directions)


def training_components(inputs: np.ndarray, split: Split, owner: str) -> Components:
    """Find every direction in which the training rows vary, which it picks itself.

        C = X'X / n of the centred rows,    C v_i = deviation_i^2 v_i

    A direction counts as one in which nothing varies if its deviation is no more than rounding makes: that of this
    computation, or that of inputs which are rounded themselves. The sign of a direction makes its largest entry
    positive, the first of those equally large.

    Args:
        inputs: (rows, ...) all examples; finite.
        split: Their parts.
        owner: Name of the preprocessing, for messages.

    Returns:
        All r directions, none left out.

    Raises:
        InputError: If nothing varies, or the examples hold too many numbers for memory.
    """
    n, d = len(split.train), math.prod(inputs.shape[1:])
    if min(n, d) * d > LIMIT:
        raise InputError(
            f"the preprocessing {owner} would need {min(n, d):,} directions of {d:,} numbers each; at most {LIMIT:,} "
            "numbers are held. Use smaller examples, or fewer features."
        )
    of = training_statistics(inputs, split)
    unit = 2.0 ** math.frexp(float(np.maximum(np.abs(of.low), np.abs(of.high)).max()))[1]  # exact to divide by
    unit = min(max(unit, 2.0**-1000), 2.0**1000)
    mean = of.mean.ravel() / unit

    def centred() -> Iterator[np.ndarray]:
        for piece in slices(inputs, split.train, max(1, d, SLICE // max(1, d))):
            yield piece.reshape(len(piece), d) / unit - mean

    _, deviations, directions = np.linalg.svd(_factor(centred, n, d), full_matrices=False)
    size = np.hypot(mean, of.deviation.ravel() / unit)
    rounding = np.finfo(inputs.dtype).eps if inputs.dtype.kind == "f" else ROUNDING  # whole numbers are exact
    noise = np.maximum(deviations[:1] * ROUNDING * max(n, d), rounding * np.sqrt(np.square(directions) @ size**2))
    varied = deviations > noise
    if not varied.any():
        raise InputError(
            f"the preprocessing {owner} finds no input that varies over the training rows, so there is nothing to "
            "learn from. Give inputs that differ from row to row."
        )
    with np.errstate(over="ignore"):
        spread = np.minimum(deviations[varied] * unit, np.finfo(np.float64).max)
    return Components(of.mean, _signed(directions[varied]), spread)


def choose_kept(
    found: Components, rows: int, owner: str, components: int | None, variance: float | int | None
) -> Components:
    """Leave out the directions that were not asked for, and tell how much of the variance is kept.

    Args:
        found: All directions.
        rows: Training rows, for messages.
        owner: Name of the preprocessing, for messages.
        components: How many are kept; None for another rule.
        variance: Share of the variance that the fewest kept must hold; None for another rule. With neither, all stay.

    Returns:
        The components, with a remark and names.

    Raises:
        InputError: If more are asked for than there are.
    """
    there, size = len(found.deviations), found.mean.size
    if components is not None and components > there:
        raise InputError(
            f"the preprocessing {owner} was asked for {counted(components, 'component')}; the "
            f"{counted(rows, 'training row')} of {counted(size, 'number')} vary in {counted(there, 'direction')}. "
            f"Ask for {there} at most."
        )
    kept = there if components is None else components
    if variance is not None:
        # The sum of all shares may be a little below 1, and so below what was asked for.
        kept = min(there, 1 + int(np.searchsorted(np.cumsum(found.shares), float(variance) - 1e-12)))
    chosen = found._replace(directions=found.directions[:kept])
    flat = size - there
    text = (
        f"{owner} keeps {kept:,} of {counted(size, 'component')}, with {_percent(chosen.variance_kept)} of the "
        "variance of the training rows"
    )
    if flat:
        text += f"; along {flat:,} of {size:,} they do not vary"
    names = tuple(f"component {place}" for place in range(kept))
    return chosen._replace(remarks=(Remark("variance_kept", f"{text}."),), names=names)


def check_choice(owner: str, components: int | None, variance: float | int | None) -> None:
    """Refuse a number of components that is none, a share that is none, or both at once.

    Args:
        owner: Name of the spec, for messages.
        components: At least 1, or None.
        variance: In (0, 1], or None.

    Raises:
        InputError: If one is out of its range, or both are given.
    """
    if components is not None and variance is not None:
        raise InputError(
            f"{owner} takes components or variance; got components {components} and variance {variance}. Give one."
        )
    if components is not None and components < 1:
        raise InputError(f"{owner}.components must be at least 1; got {shown(components)}.")
    if variance is not None and not 0 < variance <= 1:
        raise InputError(f"{owner}.variance must be in (0, 1]; got {shown(variance)}.")


def pack(fitted: Components) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Return the learned arrays, and no facts, for a file."""
    return {name: getattr(fitted, name) for name in sorted(WANTED)}, {}


def unpack(arrays: dict[str, np.ndarray], facts: dict[str, Any]) -> Components:
    """Return what `pack` was given, without its remarks.

    Args:
        arrays: What `pack` gave.
        facts: Not needed; every preprocessing is unpacked by the same call.

    Returns:
        The components.

    Raises:
        InputError: If something is missing, or the arrays do not go together.
    """
    if not arrays.keys() >= WANTED:
        raise InputError(
            f"fitted components need the arrays {', '.join(sorted(WANTED))}; got {sorted(arrays)}. Train the run anew."
        )
    found = Components(arrays["mean"], arrays["directions"], arrays["deviations"])
    fits = found.directions.shape[1:] == (found.mean.size,) and found.deviations.ndim == 1
    if not (fits and 1 <= len(found.directions) <= len(found.deviations)):
        raise InputError(
            f"fitted components of shapes {found.directions.shape} and {found.deviations.shape} do not go with a mean "
            f"of shape {found.mean.shape}. Train the run anew."
        )
    return found


def _factor(centred: Callable[[], Iterator[np.ndarray]], n: int, d: int) -> np.ndarray:
    """Return F of at most min(n, d) rows with F'F = X'X / n.

    The singular values of F are the deviations. The eigenvalues of X'X / n itself would do where they are of like size;
    but they come with an error of 1e-16 of the largest one, which is all of those that small. So what these give is
    taken as a first guess only: X is brought to its axes and divided by its deviations, and there the product is taken
    again, now of columns of like size.
    """
    if n <= d:
        return np.concatenate(list(centred())) / math.sqrt(n)
    values, axes = np.linalg.eigh(_gram(centred()) / n)
    guess = np.sqrt(np.maximum(values, values[-1] * ROUNDING))
    if guess[0] == 0:  # nothing varies
        return np.zeros((1, d))
    rest, turn = np.linalg.eigh(_gram(x @ (axes / guess) for x in centred()) / n)
    return (np.sqrt(np.maximum(rest, 0.0))[:, None] * turn.T * guess) @ axes.T


def _gram(pieces: Iterator[np.ndarray]) -> np.ndarray:
    return reduce(np.add, (x.T @ x for x in pieces))


def _signed(directions: np.ndarray) -> np.ndarray:
    # Without the tolerance the last digit would choose between two entries of one size, and so the sign.
    size = np.abs(directions)
    first = np.argmax(size >= size.max(axis=1, keepdims=True) * (1 - SAME), axis=1)
    return directions * np.sign(np.take_along_axis(directions, first[:, None], axis=1))


def _percent(share: float) -> str:
    # Never "100.00%" for less than all.
    return "all" if share == 1 else f"{math.floor(share * 1e4) / 1e2:.2f}%"
