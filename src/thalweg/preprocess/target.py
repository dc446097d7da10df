"""A regression's targets in units that a network starts near, and its outputs back in the user's own."""

import numpy as np

from thalweg.data.source import Remark
from thalweg.data.split import Split
from thalweg.preprocess import affine
from thalweg.preprocess.affine import Affine, training_statistics
from thalweg.spec import spec


@spec
class StandardizeTarget:
    """Give the targets mean 0 and standard deviation 1 over the training rows.

        t' = (t - mean) / std,    back: t = mean + std t'

    A network's first outputs lie near 0. House prices do not: without this, the first steps only find the mean, and
    the right learning rate hangs on the currency. Targets that are all the same keep their unit (std counts as 1).

    Example:
        >>> parts = Split(np.array([0, 1]), np.array([], int), np.array([], int))
        >>> t = np.array([[100.0], [300.0]])
        >>> fitted = StandardizeTarget().fit(t, parts)
        >>> StandardizeTarget().apply(fitted, t).ravel().tolist()
        [-1.0, 1.0]
        >>> StandardizeTarget().undo(fitted, np.array([[0.5]])).tolist()
        [[250.0]]

    Source: Bishop, "Pattern Recognition and Machine Learning", 2006, section 5.5.1 (linear transformations of the
    targets).
    """

    def fit(self, targets: np.ndarray, split: Split) -> Affine:
        """Return the training rows' mean and deviation of `targets` (n, k)."""
        of = training_statistics(targets, split)
        same = Remark("constant", "the target is the same in every training row, so there is nothing to learn.")
        remarks = (same._replace(severity="warning"),) if of.constant.any() else ()
        return Affine(of.mean, np.where(of.constant, 1.0, of.deviation), remarks)

    apply = staticmethod(affine.apply)
    pack = staticmethod(affine.pack)
    unpack = staticmethod(affine.unpack)
    undo = staticmethod(affine.undo)


def unscaled(fitted: Affine) -> Affine:
    """Return a fitted scaling that leaves targets in their own unit, for losses that have no meaning in another."""
    return fitted._replace(shift=np.zeros_like(fitted.shift), scale=np.ones_like(fitted.scale))
