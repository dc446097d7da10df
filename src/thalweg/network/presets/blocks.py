"""Groups of layers that several networks are made of."""

from thalweg.activations.relu import ReLU
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.convolution import Convolution
from thalweg.types import Layer


def unshifted(filters: int, kernel: int = 3, *, stride: int = 1) -> Convolution:
    """Return a convolution that needs no shift, for a normalisation that has one comes behind it.

    The padding keeps an image's size under a stride of 1, and halves it, rounded up, under one of 2.

    Args:
        filters: At least 1.
        kernel: Odd.
        stride: At least 1.

    Returns:
        The layer.

    Example:
        >>> unshifted(16, 5).padding
        2
    """
    return Convolution(filters, kernel, stride, kernel // 2, fit="floor" if stride > 1 else "error", shift=False)


def normed(filters: int, kernel: int = 3, *, stride: int = 1, bend: bool = True) -> tuple[Layer, ...]:
    """Return an `unshifted` convolution with a batch normalisation and a ReLU behind it.

    Args:
        filters: At least 1.
        kernel: Odd.
        stride: At least 1.
        bend: Whether there is a ReLU.

    Returns:
        The layers.

    Example:
        >>> [type(layer).__name__ for layer in normed(16)]
        ['Convolution', 'BatchNorm', 'Activation']
    """
    return (unshifted(filters, kernel, stride=stride), BatchNorm(), *rectifier(bend))


def bent(
    filters: int, kernel: int = 3, *, stride: int = 1, padding: int | None = None, groups: int = 1
) -> tuple[Layer, ...]:
    """Return a convolution with a ReLU behind it, and no normalisation.

    Args:
        filters: At least 1, a multiple of `groups`.
        kernel: At least 1.
        stride: At least 1.
        padding: Zeros around the image; as for `unshifted` if not said.
        groups: Of the convolution.

    Returns:
        The layers.

    Example:
        >>> bent(16)[0].padding
        1
    """
    around = kernel // 2 if padding is None else padding
    return Convolution(filters, kernel, stride, around, groups=groups, fit="floor"), Activation(ReLU())


def rectifier(there: bool = True) -> tuple[Layer, ...]:
    """Return a ReLU, or nothing.

    Args:
        there: Whether there is one.

    Returns:
        One layer or none.

    Example:
        >>> rectifier(False)
        ()
    """
    return (Activation(ReLU()),) if there else ()
