"""Facts as JSON: no number that is not finite, and the reason beside each null."""

import json
import math
from typing import NamedTuple

import numpy as np

from thalweg.cli.ending import plain


class Pair(NamedTuple):
    score: float
    rows: tuple[int, ...]


def test_finite_values_are_kept():
    value = {"a": Pair(0.5, (1, 2)), "b": [True, None, "x", np.float32(0.25), np.int64(3)]}
    assert plain(value) == {"a": {"score": 0.5, "rows": [1, 2]}, "b": [True, None, "x", 0.25, 3]}


def test_a_number_that_is_not_finite_is_null_with_its_reason():
    made = plain({"pair": Pair(math.nan, ()), "low": -math.inf, "interval": [math.nan, 1.0], "n": np.float64("nan")})
    assert made["pair"] == {"score": None, "score_reason": "not a number", "rows": []}
    assert (made["low"], made["low_reason"]) == (None, "infinite")
    assert (made["interval"], made["interval_reason"]) == ([None, 1.0], "not a number")
    assert made["n_reason"] == "not a number"
    json.dumps(made, allow_nan=False)


def test_a_list_of_tuples_with_names_gives_reasons_inside_alone():
    assert plain({"all": (Pair(math.inf, ()),)}) == {"all": [{"score": None, "score_reason": "infinite", "rows": []}]}
