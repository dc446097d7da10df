"""The coverage table names every row of the curriculum once, and only modules and tests that exist."""

import ast
import importlib.util
import re
from pathlib import Path
from typing import NamedTuple

from thalweg.catalogue import KINDS

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


def kind_faults(text, kinds):
    """List the kinds that have no line, and the lines that say something wrong of one."""
    lines = re.findall(r"^\| `([a-z]\w*)` \|([^|\n]*)\|([^|\n]*)\|([^|\n]*)\|$", text, flags=re.MULTILINE)
    told = {kind: [_names(cell) for cell in cells] for kind, *cells in lines}
    known = {kind: cls for members in kinds.values() for kind, cls in members.items()}
    faults = [
        f"docs/coverage.md has no line for the kind {kind!r}: add one to its table of kinds"
        for kind in known
        if kind not in told
    ]
    for kind, (ids, modules, tests) in told.items():
        if kind not in known:
            faults.append(f"{kind}: no such kind")
            continue
        if modules != [known[kind].__module__]:
            faults.append(f"{kind}: its module is {known[kind].__module__}")
        faults += [f"{kind}: there is no row {id}" for id in ids if id not in EXPECTED]
        faults += [f"{kind}: no test {name}" for name in tests or ["at all"] if not _test_exists(name)]
    return faults


def test_every_row_of_the_curriculum_has_one_line():
    assert [row.id for row in rows(TABLE.read_text(encoding="utf-8"))] == EXPECTED


def test_every_named_module_and_test_exists():
    assert [fault for row in rows(TABLE.read_text(encoding="utf-8")) for fault in missing(row)] == []


def test_every_kind_has_a_line_with_its_module_and_a_test():
    assert kind_faults(TABLE.read_text(encoding="utf-8"), KINDS) == []


def uncited(row):
    """Say whether a row names tests none of which names the row, beside its name or in its text."""
    return bool(row.tests) and not any(re.search(rf"\b{row.id}\b", _text_of(name)) for name in row.tests)


def test_the_numbers_of_each_row_stand_in_a_test_that_names_it():
    found = [row for row in rows(TABLE.read_text(encoding="utf-8")) if row.id[0] in "DIALROU"]
    assert [row.id for row in found if uncited(row)] == []
    here = "tests/test_coverage.py::test_the_numbers_of_each_row_stand_in_a_test_that_names_it"
    assert uncited(Row("Q" + "9", "no such row", [], [here]))


def test_a_new_kind_without_a_line_is_noticed():
    text = TABLE.read_text(encoding="utf-8")
    new = {**KINDS, "layer": {**KINDS["layer"], "row": Row}}
    assert kind_faults(text, new) == ["docs/coverage.md has no line for the kind 'row': add one to its table of kinds"]
    without = "\n".join(line for line in text.splitlines() if not line.startswith("| `relu` "))
    assert kind_faults(without, KINDS) == [
        "docs/coverage.md has no line for the kind 'relu': add one to its table of kinds"
    ]
    wrong = text.replace(
        "| `tanh` | A2 | `thalweg.activations.tanh` |", "| `tanh` | A99 | `thalweg.activations.relu` |"
    )
    assert kind_faults(wrong.replace("::test_adam_by_hand |", "::test_eve |"), KINDS) == [
        "tanh: its module is thalweg.activations.tanh",
        "tanh: there is no row A99",
        "adam: no test tests/updates/test_updates.py::test_eve",
    ]
    assert kind_faults(text + "| `plectrum` | A7 | `thalweg.layers.dense` | |\n", KINDS) == ["plectrum: no such kind"]


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
    return _text_of(name) != ""


def _text_of(name):
    """The whole lines of a test, those above that give it its cases included; "" if there is none."""
    path, _, function = name.partition("::")
    if not (ROOT / path).is_file():
        return ""
    text = (ROOT / path).read_text(encoding="utf-8")
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            first = min(part.lineno for part in [node, *node.decorator_list])
            return "\n".join(text.splitlines()[first - 1 : node.end_lineno])
    return ""
