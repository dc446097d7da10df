"""A run that begins with the network of another: what it takes over, keeps, tells, and never needs again."""

import json
import shutil

import numpy as np
import pytest

from tests.runs.small import (
    COLUMNS,
    OPTIONS,
    PauseAt,
    contents,
    copy_of,
    edit_json,
    quick,
    rows,
    same_bits,
    write_table,
)
from tests.runs.transfer.small import DEEP, PLAN, beginning_with, bits, opened_with, said
from thalweg.catalogue import KINDS
from thalweg.data.arrays import from_arrays
from thalweg.defaults import default_experiment
from thalweg.diagnosis.attempts import Ground, prepared_for
from thalweg.diagnosis.case import read_case
from thalweg.diagnosis.causes.frozen import frozen
from thalweg.diagnosis.causes.initial_weights import initial_weights
from thalweg.errors import InputError
from thalweg.network.presets.all_convolutional import all_convolutional
from thalweg.preprocess.table import TableEncoding
from thalweg.rates.layer_rate import LayerRate
from thalweg.rates.layer_rates import LayerRates
from thalweg.recipe import check, reproduce, resume
from thalweg.runs.loading import load
from thalweg.runs.record import read_record
from thalweg.runs.transfer.adapted import _with_outputs, adapted, weighted_layers
from thalweg.runs.transfer.trained_start import read_start
from thalweg.serialise import from_plain
from thalweg.spec import replaced
from thalweg.starts.lsuv import LSUV
from thalweg.train.prepare import prepare_folds


def test_the_whole_network_goes_on_where_the_other_run_was_best(source, table, tmp_path):
    found = beginning_with(source, table, tmp_path)
    # Before any step it scores as the other run's best weights do, and they are no longer drawn ones.
    first = found.state.history.evaluations[0]
    assert first.validation_score[0] == pytest.approx(source.outcome.scores[0].value, abs=1e-12)
    assert found.model.experiment.network == source.model.experiment.network
    assert repr(found.model.fitted) == repr(source.model.fitted)
    last = found.state.members.carry.params["dense_1"]["w"][0]
    assert not np.array_equal(last, source.model.params["dense_1"]["w"])
    (text,) = said(found.outcome.remarks)
    every = "dense_1, batch_norm_1, dense_2 and dense_3"
    assert text == f"the trained weights of {every} and the preprocessing come from {source.run}."
    assert text in (found.run / "report.html").read_text(encoding="utf-8")


def test_frozen_layers_keep_every_bit_and_the_others_learn(source, table, tmp_path):
    found = beginning_with(source, table, tmp_path, freeze=1)
    # Layers are counted by their weights; the normalisation behind the first one stays with it, averages and all.
    assert bits(found.model, "dense_1", "batch_norm_1") == bits(source.model, "dense_1", "batch_norm_1")
    last = found.state.members.carry
    assert bits(last, "dense_1", "batch_norm_1") == bits(source.model, "dense_1", "batch_norm_1")
    assert not np.array_equal(last.params["dense_2"]["w"][0], source.model.params["dense_2"]["w"])
    assert found.model.experiment.rates == LayerRates((LayerRate("dense_1", 0.0), LayerRate("batch_norm_1", 0.0)))
    assert said(found.outcome.remarks)[0].endswith("; dense_1 and batch_norm_1 stay as trained.")


def test_rates_of_other_layers_are_kept_beside_the_frozen_ones(source, table):
    rates = "rates={kind='layer_rates',entries=[{layer=-1,factor=0.5}]}"
    _, _, experiment, transfer = opened_with(source, table, freeze=2, settings=(*PLAN, rates))
    still = [LayerRate(name, 0.0) for name in ("dense_1", "batch_norm_1", "dense_2")]
    assert experiment.rates.entries == (LayerRate(-1, 0.5), *still)
    assert said(transfer.record.remarks)[0].endswith("; dense_1, batch_norm_1 and dense_2 stay as trained.")


def test_another_task_gets_a_last_layer_of_its_own(source, table, tmp_path):
    found = beginning_with(source, table, tmp_path, target="size", drop=("bought", "price"), freeze=2)
    assert bits(found.model, "dense_1", "dense_2") == bits(source.model, "dense_1", "dense_2")
    assert found.model.params["dense_3"]["w"].shape == (4, 3)
    assert said(found.outcome.remarks)[0].endswith(
        "; dense_3 is drawn anew, for the task was classes of 'bought'; dense_1, batch_norm_1 and dense_2 stay as "
        "trained."
    )


def test_frozen_layers_accuse_no_rate_and_are_not_advised_to_learn(source, table, tmp_path):
    found = beginning_with(source, table, tmp_path, freeze=2)
    experiment = found.model.experiment
    run = {"checks": (), "task": "classes", "metric": "accuracy", "ending": "", "baselines": ()}
    case = read_case(found.state.history, experiment=experiment, pretrained=True, validation_rows=26, **run)
    assert 1e-5 < case.ratio < 1  # two of three layers did not move at all
    assert list(frozen(case)) == list(initial_weights(case)) == []
    drawn = case._replace(pretrained=False)
    assert [change.cause for change in frozen(drawn)] == ["frozen_layers"]
    lsuv = drawn._replace(experiment=replaced(experiment, start=LSUV()))
    assert list(initial_weights(lsuv)) and not list(initial_weights(lsuv._replace(pretrained=True)))


