"""Labelled examples as they were read, before anything is split or fitted."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import numpy as np

from thalweg.data.columns import Columns

Kind = Literal["classes", "regression", "attributes"]


class Attribute(NamedTuple):
    """A question with two answers, which says nothing of the other questions."""

    name: str  # of its column
    no: str  # the answer that is 0: the first of both in order
    yes: str  # the answer that is 1


class Task(NamedTuple):
    """What is to be predicted."""

    kind: Kind
    target: str  # the target column's name, as a person would say it; of several columns "a, b"
    classes: tuple[str, ...]  # class names; class number k is classes[k]; () for regression and attributes
    attributes: tuple[Attribute, ...] = ()  # in the order of the targets' columns; () for the others

    @property
    def size(self) -> int:
        """How many classes or attributes there are; 0 for regression."""
        return len(self.classes or self.attributes)


class Remark(NamedTuple):
    """Something noticed in the data that the user should know."""

    kind: str  # short stable name: "identifier", "constant", "free_text", "missing_labels", "label_match", "task", ...
    text: str  # one sentence; says the flag that changes it where there is one
    where: str = ""  # column, file or row it is about
    severity: Literal["note", "warning"] = "note"


class Source(NamedTuple):
    """Labelled examples and what was learned while reading them."""

    name: str  # of the data, for titles and run folders: "adult-train", "digits"
    kind: Literal["table", "array", "image"]
    inputs: Columns | np.ndarray  # a table's columns; an array (n, ...); images: uint8 (n, height, width, channels)
    targets: np.ndarray  # classes: (n,) int32 in 0 .. C - 1; regression: (n, 1) float64, finite;
    # attributes: (n, k) int32, each 0 or 1
    task: Task
    fingerprint: str  # hexadecimal SHA-256 of inputs and targets
    weight: np.ndarray  # (n,) float32, positive: how much each example counts; mean 1
    identical: np.ndarray  # (n,) int64; rows with the same number are exact duplicates, label included
    groups: np.ndarray | None = None  # (n,) int64; rows of one group go to one part
    group_names: tuple[str, ...] = ()  # group number k is called group_names[k]
    times: np.ndarray | None = None  # (n,) float64; later rows go to later parts
    remarks: tuple[Remark, ...] = ()
    schema: Mapping[str, Any] = MappingProxyType({})  # JSON values: how to read another file in the same way
