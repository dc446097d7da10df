"""The core needs JAX, Optax, NumPy, safetensors and jaxtyping, and none of the packages of the edge."""

import json
import subprocess
import sys

from tests.sources import layers, modules

EDGE_PACKAGES = ["PIL", "cyclopts", "jinja2", "narwhals", "pandas", "plotly", "polars", "pydantic", "rich", "sklearn"]
READERS = tuple(
    f"thalweg.data.{name}" for name in ("tables", "images", "builtin", "forms", "open")
)  # the edge inside `data`


def core():
    """Every module from the foundation up to `train`, without the readers of foreign files."""
    names = set()
    for layer in layers():
        names |= layer
        if "train" in layer:
            break
    return [
        name
        for name in modules()
        if name.split(".")[1] in names and not f"{name}.".startswith(tuple(f"{r}." for r in READERS))
    ]


def loaded_after(statements):
    """The packages of the edge that a fresh interpreter has loaded after some statements."""
    script = f"{statements}\nimport json, sys\nprint(json.dumps([n for n in {EDGE_PACKAGES} if n in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_the_core_leaves_the_packages_of_the_edge_alone():
    assert {"thalweg.errors", "thalweg.spec"} <= set(core())
    assert loaded_after("\n".join(f"import {name}" for name in ["thalweg", *core()])) == []


def test_a_package_of_the_edge_would_be_noticed():
    assert "narwhals" in loaded_after("import narwhals")