def test_one_output_of_another_meaning_is_drawn_anew_too(source, table):
    _, prepared, experiment, transfer = opened_with(source, table, target="price", drop=("bought", "size"))
    assert said(transfer.record.remarks)[0].endswith("; dense_3 is drawn anew, for the task was classes of 'bought'.")
    assert type(experiment.loss).__name__ == "SquaredError" and set(prepared.pretrained.params) == {
        "dense_1", "batch_norm_1", "dense_2",
    }  # fmt: skip
    assert prepared.target_fitted.shift[0] == pytest.approx(np.mean([float(row["price"]) for row in rows()]), rel=0.1)


def test_how_many_outputs_a_task_needs_hangs_on_no_shape_of_inputs(source):
    # The trained network sees features of images; what would suit images is one of convolutions, which cannot.
    images = from_arrays(np.zeros((6, 16, 16, 1), np.uint8), ["a", "b", "c"] * 2, name="toy")
    model = source.model._replace(kind="image")
    found = adapted(default_experiment(images, 6), model, images.task)
    assert found.network.layers[-1].units == 3 and type(found.loss).__name__ == "SoftmaxCrossEntropy"


def test_amounts_keep_their_unit_where_the_last_layer_is_kept(tmp_path):
    old = write_table(tmp_path / "old.csv", rows())
    dear = [{**row, "price": str(3 * float(row["price"]))} for row in rows(seed=1)]
    new = write_table(tmp_path / "new.csv", dear)
    options = {"target": "price", "drop": ("bought", "size"), "epochs": 1}
    one = quick(old, tmp_path / "old", **options)
    _, prepared, *_ = opened_with(one, new, **options)
    assert prepared.target_fitted.scale == one.model.target_fitted.scale
    assert prepared.target_fitted.shift == one.model.target_fitted.shift
    _, unlike, _, _ = opened_with(one, new, **{**options, "settings": (*PLAN, "loss=huber")})
    # Another loss has another last layer, and its own unit.
    assert unlike.target_fitted.shift[0] == pytest.approx(3 * one.model.target_fitted.shift[0], rel=0.1)


def test_the_preprocessing_stays_though_the_data_are_others(source, tmp_path):
    other = write_table(
        tmp_path / "o.csv", [{**row, "income": str(100 * float(row["income"]))} for row in rows(seed=7)]
    )
    examples, prepared, experiment, _ = opened_with(source, other)
    assert repr(prepared.fitted) == repr(source.model.fitted)
    splits = (examples.split, examples.split._replace(train=examples.split.validation))
    for fold in prepare_folds(examples.source, splits, experiment, prepared.pretrained):
        assert repr(fold.fitted) == repr(source.model.fitted) and fold.pretrained is prepared.pretrained
    ground = Ground(examples.source, prepared, prepared.weight, examples.split.train, "accuracy", 0)
    tried = prepared_for(ground, replaced(experiment, preprocess=TableEncoding(clip=5.0)))
    assert repr(tried.fitted) != repr(source.model.fitted) and tried.pretrained is prepared.pretrained


def test_nothing_hangs_on_the_other_run_any_more(source, table, tmp_path):
    moved = copy_of(source.run, tmp_path / "moved")
    whole = quick(table, tmp_path / "whole", from_run=moved, freeze=1, settings=PLAN)
    paused = quick(table, tmp_path / "paused", from_run=moved, freeze=1, settings=PLAN, controllers=(PauseAt(2),))
    shutil.rmtree(moved)
    assert (paused.run / "start.safetensors").read_bytes() == (source.run / "model.safetensors").read_bytes()
    resumed = resume(paused.run)
    assert same_bits(resumed.model, whole.model) and resumed.outcome.remarks == whole.outcome.remarks
    again, same = reproduce(whole.run, out=tmp_path / "again")
    assert same and again.outcome.remarks == whole.outcome.remarks
    assert reproduce(again.run, out=tmp_path / "and again")[1]
    record = read_record(whole.run)
    assert record.identity != record._replace(pretrained=None).identity
    assert load(whole.run).predict(str(table)).equals(load(again.run).predict(str(table)))


