"""The coverage table names every row of the curriculum once, and only modules and tests that exist."""

import ast
import importlib.util
import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "docs" / "coverage.md"

LAST = {
    "D": 17,
    "I": 9,
    "A": 12,
    "L": 13,
    "R": 11,
    "O": 10,
    "U": 14,
    "C": 8,
    "M": 12,
    "X": 10,
    "H": 9,
    "E": 6,
    "P": 5,
    "K": 8,
    "V": 11,
}
EXPECTED = [f"{group}{number}" for group, last in LAST.items() for number in range(1, last + 1)] + ["S"]


class Row(NamedTuple):
    """One line of the table; several modules or tests are separated by commas."""

    id: str
    what: str
    modules: list[str]
    tests: list[str]


def rows(text):
    """Read the rows of a coverage table; a module cell that says "not yet" names no module."""
    lines = re.findall(r"^\| *([A-Z]\d*) *\|([^|\n]*)\|([^|\n]*)\|([^|\n]*)\|$", text, flags=re.MULTILINE)
    return [Row(id, what.strip(), _names(modules), _names(tests)) for id, what, modules, tests in lines]


def missing(row):
    """List what a row names that is not there, or that it ought to name and does not."""
    faults = [f"{row.id}: no module {name}" for name in row.modules if not _module_exists(name)]
    faults += [f"{row.id}: no test {name}" for name in row.tests if not _test_exists(name)]
    if bool(row.modules) != bool(row.tests):
        faults.append(f"{row.id}: a module needs a test, and a test a module")
    return faults


def test_every_row_of_the_curriculum_has_one_line():
    assert [row.id for row in rows(TABLE.read_text(encoding="utf-8"))] == EXPECTED


def test_every_named_module_and_test_exists():
    assert [fault for row in rows(TABLE.read_text(encoding="utf-8")) for fault in missing(row)] == []


def test_a_wrong_name_is_noticed():
    here = "tests/test_coverage.py::test_a_wrong_name_is_noticed"
    text = (
        f"| D1 | fine | `thalweg.errors` | {here} |\n"
        f"| D2 | module | thalweg.errors, thalweg.nothing | {here} |\n"
        f"| D3 | test | thalweg.errors | {here}_at_all |\n"
        "| D4 | file | thalweg.errors | tests/test_nothing.py::test_it |\n"
        "| D5 | no test | thalweg.errors | |\n"
        "| D6 | to come | not yet | |\n"
    )
    assert [fault for row in rows(text) for fault in missing(row)] == [
        "D2: no module thalweg.nothing",
        f"D3: no test {here}_at_all",
        "D4: no test tests/test_nothing.py::test_it",
        "D5: a module needs a test, and a test a module",
    ]


def _names(cell):
    names = [name.strip().strip("`") for name in cell.split(",")]
    return [name for name in names if name and name != "not yet"]


def _module_exists(name):
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:  # the package above it is missing
        return False


def _test_exists(name):
    path, _, function = name.partition("::")
    file = ROOT / path
    if not file.is_file():
        return False
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
