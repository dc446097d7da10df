"""A table's columns as one matrix of numbers that a network can train on."""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from thalweg.data.columns import CategoryColumn, Columns, NumericColumn, count_rows
from thalweg.data.source import Remark
from thalweg.data.split import Split
from thalweg.errors import InputError, shown
from thalweg.preprocess.arrays import Standardize
from thalweg.preprocess.categories import CategoryCode, encode_category, fit_category
from thalweg.preprocess.pieces import NO_PIECES, Pieces, encode_pieces, fit_pieces
from thalweg.spec import part, spec, tunable
from thalweg.types import Scalar

_MOST_PIECES = 1_000
_PIECES = ("pieces.edges", "pieces.means", "pieces.spread")  # beside what a column's scaling keeps


class NumericCode(NamedTuple):
    """What one column of numbers becomes: itself, scaled, perhaps its pieces, perhaps an indicator of missing cells."""

    name: str
    median: float  # stands in for a missing cell
    missing: bool  # whether training rows had missing cells; an indicator column of its own
    scaling: Any  # what the scaling learned from the column (rows, 1)
    pieces: Pieces = NO_PIECES

    def names(self) -> tuple[str, ...]:
        """Return the names of the columns made, in order."""
        pieces = (f"{self.name} {low} to {high}" for low, high in pairwise(self.pieces.written()))
        return (self.name, *pieces, *([f"{self.name} (missing)"] if self.missing else []))


class TableFit(NamedTuple):
    """What a table's encoding learned, column by column."""

    columns: tuple[NumericCode | CategoryCode, ...]
    remarks: tuple[Remark, ...] = ()  # from fitting; not kept in files

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the matrix's columns, in order."""
        return tuple(name for code in self.columns for name in code.names())

    @property
    def owners(self) -> tuple[str, ...]:
        """Of each of the matrix's columns the name of the table's column that it is made of, in order."""
        return tuple(code.name for code in self.columns for _ in code.names())

    @property
    def name_columns(self) -> tuple[tuple[int, int], ...]:
        """Of each column of names its first place in the matrix, and how many places it has; without those of none."""
        found, begin = [], 0
        for code in self.columns:
            size = len(code.names())
            if isinstance(code, CategoryCode) and size:
                found.append((begin, size))
            begin += size
        return tuple(found)