def test_a_start_that_is_not_the_runs_own_is_refused(source, table, tmp_path):
    paused = beginning_with(source, table, tmp_path, controllers=(PauseAt(2),))
    kept = (paused.run / "start.safetensors").read_bytes()
    (paused.run / "start.safetensors").write_bytes(kept + b" ")
    with pytest.raises(InputError, match=r"start\.safetensors is not what the run began with\. Put back the run's own"):
        resume(paused.run)
    (paused.run / "start.safetensors").unlink()
    with pytest.raises(InputError, match=r"start\.safetensors is missing\. Restore the file, or make"):
        resume(paused.run)
    (paused.run / "start.safetensors").write_bytes(kept)
    told = json.loads((paused.run / "experiment.json").read_text(encoding="utf-8"))["pretrained"]
    edit_json(paused.run / "experiment.json", pretrained={**told, "digest": "../../etc"})
    with pytest.raises(InputError, match="wrong entry 'pretrained'"):
        resume(paused.run)


def test_of_an_ensemble_the_first_network_is_taken(source, table, tmp_path):
    both = quick(table, tmp_path / "both", settings=DEEP, epochs=2, ensemble=2)
    found = quick(table, tmp_path / "next", epochs=1, from_run=both.run, freeze=1, settings=PLAN)
    assert bits(found.model, "dense_1") == bits(both.model, "dense_1")
    assert bits(found.model, "dense_1") != bits(both.model.others[0], "dense_1")
    again = read_start(found.run, read_record(found.run).pretrained.digest, ())
    assert again.model.others == () and bits(again.model, "dense_3") == bits(both.model, "dense_3")


def test_every_member_fold_and_trial_begins_with_it(source, table, tmp_path):
    found = beginning_with(
        source, table, tmp_path, freeze=2, epochs=2, ensemble=3, folds=2, search=2, strategy="random", finalist_seeds=1
    )
    for member in (found.model, *found.model.others):
        assert bits(member, "dense_1", "dense_2") == bits(source.model, "dense_1", "dense_2")
    assert len({bits(member, "dense_3")[0] for member in (found.model, *found.model.others)}) == 3
    # Widths would leave no room for the trained weights, so that nothing but numbers varies.
    assert set(found.outcome.search.stages[0].ranges) == {"update.rate", "penalty.strength", "loss.label_smoothing"}
    # Two epochs of one layer on what is trained beat what two epochs from drawn weights come to.
    drawn = quick(table, tmp_path / "drawn", settings=DEEP, epochs=2, folds=2)
    assert found.outcome.folds.mean > drawn.outcome.folds.mean


def test_a_column_that_the_network_does_not_know_is_left_out(source, tmp_path):
    more = write_table(tmp_path / "more.csv", rows(seed=2))
    found = beginning_with(source, more, tmp_path, drop=("price",), epochs=1)
    wanted = ["the trained network does not know 'size', so left out."]
    assert said(found.outcome.remarks, "unknown_column") == wanted
    assert found.model.input_shape == source.model.input_shape
    # It is neither asked for in prediction nor read again.
    new = write_table(tmp_path / "new.csv", rows(seed=3), tuple(c for c in COLUMNS if c not in ("size", "price")))
    assert len(load(found.run).predict(str(new))) == 160
    assert reproduce(found.run, out=tmp_path / "again")[1]


def test_a_network_that_begins_trained_is_not_checked_as_a_drawn_one(source, table):
    options = {**OPTIONS, "checks": True, "settings": PLAN, "from_run": source.run, "freeze": 1}
    _, checks = check(str(table), **options)
    unjudged = {found.name: found.text for found in checks if not found.judged}
    text = "The network begins with trained weights, so it is not judged as one that was just drawn."
    assert unjudged["initial loss"] == unjudged["initial scale"] == text
    assert all(found.passed or found.severity != "error" for found in checks)


def test_nothing_is_left_where_the_start_cannot_be_written(source, table, tmp_path, monkeypatch):
    before = contents(tmp_path)

    def full(path, content):
        raise InputError(f"cannot write {path}: No space left on device. Free some.")

    monkeypatch.setattr("thalweg.runs.transfer.trained_start.write_whole", full)
    with pytest.raises(InputError, match="No space left"):
        beginning_with(source, table, tmp_path / "runs")
    assert contents(tmp_path) == before and not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    "last",
    [
        {"kind": "hierarchical_dense", "classes": 8},
        {"kind": "named", "name": "head", "layer": {"kind": "dense", "units": 8}},
    ],
)
def test_last_layers_of_any_kind_are_made_to_suit(last):
    plain = {"kind": "sequential", "layers": [{"kind": "dense", "units": 4}, last]}
    made = _with_outputs(from_plain(plain, "network", KINDS), 3, (5,))
    assert made.names() == ("dense_1", "dense_2" if last["kind"] == "hierarchical_dense" else "head")
    assert weighted_layers(made, (5,)) == made.names()
    whole = _with_outputs(all_convolutional(10), 4, (16, 16, 3))
    assert whole.layers[-2].filters == 4
    odd = {"kind": "sequential", "layers": [{"kind": "dense", "units": 4}, {"kind": "reshape", "shape": [2, 2]}]}
    with pytest.raises(
        InputError,
        match=r"the network ends with dense, reshape, which cannot be given 3 outputs\. Give all layers with",
    ):
        _with_outputs(from_plain(odd, "network", KINDS), 3, (5,))
