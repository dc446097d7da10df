"""The package as source text: for tests of what is written rather than of what it does."""

import pkgutil
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "thalweg"


def files():
    """Every Python file of the package, in order."""
    return sorted(PACKAGE.rglob("*.py"))


def modules():
    """The dotted name of every module of the package, in order."""
    return sorted(info.name for info in pkgutil.walk_packages([str(PACKAGE)], prefix="thalweg."))


def layers():
    """The layers of the import contract, lowest first; each a set of names below `thalweg`."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = settings["tool"]["importlinter"]["contracts"]
    return [set(line.translate(str.maketrans("()|:", "    ")).split()) for line in reversed(contract["layers"])]
