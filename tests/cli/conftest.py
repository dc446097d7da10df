"""What tests of the command line share: the program in this process, and one trained run."""

import json
from typing import Any, NamedTuple

import polars
import pytest
from sklearn.datasets import load_iris

from thalweg.cli.main import main


class Said(NamedTuple):
    """How a command ended."""

    exit: int
    out: str
    err: str

    @property
    def facts(self) -> dict[str, Any]:
        """The JSON object on the last line of standard output."""
        return json.loads(self.out.splitlines()[-1])


@pytest.fixture
def thalweg(capsys):
    """Run the program in this process."""

    def run(*words):
        capsys.readouterr()
        code = main([str(word) for word in words])
        return Said(code, *capsys.readouterr())

    return run


@pytest.fixture(scope="session")
def flowers(tmp_path_factory):
    """A folder with iris.csv (names in a column of their own), new.csv without labels, and a trained run."""
    folder = tmp_path_factory.mktemp("flowers")
    iris = load_iris()
    columns = {"plant": [f"p{k}" for k in range(150)]}
    columns |= {f"size{k}": iris.data[:, k] for k in range(4)}
    table = polars.DataFrame(columns | {"species": [str(iris.target_names[k]) for k in iris.target]})
    table.write_csv(folder / "iris.csv")
    table[[149, 0, 75]].drop("species").write_csv(folder / "new.csv")
    words = ["fit", str(folder / "iris.csv"), "--target", "species", "--id", "plant", "--epochs", "4"]
    assert main([*words, "--no-checks", "--quiet", "--out", str(folder / "runs" / "first")]) == 0
    return folder


@pytest.fixture
def first(flowers):
    """The trained run."""
    return flowers / "runs" / "first"
