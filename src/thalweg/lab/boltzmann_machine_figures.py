"""The pictures of the Boltzmann machine's page: receptive fields, samples, chains on their way, histories."""

import numpy as np

from thalweg.lab.boltzmann_machine_runs import EVERY, LONG, Found
from thalweg.lab.gallery import Gallery, plate
from thalweg.monitors.picture import around_grey
from thalweg.pretrain.boltzmann.machine import Machine
from thalweg.report.figures.style import Figure, axis, layout, line
from thalweg.report.series import Series
from thalweg.report.tiles import shades, tiles

ACROSS, MOST = 10, 100  # pictures in a row, and in a sheet
ZOOM = 2


def galleries(found: Found) -> tuple[Gallery, ...]:
    """Return the sheets of pictures.

    Args:
        found: What was measured.

    Returns:
        Samples beside images, chains on their way, receptive fields.
    """
    size, chains = found.images.size, found.walk.means.shape[1]
    ends = found.samples.means[-1]
    some = ends[np.linspace(0, len(ends) - 1, min(MOST, len(ends))).astype(int)]
    steps = np.concatenate([found.images.validation[None, :chains], found.walk.means])  # (1 + moments, chains, pixels)
    walk = steps.swapaxes(0, 1).reshape(-1, steps.shape[2])
    return (
        Gallery(
            "What the machine draws",
            f"Left, where chains are after {LONG:,} steps: the probability of each pixel, from which the last state "
            "was drawn. Right, images that were not trained on.",
            (
                plate(_sheet(some, size), "Samples", "Each picture is the end of a chain of its own.", zoom=ZOOM),
                plate(_sheet(found.images.validation[:MOST], size), "Images", "From the validation part.", zoom=ZOOM),
            ),
        ),
        Gallery(
            "Chains on their way",
            f"Each row begins at a validation image, on the left; between one picture and the next lie {EVERY} steps.",
            (
                plate(
                    tiles(shades(walk.reshape(-1, *size)), len(steps)),
                    "Chains",
                    "Where a row keeps its digit for long, the chain mixes slowly.",
                    zoom=ZOOM,
                ),
            ),
        ),
        Gallery(
            "Receptive fields",
            "The weights of hidden units to each pixel, white above 0 and black below, each unit in its own scale.",
            (
                plate(
                    receptive_fields(found.trained.machine, size),
                    f"Of {found.trained.machine.weights.shape[1]} hidden units",
                    f"The first {min(MOST, found.trained.machine.weights.shape[1])} of them.",
                    zoom=ZOOM,
                ),
                plate(
                    receptive_fields(found.small, size),
                    f"Of {found.small.weights.shape[1]} hidden units",
                    "So few must each describe more of an image.",
                    zoom=ZOOM,
                ),
            ),
        ),
    )


def receptive_fields(machine: Machine, size: tuple[int, int]) -> np.ndarray:
    """Return the weights of a machine's first hidden units as one picture.

    Args:
        machine: Of as many visible units as an image has pixels.
        size: Height and width of an image.

    Returns:
        uint8 (height, width, 1), a tile a unit; a weight of 0 is grey.
    """
    weights = np.asarray(machine.weights, np.float64).T[:MOST]
    return tiles(around_grey(weights.reshape(-1, *size, 1))[..., 0], ACROSS)


def figures(found: Found) -> tuple[Figure, ...]:
    """Return the curves over the epochs.

    Args:
        found: What was measured.

    Returns:
        Free energies, pseudo-log-likelihoods, reconstruction error.
    """
    history = found.trained.history
    return (
        _curves(
            "free-energy", "Free energy of training and of validation images",
            "Z cancels in their difference. While both fall alike the machine describes both parts alike; where they "
            "part, it learns the training images by heart. At the end validation images lie "
            f"{history.gap[-1]:.2f} nats higher.",
            "mean free energy, nats",
            (("training", history.free_energy), ("validation", history.validation_free_energy)),
        ),
        _curves(
            "pseudo", "Pseudo-log-likelihood",
            f"From {history.pseudo_log_likelihood[0]:.1f} to {history.pseudo_log_likelihood[-1]:.1f} nats on training "
            "images. It needs no Z, and says how well each pixel is told from all others.",
            "nats an image",
            (
                ("training", history.pseudo_log_likelihood),
                ("validation", history.validation_pseudo_log_likelihood),
            ),
        ),
        _curves(
            "reconstruction", "Reconstruction error",
            f"From {history.reconstruction_error[0]:.1f} to {history.reconstruction_error[-1]:.1f}. It falls also "
            "where chains mix slowly, so that it is watched and not trusted.",
            "squared error an image",
            (("training", history.reconstruction_error),),
        ),
    )  # fmt: skip


def _sheet(rows: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    return tiles(shades(rows.reshape(-1, *size)), ACROSS)


def _curves(key: str, title: str, summary: str, unit: str, curves: tuple[tuple[str, np.ndarray], ...]) -> Figure:
    return Figure(
        key,
        title,
        summary,
        [
            line(Series(np.arange(1, len(values) + 1, dtype=float), values), name, k)
            for k, (name, values) in enumerate(curves)
        ],
        layout(axis("epoch"), axis(unit)),
    )
