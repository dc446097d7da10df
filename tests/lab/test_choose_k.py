"""The page on k: neighbours of planted images, verdicts that can fail, what is refused."""

import numpy as np
import pytest
from tests.lab.planted_cifar import write_planted

from thalweg.classic.nearest.choose_k import ChosenK
from thalweg.errors import InputError
from thalweg.lab.choose_k import KS, Asked, choose_k_of_images, sheet_of
from thalweg.lab.sheet_page import render_sheet


def asked(accuracy, best=7, again=1.0, folds=0.3):
    scores = np.full((len(KS), 5), folds - 0.02) + 0.01 * np.arange(5) - 0.02
    scores[KS.index(best)] += 0.02
    return Asked(ChosenK(KS, scores, best, 0), accuracy, again)


LIKE = {"l2": asked(0.29), "l1": asked(0.31)}


def test_claims_hold_of_numbers_like_the_notes():
    assert sheet_of(LIKE, 10_000, 0).disagreements() == ()
    many = {"l2": asked(0.36, folds=0.36), "l1": asked(0.385, folds=0.38)}
    found = sheet_of(many, 50_000, 0)
    assert found.disagreements() == () and len(found.claims) == 7
    assert found.headline == "By L1 and the 7 nearest of 50,000 images 38.5% of new ones are named rightly"


@pytest.mark.parametrize(
    ("changed", "rows", "failing"),
    [
        ({"l2": asked(0.2, folds=0.2)}, 10_000, "By L2, raw pixels name about a third"),
        (LIKE, 50_000, "By L1, raw pixels name about a third"),
        ({"l1": asked(0.36)}, 10_000, "By L1, the folds foretell it"),
        ({"l2": asked(0.29, again=0.998)}, 10_000, "By L2, k = 1 is right about every image"),
        ({"l2": asked(0.33)}, 10_000, "L1 does at least as well as L2"),
    ],
)
def test_each_claim_can_fail(changed, rows, failing):
    assert any(said.startswith(failing) for said in sheet_of({**LIKE, **changed}, rows, 0).disagreements())


def test_planted_images_find_their_own(tmp_path):
    folder = write_planted(tmp_path / "set", rows=240)
    found = choose_k_of_images(folder, 3, rows=200)
    table = dict((row[0], row[1:]) for row in found.tables[0].rows)
    assert table["new images"] == ("100%", "100%") and table["best k"] == ("1", "1")
    assert table["1"] == ("100% ± 0.0", "100% ± 0.0") and table["100"][0] != "100% ± 0.0"  # more than a class has
    assert "--rows 200" in render_sheet(found)
    again = choose_k_of_images(folder, 3, rows=200)
    assert again.tables == found.tables


def test_a_hundred_neighbours_need_images(tmp_path):
    with pytest.raises(
        InputError, match=r"--rows must be at least 200, so that 100 neighbours can be asked; got 199\."
    ):
        choose_k_of_images(tmp_path, rows=199)
