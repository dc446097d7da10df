"""Scaling for sequences: one mean and deviation a feature for all steps, with padding left as it is."""

import numpy as np

from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.preprocess import affine
from thalweg.preprocess.affine import Affine, constant_remarks, training_statistics
from thalweg.spec import spec

_ALMOST_0 = 1e-30  # no number that a network feels, but none that counts as padding


@spec
class StandardizeSteps:
    """Give every feature of a sequence mean 0 and standard deviation 1 over all real steps of the training rows.

        x'_t = (x_t - mean) / std,    mean and std over rows and steps together

    `Standardize` would scale each step by itself, and move the zeros that pad short sequences. Here the steps after the
    last one that holds a number other than 0 are padding: they are not counted, and stay 0, as recurrent layers need
    it. A feature that is constant is named in a remark and becomes 0. A last real step that
    comes out at 0 throughout, and so would be taken for padding, gets 1e-30 in its first feature.

    Example:
        >>> x = np.array([[[1.0], [3.0], [0.0]], [[9.0], [9.0], [9.0]]])  # the first sequence is of two steps
        >>> parts = Split(np.array([0]), np.array([1]), np.array([], int))
        >>> StandardizeSteps().apply(StandardizeSteps().fit(x, parts), x)[0].ravel().tolist()
        [-1.0, 1.0, 0.0]

    Source: LeCun et al., "Efficient BackProp", 1998, section 4.3, applied to steps.
    """

    def fit(self, inputs: np.ndarray, split: Split) -> Affine:
        """Learn each feature's mean and deviation from the training rows.

        Args:
            inputs: (n, steps, features) all examples.
            split: Their parts.

        Returns:
            The shift and scale, the same at every step.

        Raises:
            InputError: If the examples are no sequences, or no training row holds a number other than 0.
        """
        if inputs.ndim != 3:
            raise InputError(
                "the preprocessing StandardizeSteps is for sequences, examples of shape (steps, features); got "
                f"examples of shape {inputs.shape[1:]}. Use --set preprocess=standardize."
            )
        train = inputs[split.train]
        steps = train[_real(train)]  # (all real steps, features)
        if not len(steps):
            raise InputError(
                "the preprocessing StandardizeSteps found no real step: every training sequence is 0 throughout. Look "
                "at how the sequences were made."
            )
        nothing = np.array([], int)
        of = training_statistics(steps, Split(np.arange(len(steps)), nothing, nothing))
        scale = np.where(of.constant, np.inf, of.deviation)
        shape = inputs.shape[1:]
        remarks = constant_remarks(of.constant, lambda k: f"feature {k}")
        return Affine(np.broadcast_to(of.mean, shape).copy(), np.broadcast_to(scale, shape).copy(), remarks)

    def apply(self, fitted: Affine, inputs: np.ndarray) -> np.ndarray:
        """Return the scaled sequences.

        Args:
            fitted: What `fit` learned.
            inputs: (n, steps, features), with as many steps as it learned from.

        Returns:
            (n, steps, features) float32; 0 at padding.

        Raises:
            InputError: If the examples have another shape.
        """
        outputs = affine.apply(fitted, inputs)
        real = _real(inputs)
        outputs[~real] = 0.0
        last = real & ~np.roll(real, -1, axis=1)
        last[:, -1] = real[:, -1]
        outputs[last & ~outputs.any(axis=2), 0] = _ALMOST_0
        return outputs

    pack = staticmethod(affine.pack)
    unpack = staticmethod(affine.unpack)


def _real(inputs: np.ndarray) -> np.ndarray:
    """Say which steps are real, (n, steps): those up to the last one that holds a number other than 0."""
    holds = (inputs != 0).any(axis=2)
    return np.flip(np.maximum.accumulate(np.flip(holds, 1), axis=1), 1)
