"""A run whose network others begin with."""

import pytest

from tests.runs.small import quick, rows, write_table
from tests.runs.transfer.small import DEEP


@pytest.fixture(scope="session")
def table(tmp_path_factory):
    return write_table(tmp_path_factory.mktemp("data") / "people.csv", rows())


@pytest.fixture(scope="session")
def source(table, tmp_path_factory):
    """A trained run of three layers with weights."""
    return quick(table, tmp_path_factory.mktemp("source"), settings=DEEP)
