"""What is known of a run that another program trained."""

from typing import NamedTuple

import numpy as np

ALL = "all"  # the name of what was measured over all tensors together
CURVES = ("training_loss", "training_score", "validation_loss", "validation_score", "batch_loss", "rate")
MEASURES = (
    "gradient_norm",
    "weight_norm",
    "update_norm",
    "update_ratio",
    "dead_share",
    "saturated_share",
    "activation_mean",
    "activation_deviation",
    "gradient_zero_share",
    "activation_zero_share",
)


class Trace(NamedTuple):
    """One run in rows, as far as its file tells.

    The curves have one entry a row, in the order of training; where a row has none, it is NaN. A diverged run has
    entries that are NaN as well: `recorded` tells the one from the other. Tensors have an entry for each time that
    they were measured, and no gaps.
    """

    path: str
    form: str  # "CSV", "Keras History", "JSON records", "Lightning CSV", "TensorBoard events" or "Thalweg trace"
    step: np.ndarray  # (rows,) never falls; all NaN where the file counts epochs alone
    epoch: np.ndarray  # (rows,) as the file counts them, from 0 or from 1; NaN where unknown
    training_loss: np.ndarray  # (rows,) of an epoch, of fixed rows, or of whatever the file means
    training_score: np.ndarray
    validation_loss: np.ndarray
    validation_score: np.ndarray
    batch_loss: np.ndarray  # (rows,) of single steps' batches, where the file says that it is
    rate: np.ndarray  # (rows,) learning rate
    recorded: dict[str, np.ndarray]  # (rows,) bool, by the name of each of these six: has the file an entry?
    metric: str  # name in `scores.SCORES`; "" where there is no score
    tensors: dict[str, dict[str, np.ndarray]]  # by measure, then by tensor, in the file's order; ALL is all of them
    tensor_step: dict[str, dict[str, np.ndarray]]  # the step of each entry; the epoch where there are no steps
    unread: tuple[str, ...]  # columns and tags that were not understood, or of which another was taken
    remarks: tuple[str, ...]  # what the reader had to decide; sentences

    def curve(self, name: str) -> np.ndarray:
        """Return the curve of a name in `CURVES`."""
        return {
            "training_loss": self.training_loss,
            "training_score": self.training_score,
            "validation_loss": self.validation_loss,
            "validation_score": self.validation_score,
            "batch_loss": self.batch_loss,
            "rate": self.rate,
        }[name]
