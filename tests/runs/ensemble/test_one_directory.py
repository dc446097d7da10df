"""Several networks in one directory: nothing lost, and nothing accepted that would fail in use."""

import jax
import numpy as np
import pytest

from tests.runs.small import contents, copy_of, same_bits
from thalweg.archive import load, save
from thalweg.errors import InputError
from thalweg.runs.ensemble.combined import combined
from thalweg.runs.loading import load as load_run
from thalweg.runs.model import load_model, member_name, member_path, predict_inputs, save_model
from thalweg.runs.record import read_record


def other(model, factor):
    """A network like a model, with other weights."""
    return model._replace(params=jax.tree.map(lambda leaf: leaf * factor, model.params))


@pytest.fixture
def three(finished):
    """An ensemble of three networks."""
    model = finished.model
    return model._replace(others=(other(model, 0.5), other(model, -1.0)), temperature=2.0)


def rewritten(path, **facts):
    """Write a file's facts anew."""
    held, told = load(path)
    save(path, held, {**told, **facts})


def test_an_ensemble_comes_back_as_it_was(three, tmp_path):
    save_model(tmp_path / "m.safetensors", three)
    back = load_model(tmp_path / "m.safetensors")
    assert len(back.others) == 2 and same_bits(back, three)
    assert all(same_bits(a, b) for a, b in zip(back.others, three.others, strict=True))
    assert (back.average, back.temperature) == ("probabilities", 2.0)
    assert all(one.fitted is back.fitted for one in back.others)  # which is prepared once for all


def test_members_that_lie_there_already_are_found_by_their_numbers(three, tmp_path):
    (tmp_path / "members").mkdir()
    for number, one in zip((2, 7), three.others, strict=True):
        save_model(member_path(tmp_path, number), one._replace(run=member_name(three.run, number)))
    before = contents(tmp_path)
    save_model(tmp_path / "m.safetensors", three, (2, 7))
    assert {name: content for name, content in contents(tmp_path).items() if name in before} == before
    assert same_bits(load_model(tmp_path / "m.safetensors").others[1], three.others[1])


@pytest.mark.parametrize("average", ["probabilities", "scores"])
def test_it_predicts_the_mean_at_its_temperature(three, table, average):
    import polars

    from thalweg.data.open import open_inputs

    three = three._replace(average=average)
    inputs = open_inputs(polars.read_csv(table).head(20), schema=three.schema, mode="default").inputs
    each = np.stack([predict_inputs(one, inputs) for one in (three._replace(others=()), *three.others)])
    powers = np.sqrt(combined(each, average))  # at a temperature of 2
    np.testing.assert_allclose(predict_inputs(three, inputs), powers / powers.sum(axis=1, keepdims=True), rtol=1e-9)


def test_networks_that_fit_does_not_make_predict_as_one_from_a_runs_directory(finished, table, tmp_path):
    run = copy_of(finished.run, tmp_path / "run")
    model = load_run(run).model
    save_model(run / "model.safetensors", model._replace(others=(other(model, 0.0),)))
    alone, together = (load_run(place).predict(str(table))["p_yes"].to_numpy() for place in (finished.run, run))
    np.testing.assert_allclose(together, (alone + 0.5) / 2, rtol=1e-6)  # a network of zeros says one half


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"members": [0]}, "does not hold a whole model: members that are none"),
        ({"members": [1, 1]}, "does not hold a whole model: members that are none"),
        ({"members": [100]}, "does not hold a whole model: members that are none"),
        ({"members": ["../../secret"]}, "members.0 must be a whole number; got '../../secret'"),
        ({"members": [3]}, "cannot read .*3.safetensors: No such file"),
        ({"average": "votes"}, "does not hold a whole model: an average of 'votes'"),
        ({"temperature": 0.0}, "does not hold a whole model: a temperature of 0.0"),
        ({"temperature": 1e-320}, "does not hold a whole model: a temperature of 1e-320"),
        ({"temperature": 1e308}, "does not hold a whole model: a temperature of 1e\\+308"),
        ({"temperature": None}, "does not hold a whole model: a temperature of nan"),
    ],
)
def test_what_would_fail_in_use_is_refused_when_it_is_read(three, tmp_path, facts, told):
    save_model(tmp_path / "m.safetensors", three)
    rewritten(tmp_path / "m.safetensors", **facts)
    with pytest.raises(InputError, match=told):
        load_model(tmp_path / "m.safetensors")


@pytest.mark.parametrize("facts", [{"run": "another"}, {"members": [1]}, {"task": ["classes", "other", ["no", "yes"]]}])
def test_a_member_of_another_ensemble_is_refused(three, tmp_path, facts):
    save_model(tmp_path / "m.safetensors", three)
    rewritten(member_path(tmp_path, 2), **facts)
    with pytest.raises(InputError, match=r"2\.safetensors is of another ensemble\. Put back the run's own file"):
        load_model(tmp_path / "m.safetensors")


def test_numbers_have_no_probabilities_to_temper_or_scores_to_average(finished, three, tmp_path):
    loss = {"kind": "squared_hinge"}
    for facts in ({"temperature": 2.0}, {"temperature": 1.0, "average": "scores"}):
        save_model(tmp_path / "m.safetensors", three._replace(others=()))
        held, told = load(tmp_path / "m.safetensors")
        save(tmp_path / "m.safetensors", held, {**told, "experiment": {**told["experiment"], "loss": loss}, **facts})
        with pytest.raises(InputError, match=r"a temperature of 2\.0|an average of 'scores'"):
            load_model(tmp_path / "m.safetensors")


def test_a_link_among_the_members_is_not_followed(finished, tmp_path):
    run = copy_of(finished.run, tmp_path / "run")
    (run / "members").mkdir()
    member_path(run, 1).symlink_to(tmp_path)
    with pytest.raises(InputError, match=r"is a link or a device, which no run directory holds"):
        read_record(run)


def test_a_place_where_no_folder_can_be_is_said(three, tmp_path):
    (tmp_path / "members").write_text("in the way")
    with pytest.raises(InputError, match=r"cannot make .*members: File exists\. Choose another place\."):
        save_model(tmp_path / "m.safetensors", three)
