"""One table and one finished run on it, made once for all tests of runs."""

import pytest

from tests.runs.small import quick, rows, write_table


@pytest.fixture(scope="session")
def table(tmp_path_factory):
    """The small table as a file; beside it lies `new.csv` with other rows."""
    folder = tmp_path_factory.mktemp("data")
    write_table(folder / "new.csv", rows(20, seed=7))
    return write_table(folder / "people.csv", rows())


@pytest.fixture(scope="session")
def finished(table, tmp_path_factory):
    """A finished run on it; not to be changed: `copy_of` gives one that may be."""
    return quick(table, tmp_path_factory.mktemp("finished") / "runs")
