"""The case study's page as a file."""

import re

import pytest
from tests.lab.example import moved, study

from thalweg.errors import InputError
from thalweg.lab.page import render_study, write_study


def words(page):
    """What a person reads of it."""
    body = re.sub(r"<script.*?</script>|<style.*?</style>", "", page, flags=re.DOTALL)
    return " ".join(re.sub("<[^>]*>", " ", body).split())


def test_seed_0_is_shown_beside_the_derived_numbers():
    said = words(render_study(study(losses=moved(1, 9000, -4e-5))))
    assert "straight boundaries get 49.3% of the points right, one hidden layer 98.0%" in said
    assert "9,000 0.244969 0.244929" in said and "170 0.786373 0.786373" in said
    assert "49.33%" in said and "97% to 99%" in said and "Every number agrees." in said


def test_a_number_that_differs_is_marked():
    page = render_study(study(losses=moved(0, 170, 1e-4)))
    said = words(page)
    assert re.search(r"170 0\.786373 0\.786473 \S+ differs", said) and said.count("differs") == 1
    assert "The loss of the softmax classifier at step 170 is 0.786473, not 0.786373." in said
    assert "Every number agrees." not in said and 'class="verdict error"' in page


def test_another_seed_is_compared_with_nothing():
    said = words(render_study(study(seed=7)))
    assert "170 0.786373 180 0.786331" in said and "Derived" not in said and "Every number agrees." not in said
    assert "so there is nothing to hold these against" in said and "thalweg lab spiral --seed 7" in said


@pytest.mark.parametrize("changed", [{"epochs": (200, 3050)}, {"precision": "float32"}])
def test_the_command_line_is_offered_where_it_makes_the_same_study(changed):
    assert "thalweg lab spiral --seed 0" in words(render_study(study()))
    other = study(**changed)
    said = words(render_study(other))
    assert "thalweg lab spiral" not in said
    assert f"network_epochs={other.fits[1].epochs}, precision=&#39;{other.precision}&#39;" in said


def test_the_page_is_whole_and_loads_nothing():
    page = render_study(study())
    body = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    ids = re.findall(r'\bid="([^"]*)"', body)
    assert len(ids) == len(set(ids)) and set(re.findall(r'href="#([^"]*)"', body)) <= set(ids)
    assert not re.search(r'(?:src|href)="(?!#|data:,)', body)
    assert "default-src 'none'" in body and len(re.findall("sha256-", body)) == 2
    assert re.findall(r'data-figure="([^"]*)"', body) == ["regions-1", "regions-2", "loss-1", "loss-2"]


def test_each_picture_is_said_in_words():
    said = words(render_study(study()))
    assert "After 200 steps 148 of the 300 points lie in the region of their own class." in said
    assert (
        "From 1.098637 at step 0, near ln 3" in said and "to 0.244969 at step 9,000, 0.010000 of it the penalty" in said
    )


def test_the_file_is_written_whole(tmp_path):
    write_study(tmp_path / "spiral.html", study())
    assert (tmp_path / "spiral.html").read_text(encoding="utf-8") == render_study(study())
    assert [path.name for path in tmp_path.iterdir()] == ["spiral.html"]


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(InputError, match=r"cannot write .*spiral\.html"):
        write_study(tmp_path / "missing" / "spiral.html", study())
