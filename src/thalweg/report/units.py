"""What excites the units of a network, ready to be shown."""

from typing import NamedTuple

from thalweg.report.numbers import amount, count
from thalweg.report.picture import SMALL, Picture, pictured
from thalweg.report.text import short
from thalweg.runs.inside import Unit, Units
from thalweg.wording import counted


class UnitRow(NamedTuple):
    """One unit with what excites it."""

    label: str  # its class, else its number, from 1
    strongest: str  # its output on the first of the patches
    patches: tuple[Picture, ...]
    sources: tuple[str, ...]  # of the patches: what to say of each
    made: Picture | None
    reached: str  # its output on that; "" without one


class UnitTable(NamedTuple):
    """Some units of one layer, and a sentence on them."""

    layer: str
    sentence: str
    rows: tuple[UnitRow, ...]
    made: bool  # whether images were made


def unit_table(units: Units) -> UnitTable:
    """Return units with what excites them, ready to be shown.

    Args:
        units: Of one layer.

    Returns:
        A row a unit.
    """
    made = any(unit.made is not None for unit in units.units)
    behind = "" if units.until == units.layer else f", behind {short(units.until)}"
    shown = len(units.units)
    some = f", of which {count(shown)} {'is' if shown == 1 else 'are'} shown" if shown < units.among else ""
    said = f"{counted(units.among, 'unit')}{behind}{some}. Each sees {' x '.join(map(str, units.size))} pixels."
    if units.silent:
        said += f" {counted(units.silent, 'unit')} of the layer {'gives' if units.silent == 1 else 'give'} the same on "
        said += f"all {count(units.images)} images."
    return UnitTable(units.layer, said, tuple(map(_row, units.units)), made)


def _row(unit: Unit) -> UnitRow:
    return UnitRow(
        label=unit.name or f"unit {unit.number + 1}",
        strongest=amount(unit.values[0]),
        patches=pictured(unit.patches, SMALL),
        sources=tuple(
            f"row {count(row)}: output {amount(value)}" for row, value in zip(unit.rows, unit.values, strict=True)
        ),
        made=None if unit.made is None else pictured(unit.made, SMALL)[0],
        reached="" if unit.made is None else amount(unit.reached),
    )
