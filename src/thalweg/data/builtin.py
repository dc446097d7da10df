"""Small real data sets that come with scikit-learn; nothing is downloaded."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import polars as pl
from sklearn import datasets

from thalweg.data.arrays import from_arrays
from thalweg.data.source import Source
from thalweg.data.tables.frame import from_frame
from thalweg.data.tables.labelled import labelled_table
from thalweg.errors import choose

# Tables by name: how to load one, and what its target is called.
_TABLES: Mapping[str, tuple[Callable[[], Any], str]] = MappingProxyType(
    {
        "iris": (datasets.load_iris, "species"),
        "wine": (datasets.load_wine, "cultivar"),
        "breast_cancer": (datasets.load_breast_cancer, "diagnosis"),
        "diabetes": (lambda: datasets.load_diabetes(scaled=False), "progression"),
    }
)
BUILTIN = ("digits", *_TABLES)


def load_builtin(name: str) -> Source:
    """Load one of the built-in data sets.

    Args:
        name: "digits": 1,797 handwritten digits, 8 x 8 pixels of 0 to 16, as arrays of 64 numbers. "iris": 150 flowers
            of 3 species. "wine": 178 wines of 3 cultivars. "breast_cancer": 569 tumours, malignant or benign.
            "diabetes": 442 patients and the progression of their disease a year later, a regression; in the units
            that it was measured in. All but digits are tables with named columns.

    Returns:
        The labelled examples.

    Raises:
        InputError: If there is no such set.

    Example:
        >>> load_builtin("digits").inputs.shape
        (1797, 64)

    Source: The "Toy datasets" of scikit-learn's user guide, which names the origin of each.
    """
    choose(name, BUILTIN, what="built-in data set")
    if name == "digits":
        digits: Any = datasets.load_digits()
        source = from_arrays(digits.data.astype(np.float32), digits.target, name=name, target="digit")
    else:
        load, target = _TABLES[name]
        found = load()
        columns = dict(zip(map(str, found.feature_names), found.data.T, strict=True))
        classes = getattr(found, "target_names", None)
        columns[target] = found.target if classes is None else [str(classes[k]) for k in found.target]
        source = labelled_table(from_frame(pl.DataFrame(columns)), name=name, target=target)
    return source._replace(remarks=())  # these data are known: nothing about them was guessed
