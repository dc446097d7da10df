"""The page of linear classifiers: each kind on planted images, verdicts that can fail, what is refused."""

import numpy as np
import pytest
from tests.lab.planted_cifar import NAMES, write_planted

from thalweg.errors import InputError
from thalweg.lab import linear_classifiers_runs as runs
from thalweg.lab.linear_classifiers import linear_classifiers, sheet_of
from thalweg.lab.linear_classifiers_figures import agreement_words
from thalweg.lab.linear_classifiers_runs import Classifier, Guesses, guess_all, train_all
from thalweg.lab.sheet_page import render_sheet
from thalweg.lab.small_photographs import load_images, split_images

LOOKS = np.zeros((10, 4, 4, 3))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_planted(tmp_path_factory.mktemp("planted") / "set", rows=180)


def classifier(accuracy, answers=(1, 2, 3, 4), templates=LOOKS):
    steps, losses = np.array([0, 10, 20]), np.array([9.0, 5.0, 4.0])
    return Classifier(1e-3, 0.1, accuracy + 0.1, accuracy, steps, losses, np.array(answers), templates, 48)


GUESSES = {
    "weights": Guesses(np.array([9.0, 8.5]), 0.15, LOOKS),
    "steps": Guesses(np.array([9.0, 8.0]), 0.21, LOOKS),
}
TRAINED = {
    "pixels": {"svm": classifier(0.37), "softmax": classifier(0.38, (1, 2, 3, 5))},
    "features": {"svm": classifier(0.52, templates=None), "softmax": classifier(0.51, templates=None)},
}


def made(guesses=GUESSES, trained=TRAINED, training=9000):
    return sheet_of(guesses, trained, tuple("abcdefghij"), (training, 1000), 0)


def with_pixels(**changes):
    return {**TRAINED, "pixels": {name: one._replace(**changes) for name, one in TRAINED["pixels"].items()}}


def test_claims_hold_of_numbers_like_the_notes():
    found = made()
    assert found.disagreements() == () and len(found.claims) == 7
    assert made(training=45_000).disagreements() == ()
    assert len(found.galleries) == 3 and [len(one.plates) for one in found.galleries] == [10, 10, 10]


@pytest.mark.parametrize(
    ("guesses", "trained", "training", "failing"),
    [
        ({**GUESSES, "weights": GUESSES["weights"]._replace(accuracy=0.105)}, TRAINED, 9000, "Random weights are"),
        ({**GUESSES, "steps": GUESSES["steps"]._replace(accuracy=0.15)}, TRAINED, 9000, "Random steps get farther"),
        ({**GUESSES, "steps": GUESSES["steps"]._replace(accuracy=0.29)}, TRAINED, 9000, "The gradient gets farther"),
        (GUESSES, with_pixels(accuracy=0.36), 45_000, "On pixels a support vector machine"),
        (
            GUESSES,
            {**TRAINED, "pixels": {**TRAINED["pixels"], "svm": classifier(0.34)}},
            9000,
            "The two losses come to about the same",
        ),
        (GUESSES, with_pixels(accuracy=0.48), 9000, "Colours and edges are worth"),
    ],
)
def test_each_claim_can_fail(guesses, trained, training, failing):
    assert any(said.startswith(failing) for said in made(guesses, trained, training).disagreements())


def test_agreement_is_the_share_of_equal_answers():
    assert "the same class for 75.0% of" in agreement_words(*TRAINED["pixels"].values())


def test_planted_images_are_learned_and_their_pictures_are_the_templates(folder, monkeypatch):
    monkeypatch.setattr(runs, "EPOCHS", 4)
    monkeypatch.setattr(runs, "RATES", (1e-3, 1e9))  # of which one goes astray
    monkeypatch.setattr(runs, "STRENGTHS", (0.1,))
    source = load_images(folder, 180, seed=1)
    split = split_images(source, seed=1)
    assert len(split.validation) == 36 and len(split.test) == 0
    found = train_all(source, split, seed=1)
    for kind, of in found.items():
        for one in of.values():
            assert one.accuracy > (0.95 if kind == "pixels" else 0.6) and one.rate == 1e-3 and len(one.answers) == 36
            assert one.losses[-1] < one.losses[0] and one.steps[0] == 0
            assert (one.templates is not None) == (kind == "pixels")
    # The pictures that the classes were made from are what tells them apart.
    pictures = np.stack([np.asarray(source.inputs)[source.targets == c].mean(axis=0) for c in range(len(NAMES))])
    apart = (pictures - pictures.mean(axis=0)).reshape(len(NAMES), -1)
    looks = found["pixels"]["softmax"].templates.reshape(len(NAMES), -1)
    assert (np.corrcoef(apart, looks)[:3, 3:].argmax(axis=1) == np.arange(3)).all()


def test_guesses_are_scored_on_images_that_they_were_not_chosen_by(folder):
    source = load_images(folder, 180, seed=1)
    split = split_images(source, seed=1)
    found = guess_all(source, split, 30, seed=2)
    for one in found.values():
        assert len(one.losses) == 30 and one.templates.shape == (3, 32, 32, 3) and 0 <= one.accuracy <= 1
    hidden = source._replace(targets=np.where(np.isin(np.arange(180), split.validation), 0, source.targets))
    again = guess_all(hidden, split, 30, seed=2)
    for name, one in found.items():
        np.testing.assert_array_equal(again[name].losses, one.losses)


def test_the_page_says_how_to_make_it_again(folder, monkeypatch):
    monkeypatch.setattr(runs, "EPOCHS", 1)
    monkeypatch.setattr(runs, "RATES", (1e-3,))
    monkeypatch.setattr(runs, "STRENGTHS", (0.1,))
    found = linear_classifiers(folder, 4, rows=120, tries=5)
    page = render_sheet(found)
    assert "--rows 120 --tries 5" in page and "ant" in page and "softmax classifier" in page


def test_a_page_needs_a_try(folder):
    with pytest.raises(InputError, match=r"--tries must be at least 1; got 0\."):
        linear_classifiers(folder, tries=0)
