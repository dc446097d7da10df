"""Train neural networks by the book: one program and one library on JAX.

    import thalweg
    fitted = thalweg.fit("adult.csv", target="income")
    thalweg.load(fitted.run).predict("new.csv")

`fit`, `load` and `Recorder` are brought in when they are first used, so that `import thalweg.spec` and its like need no
more than JAX, and `import thalweg.record` no more than NumPy.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from thalweg.recipe import fit as fit
    from thalweg.record import Recorder as Recorder
    from thalweg.runs.loading import load as load

__version__ = "0.1.0"
__all__ = ["Recorder", "fit", "load"]

_HOMES = {"Recorder": "thalweg.record", "fit": "thalweg.recipe", "load": "thalweg.runs.loading"}


def __getattr__(name: str) -> Any:
    """Bring in `fit`, `load` or `Recorder` when it is first asked for.

    Args:
        name: Of the attribute.

    Returns:
        The function or class.

    Raises:
        AttributeError: If the name is none of them.
    """
    if name not in _HOMES:
        raise AttributeError(f"module 'thalweg' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
