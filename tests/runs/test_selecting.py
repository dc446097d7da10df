"""Which inputs a run's network selects: counted, told in the summary and the report, and kept."""

import json

import numpy as np
import polars
import pytest
import sklearn.datasets

import thalweg
from thalweg.cli.main import main
from thalweg.recipe import fit
from thalweg.report.experiment import selected
from thalweg.runs.reporting import read_run_outcome

LINEAR = "network.layers=[{kind='dense',units=1}]"
SETTINGS = (LINEAR, "training.batch=32", "update.rate=0.01", "preprocess.pieces=0")


def told(rows=400):
    """Two inputs that say the target, and eight that say nothing."""
    random = np.random.default_rng(0)
    x = random.normal(size=(rows, 10))
    y = 2 * x[:, 3] - 3 * x[:, 7] + 0.1 * random.normal(size=rows)
    return polars.DataFrame({**{f"c{k}": x[:, k] for k in range(10)}, "y": y})


def trained(folder, *more):
    return fit(told(), target="y", settings=(*SETTINGS, *more), epochs=40, checks=False, attempts=0, out=folder / "run")


def test_l1_selects_what_says_the_target_and_l2_all(tmp_path, capsys):  # R2
    sizes = trained(tmp_path / "l1", "penalty=l1", "penalty.strength=0.2")
    largest = float(np.abs(sizes.model.params["dense_1"]["w"]).max())
    assert sizes.outcome.selection == (("c3", "c7"), 10, pytest.approx(0.01 * largest), ("c3", "c7"), 10)
    assert read_run_outcome(sizes.run).selection == sizes.outcome.selection
    said = "The penalty leaves 2 of 10 inputs with a weight of a hundredth of the largest or more: c3, c7."
    assert said in (sizes.run / "report.html").read_text(encoding="utf-8")
    assert main(["summary", str(sizes.run)]) == 0
    assert said in capsys.readouterr().out.splitlines()
    assert main(["summary", str(sizes.run), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out.splitlines()[-1])["selection"]
    assert facts["inputs"] == ["c3", "c7"] and facts["among"] == 10
    squares = trained(tmp_path / "l2", "penalty=l2", "penalty.strength=0.2")
    assert squares.outcome.selection is None
    w = np.abs(squares.model.params["dense_1"]["w"][:, 0])
    assert (w > 0.01 * w.max()).sum() > 5  # it shrinks all and drops none on purpose


@pytest.mark.parametrize(
    ("more", "found"),
    [
        (("penalty={kind='elastic_net',sizes=0.2,squares=0.01}",), ("c3", "c7")),
        (("penalty={kind='elastic_net',sizes=0.0,squares=0.01}",), None),
        (("penalty={kind='l1',strength=0.0}",), None),
        (("penalty={kind='l1',strength=0.2}", "network.layers=['batch_norm',{kind='dense',units=1}]"), ("c3", "c7")),
        (("penalty={kind='l1',strength=0.2}", "network.layers=['prelu',{kind='dense',units=1}]"), None),
    ],
)
def test_where_there_is_a_selection(more, found, tmp_path):
    selection = trained(tmp_path, *more).outcome.selection
    assert (selection and selection.inputs) == found


def test_pieces_and_names_are_told_by_the_columns_they_are_made_of(tmp_path):
    # Three names, four pieces of each of ten columns and the column itself: 3 + 10 (1 + 4) = 53 inputs. The first name
    # and two columns say the target.
    names = np.random.default_rng(1).choice(["one", "two", "three"], 400)
    data = told().with_columns(polars.col("y") + 4.0 * (names == "one"), letter=names)
    settings = (*SETTINGS[:3], "preprocess.pieces=4", "penalty=l1", "penalty.strength=0.1")
    made = fit(data, target="y", settings=settings, epochs=60, checks=False, attempts=0, out=tmp_path / "run")
    found = made.outcome.selection
    assert found.inputs == ("c3", "c7", "letter=one") and found.among == 53
    assert found.columns == ("c3", "c7", "letter") and found.among_columns == 11
    assert selected(made.outcome) == (
        "The penalty leaves 3 of 53 inputs, made of 3 of 11 columns, with a weight of a hundredth of the largest or "
        "more: c3, c7, letter."
    )


def test_components_are_made_of_all_columns_and_told_as_they_are(tmp_path):
    settings = (*SETTINGS[:3], "preprocess=['table_encoding','pca']", "penalty=l1", "penalty.strength=0.01")
    found = fit(
        told(), target="y", settings=settings, epochs=2, checks=False, attempts=0, out=tmp_path / "run"
    ).outcome.selection
    assert found.inputs[0].startswith("component") and found.columns == () and found.among_columns == 0


def test_a_page_escapes_the_names(tmp_path):
    data = told().rename({"c3": "<b>&"})
    settings = (*SETTINGS, "penalty=l1", "penalty.strength=0.2")
    made = thalweg.fit(data, target="y", settings=settings, epochs=40, checks=False, attempts=0, out=tmp_path / "run")
    page = (made.run / "report.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;&amp;, c7." in page and ": <b>" not in page


def test_of_real_data_and_as_much_noise_l1_leaves_out_the_noise_and_l2_nothing(tmp_path):  # R2
    # bench/RESULTS.md has more of it: five splits, the elastic net, and what the choice of the strength does.
    cells = sklearn.datasets.load_breast_cancer()
    noise = np.random.default_rng(0).normal(size=cells.data.shape)
    columns = {f"{kind} {k}": x[:, k] for kind, x in (("cell", cells.data), ("noise", noise)) for k in range(30)}
    data = polars.DataFrame({**columns, "target": cells.target.astype(str)})
    layers = "network.layers=[{kind='dense',units=32},{kind='activation',function='relu'},{kind='dense',units=1}]"

    def fitted(penalty):
        settings = (layers, f"penalty={penalty}", "update.rate=0.003", "preprocess.pieces=0")
        made = fit(data, target="target", settings=settings, checks=False, attempts=0, out=tmp_path / penalty[7:9])
        (score,) = (s.value for s in made.outcome.scores if (s.part, s.metric) == ("validation", "accuracy"))
        return made, score

    sizes, score = fitted("{kind='l1',strength=0.02}")
    squares, of_squares = fitted("{kind='l2',strength=0.02}")
    assert score == pytest.approx(of_squares, abs=1.5 / 91)  # one of 91 rows
    w = np.abs(squares.model.params["dense_1"]["w"]).max(axis=1)
    assert (w > 0.01 * w.max()).all()
    noisy = sum(name.startswith("noise") for name in sizes.outcome.selection.inputs)
    assert noisy <= 3 and len(sizes.outcome.selection.inputs) - noisy >= 10
