"""The report as a file."""

import pytest
from tests.report.example import classes

from thalweg.errors import InputError
from thalweg.report.write import write_report


def test_the_file_is_written_whole(tmp_path):
    write_report(tmp_path / "report.html", classes(name="naïve 数字"))
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>") and text.rstrip().endswith("</html>") and "naïve 数字" in text
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(InputError, match=r"cannot write .*report\.html"):
        write_report(tmp_path / "missing" / "report.html", classes())
