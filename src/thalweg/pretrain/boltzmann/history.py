"""What is measured while a machine is trained."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Moment(NamedTuple):
    """What was measured after one epoch."""

    epoch: int  # from 1
    reconstruction_error: float  # squared, summed over the units; mean over training rows
    pseudo_log_likelihood: float  # of training rows, nats; NaN for real units
    validation_pseudo_log_likelihood: float  # NaN, too, if there are no validation rows
    free_energy: float  # mean over training rows, nats
    validation_free_energy: float  # NaN if there are no validation rows
    active: float  # share of hidden units that are on, a decaying mean
    rate: float  # of the epoch's last step


class BoltzmannHistory(NamedTuple):
    """The same after all epochs, each (epochs,) float64."""

    reconstruction_error: np.ndarray
    pseudo_log_likelihood: np.ndarray
    validation_pseudo_log_likelihood: np.ndarray
    free_energy: np.ndarray
    validation_free_energy: np.ndarray
    active: np.ndarray
    rate: np.ndarray

    @classmethod
    def of(cls, moments: Sequence[Moment]) -> "BoltzmannHistory":
        """Return moments as columns."""
        return cls(*(np.array(column, np.float64) for column in list(zip(*moments, strict=True))[1:]))

    @property
    def gap(self) -> np.ndarray:
        """Return by how much the validation rows' free energy is above the training rows'.

        Z cancels in it. About 0 while a machine describes both parts alike; where it grows, the machine learns the
        training rows by heart.

        Source: Hinton, "A practical guide to training restricted Boltzmann machines", 2010, section 6.
        """
        return self.validation_free_energy - self.free_energy
