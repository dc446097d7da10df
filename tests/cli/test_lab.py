"""`thalweg lab`: what there is, the case study's numbers, its page."""

import re
from pathlib import Path

import pytest
from PIL import Image

from tests.lab import example
from thalweg.lab.baby_sitting import ROWS, TRIALS
from thalweg.lab.boltzmann_machine import BETAS, EPOCHS, HIDDEN
from thalweg.lab.deep_sigmoid import ROWS as DEEP_ROWS
from thalweg.lab.diagrams import diagrams

NAMES = [
    "spiral", "ten-layers", "slow-start", "zig-zag", "batch-norm", "max-norm", "residual",
    "random-against-grid", "baby-sitting", "linear-classifiers", "choose-k", "boltzmann-machine", "deep-sigmoid",
    "race", "ring", "segmentation", "sliding-window", "perceptron-and-parity", "nearest-neighbours", "half-planes",
    "graph", "diagrams",
]  # fmt: skip


@pytest.fixture
def made_up(monkeypatch, tmp_path):
    """Let studies be made up instead of trained, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    changes = {}
    monkeypatch.setattr("thalweg.lab.spiral.study_spiral", lambda seed: example.study(seed=seed, **changes))
    return changes


def test_it_lists_the_experiments(thalweg):
    said = thalweg("lab")
    assert (said.exit, said.err) == (0, "") and re.match("spiral  +the case study: ", said.out)
    assert [page["name"] for page in thalweg("lab", "--json").facts["pages"]] == NAMES


def test_the_spiral_prints_the_derived_losses_to_six_digits(thalweg, tmp_path):
    said = thalweg("lab", "spiral", "--out", tmp_path / "page.html")
    assert (said.exit, said.err) == (0, "")
    assert said.out.startswith("training two models on the spiral of seed 0\n")
    lines = [" ".join(line.split()) for line in said.out.splitlines()]
    assert "190 0.786302 0.786302" in lines and "3000 0.251507 0.251507" in lines
    assert any(re.fullmatch(r"9000 0\.24\d{4} 0\.244969", line) for line in lines)
    assert "accuracy on the training points 49.3%" in lines
    assert lines[-1] == f"page: {tmp_path / 'page.html'}"
    assert (tmp_path / "page.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_program_is_told_the_numbers_and_the_page(thalweg, made_up, tmp_path):
    said = thalweg("lab", "spiral", "--json")
    facts = said.facts
    assert said.out.count("\n") == 1 and said.exit == facts["exit"] == 0
    assert (facts["seed"], facts["page"], facts["disagreements"]) == (0, "spiral.html", [])
    classifier, network = facts["models"]
    assert [loss["step"] for loss in network["losses"]] == [0, 1000, 2000, 3000, 9000]
    assert {"step": 10, "loss": 0.91731, "derived": 0.91731, "allowed": 1e-6} in classifier["losses"]
    assert (classifier["steps"], classifier["accuracy"]) == (200, pytest.approx(148 / 300))
    assert (tmp_path / "spiral.html").is_file()


def test_another_seed_is_compared_with_nothing(thalweg, made_up, tmp_path):
    said = thalweg("lab", "spiral", "--seed", "7", "--json")
    assert said.exit == 0 and "derived" not in said.out + said.err
    assert said.facts["seed"] == 7 and "The spiral, seed 7" in (tmp_path / "spiral.html").read_text(encoding="utf-8")


def test_numbers_that_disagree_are_said_and_end_with_1(thalweg, made_up, tmp_path):
    made_up["losses"] = example.moved(1, 2000, 0.001)
    said = thalweg("lab", "spiral", "--json")
    assert said.exit == said.facts["exit"] == 1
    assert said.facts["disagreements"] == [
        "The loss of the network of 100 ReLU units at step 2000 is 0.267441, not 0.266441."
    ]
    assert said.facts["disagreements"][0] in said.err and (tmp_path / "spiral.html").is_file()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("lab", "spirl"), "unknown command 'spirl'. Did you mean 'spiral'?"),
        (("lab", "spiral", "--seed", "-1"), "the seed of a toy set must be in [0, 2^32); got -1"),
        (("lab", "spiral", "--seed", "1.5"), "--seed wants a whole number; got '1.5'"),
        (("lab", "spiral", "--out", "missing/page.html"), "cannot write missing/page.html"),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_sentence(thalweg, made_up, tmp_path, monkeypatch, words, sentence):
    if words[-1] == "-1":  # refused by the study itself
        monkeypatch.undo()
        monkeypatch.chdir(tmp_path)
    said = thalweg(*words)
    assert said.exit == 2 and sentence in said.err and said.err.startswith("thalweg: error: ")
    assert list(tmp_path.iterdir()) == []


def test_an_experiment_prints_its_claims_and_writes_its_page(thalweg, tmp_path):
    said = thalweg("lab", "diagrams", "--out", tmp_path / "page.html")
    assert (said.exit, said.err) == (0, "")
    assert "The 3-layer network has 41 parameters.  41        41        yes" in said.out
    assert said.out.splitlines()[-1] == f"page: {tmp_path / 'page.html'}" and (tmp_path / "page.html").is_file()


def test_every_experiment_that_is_listed_has_its_verb_and_its_own_page(thalweg, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("slow-start", "zig-zag", "diagrams"):
        facts = thalweg("lab", name, "--json").facts
        assert (facts["exit"], facts["page"], facts["disagreements"]) == (0, f"{name}.html", [])
        assert facts["claims"] and all(claim["holds"] for claim in facts["claims"])
        assert (tmp_path / f"{name}.html").is_file()


@pytest.mark.parametrize(
    "name",
    [
        "batch-norm",
        "max-norm",
        "residual",
        "random-against-grid",
        "sliding-window",
        "perceptron-and-parity",
        "nearest-neighbours",
    ],
)
def test_long_experiments_have_their_verb_too(thalweg, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    module = name.replace("-", "_")
    seeds = []

    def short(seed):
        seeds.append(seed)
        return diagrams(seed)._replace(name=name)

    monkeypatch.setattr(f"thalweg.lab.{module}.{module}", short)
    facts = thalweg("lab", name, "--seed", "5", "--json").facts
    assert (facts["exit"], facts["page"], facts["seed"], seeds) == (0, f"{name}.html", 5, [5])
    assert (tmp_path / f"{name}.html").is_file()


def test_the_procedure_on_a_set_of_the_users(thalweg, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    asked = []

    def short(data, seed, *, rows, trials):
        asked.append((data, seed, rows, trials))
        return diagrams(seed)._replace(name="baby-sitting")

    monkeypatch.setattr("thalweg.lab.baby_sitting.baby_sitting", short)
    said = thalweg("lab", "baby-sitting", "mine", "--rows", "500", "--trials", "9", "--seed", "5")
    assert (said.exit, asked) == (0, [(Path("mine"), 5, 500, 9)]) and (tmp_path / "baby-sitting.html").is_file()
    assert said.out.startswith("going through the procedure with 500 images")
    thalweg("lab", "baby-sitting", "mine")
    assert asked[1] == (Path("mine"), 0, ROWS, TRIALS)


def test_linear_classifiers_of_a_set_of_the_users(thalweg, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    asked = []

    def short(data, seed, *, rows, tries):
        asked.append((data, seed, rows, tries))
        return diagrams(seed)._replace(name="linear-classifiers")

    monkeypatch.setattr("thalweg.lab.linear_classifiers.linear_classifiers", short)
    said = thalweg("lab", "linear-classifiers", "mine", "--rows", "500", "--tries", "9", "--seed", "5")
    assert (said.exit, asked) == (0, [(Path("mine"), 5, 500, 9)])
    assert said.out.startswith("guessing and training linear classifiers of 500 images")
    assert (tmp_path / "linear-classifiers.html").is_file()


def test_k_of_a_set_of_the_users(thalweg, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    asked = []

    def short(data, seed, *, rows):
        asked.append((data, seed, rows))
        return diagrams(seed)._replace(name="choose-k")

    monkeypatch.setattr("thalweg.lab.choose_k.choose_k_of_images", short)
    said = thalweg("lab", "choose-k", "mine", "--rows", "500", "--seed", "5")
    assert (said.exit, asked) == (0, [(Path("mine"), 5, 500)]) and (tmp_path / "choose-k.html").is_file()
    assert said.out.startswith("measuring distances between 500 images")


def test_the_procedure_needs_images_and_enough_of_them(thalweg, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for words, refusal in (
        (("nowhere",), "nowhere is no folder. Give the one of CIFAR-10's binary files, such as data_batch_1.bin."),
        ((".", "--rows", "9"), "--rows must be at least 100, so that there is something to learn from; got 9."),
        ((".",), "holds no batches.meta.txt"),
    ):
        refused = thalweg("lab", "baby-sitting", *words)
        assert refused.exit == 2 and refusal in refused.err
        assert list(tmp_path.iterdir()) == []


def test_a_boltzmann_machine_on_a_set_of_the_users(thalweg, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    asked = []

    def short(data, seed, *, hidden, epochs, betas, say):
        asked.append((data, seed, hidden, epochs, betas))
        say("epoch 1 of 7")
        return diagrams(seed)._replace(name="boltzmann-machine")

    monkeypatch.setattr("thalweg.lab.boltzmann_machine.boltzmann_machine", short)
    words = ("--hidden", "50", "--epochs", "7", "--temperatures", "99", "--seed", "5")
    said = thalweg("lab", "boltzmann-machine", "mine", *words)
    assert (said.exit, asked) == (0, [(Path("mine"), 5, 50, 7, 99)])
    assert (tmp_path / "boltzmann-machine.html").is_file() and "epoch 1 of 7" in said.out
    thalweg("lab", "boltzmann-machine", "mine")
    assert asked[1] == (Path("mine"), 0, HIDDEN, EPOCHS, BETAS)
    monkeypatch.undo()
    refused = thalweg("lab", "boltzmann-machine", tmp_path / "nowhere", "--out", tmp_path / "other.html")
    assert refused.exit == 2 and "is no folder. Give the one of MNIST's files" in refused.err
    assert not (tmp_path / "other.html").exists()


def test_deep_sigmoids_on_a_set_of_the_users(thalweg, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    asked = []

    def short(data, seed, *, rows, say):
        asked.append((data, seed, rows))
        say("sigmoids, pre-trained")
        return diagrams(seed)._replace(name="deep-sigmoid")

    monkeypatch.setattr("thalweg.lab.deep_sigmoid.deep_sigmoid", short)
    said = thalweg("lab", "deep-sigmoid", "mine", "--rows", "70", "--seed", "5")
    assert said.exit == 0 and (tmp_path / "deep-sigmoid.html").is_file() and "sigmoids, pre-trained" in said.out
    thalweg("lab", "deep-sigmoid", "mine")
    assert asked == [(Path("mine"), 5, 70), (Path("mine"), 0, DEEP_ROWS)]
    monkeypatch.undo()
    refused = thalweg("lab", "deep-sigmoid", tmp_path / "nowhere", "--out", tmp_path / "other.html")
    assert refused.exit == 2 and "is no folder. Give the one of MNIST's files" in refused.err


def test_a_picture_of_the_users_is_parted_and_one_that_is_none_is_refused(thalweg, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Image.new("RGB", (6, 4), (9, 8, 7)).save("mine.png")
    said = thalweg("lab", "segmentation", "--image", "mine.png", "--seed", "3", "--json")
    assert (said.exit, said.facts["page"], said.facts["seed"]) == (0, "segmentation.html", 3)
    assert "--seed 3 --image mine.png" in (tmp_path / "segmentation.html").read_text(encoding="utf-8")
    said = thalweg("lab", "segmentation", "--image", "mime.png", "--out", "other.html")
    assert said.exit == 2 and said.err.startswith("thalweg: error: cannot read mime.png: No such file or directory.")
    assert not (tmp_path / "other.html").exists()


def test_a_claim_that_does_not_hold_is_said_and_ends_with_1(thalweg, tmp_path, monkeypatch):
    monkeypatch.setattr("thalweg.lab.diagrams.COUNTS", ((6, 20, 27), (9, 32, 41)))
    said = thalweg("lab", "diagrams", "--out", tmp_path / "page.html")
    assert said.exit == 1
    assert "The 2-layer network has 27 parameters. Expected: 27. Measured: 26." in said.out + said.err


def test_a_function_of_the_users_is_shown_as_a_graph(thalweg, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(
        "def twice(x):\n    return 2 * x\n\n\ndef square(x):\n    return x * x\n", "utf-8"
    )
    mine = ("lab", "graph", "--plugin", "mine.py")
    said = thalweg(*mine, "--function", "square", "--at", "x=3")
    assert (said.exit, said.err) == (0, "") and "square(x=3) = 9" in said.out
    assert [line.split() for line in said.out.splitlines()][-3] == ["f", "*", "x", "9", "1", "6"]
    page = (tmp_path / "graph.html").read_text(encoding="utf-8")
    assert "thalweg lab graph --plugin mine.py --function square --at x=3" in page
    for words, refusal in (
        (mine, "--plugin mine.py holds 2 functions. Say which: --function twice."),
        ((*mine, "--function", "cube"), "unknown function of mine.py 'cube'."),
        ((*mine, "--function", "square"), "a function of yours needs a number for each of its arguments: --at x=2"),
        (("lab", "graph", "--at", "x=1"), "--function and --at are for a function of yours. Give its file, too"),
    ):
        refused = thalweg(*words)
        assert refused.exit == 2 and refusal in refused.err and len(refused.err.splitlines()) == 1