@spec
class TableEncoding:
    """Turn numbers and names into features of like size, learning only from the training rows.

    A column of numbers: missing cells take the training median, an indicator column says where they were (only if
    training had any), the values are scaled, and scaled values beyond +-clip are cut off there; with `pieces`, how far
    a value has come through each piece between two quantiles is a feature, too. A column of names: one column a level
    that training saw at least `min_count` times, 1 where the row has it; rarer and unseen levels share "other"; missing
    has its own column. Columns that are the same in every training row are named in a remark and carry nothing.

    Args:
        numeric: How columns of numbers are scaled.
        clip: Largest size of a scaled number. Ten deviations lie beyond nearly all real values, yet one wild cell
            (a capital gain of 99,999, a byte count of 693,375,640) can no longer throw a prediction off, or a step of
            training. A huge value such as 1e30 takes the limit away.
        min_count: Fewest training rows for a level to have its own column.
        max_levels: Most levels of one column to have their own, the commonest; at least 1.
        pieces: Pieces that each column of numbers is cut into beside its scaled value, from 2 on; 0 for none. They let
            the first layer follow steps and bends that a smooth network is slow to learn, and ask for more rows.
        piece_scale: Standard deviation that the pieces of one column have together, beside the 1 of its standardised
            value. The smaller it is, the more slowly and the less a network bends where they meet. Where there are no
            pieces it changes nothing.

    Raises:
        InputError: If a setting is out of its range.

    Source: Hastie, Tibshirani and Friedman, "The Elements of Statistical Learning", sections 9.6 and 11.5.3; pieces:
    Gorishniy, Rubachev and Babenko, "On Embeddings for Numerical Features in Tabular Deep Learning", 2022.
    """

    numeric: Any = part(Standardize(), family="column scaling")
    clip: Scalar = tunable(10.0, low=0.0, open_low=True)
    min_count: Scalar = tunable(5, low=1, whole=True)
    max_levels: int = 100
    pieces: int = 0
    piece_scale: Scalar = tunable(1.0, low=0.0, high=1e6, open_low=True)

    def __post_init__(self):
        """Check that a level may have a column, and the number of pieces."""
        if self.max_levels < 1:
            raise InputError(f"TableEncoding.max_levels must be at least 1; got {self.max_levels}.")
        if self.pieces != 0 and not 2 <= self.pieces <= _MOST_PIECES:
            raise InputError(
                f"TableEncoding.pieces must be 0, or from 2 to {_MOST_PIECES:,}; got {shown(self.pieces)}."
            )

    def fit(self, inputs: Columns, split: Split) -> TableFit:
        """Learn medians, scales and levels from the training rows, which it picks itself.

        Args:
            inputs: Every column, all rows.
            split: Their parts.

        Returns:
            What was learned.

        Raises:
            InputError: If no column varies over the training rows.
        """
        codes, remarks = [], []
        for column in inputs:
            if isinstance(column, NumericColumn):
                code, dull = self._fit_numeric(column, split)
            else:
                code = fit_category(column, split, min_count=int(self.min_count), max_levels=self.max_levels)
                dull = not code.names()
            codes.append(code)
            if dull:
                text = f"column {column.name!r} is the same in every training row, so nothing can be learned from it."
                remarks.append(Remark("constant", text, column.name, "warning"))
        if len(remarks) == len(codes):
            raise InputError(
                "no input column varies over the training rows, so there is nothing to learn from. "
                "Give columns that differ from row to row."
            )
        return TableFit(tuple(codes), tuple(remarks))

    def apply(self, fitted: TableFit, inputs: Columns) -> np.ndarray:
        """Encode the rows of any table with the learned columns.

        Args:
            fitted: What `fit` learned.
            inputs: Columns found by name, in any order; others than the learned are not looked at.

        Returns:
            (n, d) float32, column k being `fitted.names[k]`; finite.

        Raises:
            InputError: If a learned column is not there, or holds names instead of numbers or the reverse.
        """
        given = {column.name: column for column in inputs}
        outputs = np.zeros((count_rows(inputs), len(fitted.names)), np.float32)
        begin = 0
        for code in fitted.columns:
            end = begin + len(code.names())
            column = _wanted(code, given)
            if isinstance(code, NumericCode) and isinstance(column, NumericColumn):
                self._encode_numeric(code, column.values, outputs[:, begin:end])
            elif isinstance(code, CategoryCode) and isinstance(column, CategoryColumn):
                encode_category(code, column, outputs[:, begin:end])
            begin = end
        return outputs

    def pack(self, fitted: TableFit) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Return what was learned as (arrays, facts) for a file."""
        arrays, columns = {}, []
        for k, code in enumerate(fitted.columns):
            if isinstance(code, CategoryCode):
                columns.append({"levels": list(code.levels), "other": code.other})
            else:
                inner, facts = self.numeric.pack(code.scaling)
                arrays |= {f"{k}.{name}": array for name, array in inner.items()}
                if len(code.pieces.edges):
                    arrays |= {f"{k}.{name}": array for name, array in zip(_PIECES, code.pieces, strict=True)}
                columns.append({"median": code.median, "scaling": facts})
            columns[-1] |= {"name": code.name, "missing": code.missing}
        return arrays, {"columns": columns}

    def unpack(self, arrays: dict[str, np.ndarray], facts: dict[str, Any]) -> TableFit:
        """Return what `pack` was given, without its remarks.

        Raises:
            InputError: If something is missing or of the wrong type.
        """
        try:
            return TableFit(tuple(self._unpacked(k, told, arrays) for k, told in enumerate(facts["columns"])))
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(f"the stored preprocessing cannot be read ({error}); train the run anew.") from None

    def _fit_numeric(self, column: NumericColumn, split: Split) -> tuple[NumericCode, bool]:
        values = column.values[split.train]
        there = values[np.isfinite(values)]
        median = _median(there) if len(there) else 0.0
        scaling = self.numeric.fit(_filled(column.values, median)[:, None], split)
        missing = 0 < len(there) < len(values)
        cut = self.pieces and len(there)
        pieces = fit_pieces(there, self.pieces, filled=_filled(values, median)) if cut else NO_PIECES
        dull = len(there) == 0 or bool((there == there[0]).all())
        return NumericCode(column.name, median, missing, scaling, pieces), dull and not missing

    def _encode_numeric(self, code: NumericCode, values: np.ndarray, outputs: np.ndarray) -> None:
        clip = float(self.clip)
        filled = _filled(values, code.median)
        outputs[:, 0] = np.clip(self.numeric.apply(code.scaling, filled[:, None])[:, 0], -clip, clip)
        pieces = outputs[:, 1 : 1 + len(code.pieces.means)]
        encode_pieces(code.pieces, filled, pieces, scale=float(self.piece_scale))
        if code.missing:
            outputs[:, -1] = ~np.isfinite(values)

    def _unpacked(self, k: int, told: dict[str, Any], arrays: dict[str, np.ndarray]) -> NumericCode | CategoryCode:
        name, missing = str(told["name"]), bool(told["missing"])
        if "levels" in told:
            return CategoryCode(name, tuple(map(str, told["levels"])), bool(told["other"]), missing)
        head = f"{k}."
        inner = {key.removeprefix(head): array for key, array in arrays.items() if key.startswith(head)}
        pieces = Pieces(*(inner.pop(name, np.zeros(0)) for name in _PIECES))
        return NumericCode(name, float(told["median"]), missing, self.numeric.unpack(inner, told["scaling"]), pieces)


def _wanted(code: NumericCode | CategoryCode, given: dict[str, NumericColumn | CategoryColumn]) -> Any:
    column = given.get(code.name)
    if column is None:
        raise InputError(f"column {code.name!r} is missing; there are: {', '.join(given) or 'none'}. Add it.")
    if isinstance(code, NumericCode) != isinstance(column, NumericColumn):
        kinds = ("numbers", "names") if isinstance(code, NumericCode) else ("names", "numbers")
        raise InputError(
            f"column {code.name!r} held {kinds[0]} in training and holds {kinds[1]} here; make it the same."
        )
    return column


def _median(values: np.ndarray) -> float:
    low, high = (len(values) - 1) // 2, len(values) // 2
    middle = np.partition(values, (low, high))
    return float(middle[low] / 2 + middle[high] / 2)  # halved first: the sum of two huge values would overflow


def _filled(values: np.ndarray, median: float) -> np.ndarray:
    return np.where(np.isfinite(values), values, median)
