"""The experiment: one value, all of it reachable from a file."""

import dataclasses
import json
import tomllib

import jax
import numpy as np
import pytest
import tomlkit

from thalweg.activations.relu import ReLU
from thalweg.activations.tanh import Tanh
from thalweg.catalogue import KINDS
from thalweg.errors import InputError
from thalweg.experiment import Experiment, Training
from thalweg.initializers.he_normal import HeNormal
from thalweg.initializers.small_normal import SmallNormal
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.dense import Dense
from thalweg.layers.dropout import Dropout
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.losses.squared_error import SquaredError
from thalweg.network.named import Named
from thalweg.network.sequential import Sequential
from thalweg.objective import Objective
from thalweg.penalties.l2 import L2
from thalweg.penalties.no_penalty import NoPenalty
from thalweg.preprocess.arrays import MinMax, NoPreprocessing
from thalweg.preprocess.table import TableEncoding
from thalweg.schedules.constant import Constant
from thalweg.schedules.cosine import Cosine
from thalweg.schedules.warmup import Warmup
from thalweg.serialise import changed, from_plain, to_plain
from thalweg.spec import parts, stack
from thalweg.train.state import Learner, learner_of
from thalweg.updates.adam import Adam


def rich():
    """Every sort of field somewhere."""
    layers = (
        *(Dense(64, HeNormal(), bias=0.01), BatchNorm(0.95, 1e-4), Activation(Tanh()), Dropout(0.25)),
        *(Named("head", Dense(3, SmallNormal(0.02))),),
    )
    return Experiment(
        network=Sequential(layers),
        loss=SquaredError(half=False),
        preprocess=TableEncoding(MinMax(-1.0, 2.0), clip=5, min_count=2, max_levels=9, pieces=4),
        penalty=L2(0.01, half=False),
        update=Adam(3e-4, 0.8, 0.99, 1e-7),
        schedule=Warmup(0.1, Cosine(0.05)),
        training=Training(batch=16, epochs=30, patience=4),
    )


def small():
    return Experiment(Sequential((Dense(3),)), SoftmaxCrossEntropy())


def test_what_is_not_said_has_its_default():
    experiment = small()
    assert experiment.preprocess == NoPreprocessing()
    assert experiment.penalty == NoPenalty()
    assert experiment.update == Adam()
    assert experiment.schedule == Constant()
    assert experiment.training == Training(128, 100, 20)


def test_the_objective_is_made_of_network_loss_and_penalty():
    assert rich().objective() == Objective(rich().network, rich().loss, rich().penalty)


def test_the_learner_is_what_the_compiled_program_needs():
    experiment = rich()
    assert learner_of(experiment) == Learner(experiment.objective(), experiment.update, experiment.schedule)
    # How long to train and how to preprocess compile nothing.
    shorter = from_plain(changed(to_plain(experiment), "training.epochs", 3), "experiment", KINDS)
    assert learner_of(shorter) == learner_of(experiment)


@pytest.mark.parametrize("experiment", [small(), rich()], ids=["small", "rich"])
def test_files_give_it_back(experiment):
    plain = to_plain(experiment)
    for read in (plain, json.loads(json.dumps(plain)), tomllib.loads(tomlkit.dumps(plain))):
        again = from_plain(read, "experiment", KINDS)
        assert again == experiment
        assert hash(again) == hash(experiment)
        assert repr(again) == repr(experiment)


def leaves(plain, path=""):
    """Every (path, value) of a plain value that is no table of its own."""
    items = plain.items() if isinstance(plain, dict) else enumerate(plain)
    for name, value in items:
        here = f"{path}.{name}" if path else str(name)
        if isinstance(value, dict | list):
            yield from leaves(value, here)
        else:
            yield here, value


def at(plain, path):
    for step in path.split("."):
        plain = plain[int(step)] if isinstance(plain, list) else plain[step]
    return plain


SETTINGS = [(path, value) for path, value in leaves(to_plain(rich())) if path.rpartition(".")[2] != "kind"]
KINDS_USED = {value for path, value in leaves(to_plain(rich())) if path.rpartition(".")[2] == "kind"}


def another(value):
    if isinstance(value, bool):
        return not value
    if value in ("full", "mean"):
        return "bfloat16" if value == "full" else "sum"
    return f"{value}_2" if isinstance(value, str) else value + 1 if isinstance(value, int) else 0.75 * value or 0.5


@pytest.mark.parametrize(("path", "value"), SETTINGS, ids=[path for path, _ in SETTINGS])
def test_every_field_can_be_changed_by_its_path(path, value):
    plain = to_plain(rich())
    made = from_plain(changed(plain, path, another(value)), "experiment", KINDS)
    again = to_plain(made)
    assert made != rich()
    assert at(again, path) == another(value) != at(plain, path)
    assert {p for p, v in leaves(again) if v != dict(leaves(plain))[p]} == {path}  # and nothing else


def test_the_settings_are_all_there():
    # Else a field that files leave out would be missed by the test above.
    words = {path.rpartition(".")[2] for path, _ in SETTINGS}
    used = {cls for members in KINDS.values() for kind, cls in members.items() if kind in KINDS_USED}
    fields = {f.name for cls in used for f in dataclasses.fields(cls) if f.name not in parts(cls)}
    assert words == fields
    assert KINDS_USED >= {"sequential", "dense", "named", "activation", "warmup", "cosine", "adam", "table_encoding"}


@pytest.mark.parametrize(
    ("path", "kind", "wanted"),
    [
        ("network.layers.2.function", "relu", ReLU()),
        ("network.layers.0.weights", "glorot_normal", None),
        ("loss", "softmax_cross_entropy", SoftmaxCrossEntropy()),
        ("preprocess", "no_preprocessing", NoPreprocessing()),
        ("penalty", "no_penalty", NoPenalty()),
        ("update", "momentum", None),
        ("schedule.then", "constant", Constant()),
    ],
)
def test_every_part_can_be_exchanged_by_its_kind(path, kind, wanted):
    made = from_plain(changed(to_plain(rich()), path, kind), "experiment", KINDS)
    plain = at(to_plain(made), path)
    assert plain["kind"] == kind
    if wanted is not None:
        assert plain == to_plain(wanted)


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Training(batch=0), r"Training.batch must be at least 1; got 0\."),
        (lambda: Training(epochs=0), r"Training.epochs must be in \[1, 1e\+07\]; got 0\."),
        (lambda: Training(patience=2.5), r"Training.patience must be a whole number; got 2.5\."),
        (lambda: Experiment(Dense(3), SoftmaxCrossEntropy()), r"Experiment.network must be one part of the family"),
        (lambda: Experiment(small().network, L2()), r"Experiment.loss must be one part of the family 'loss'"),
        (lambda: Experiment(small().network, SoftmaxCrossEntropy(), update=L2()), r"family 'update rule'"),
        (lambda: Experiment(small().network, SoftmaxCrossEntropy(), preprocess=3), r"family 'preprocessing'; got 3"),
    ],
)
def test_wrong_parts_and_numbers_are_refused(make, text):
    with pytest.raises(InputError, match=text):
        make()


@pytest.mark.parametrize(
    ("path", "value", "text"),
    [
        ("update.rate", -1, r"^update: Adam.rate must be in \(0, inf\); got -1"),
        ("network.layers.1.momentum", 2, r"^network.layers.1: BatchNorm.momentum must be in \[0, 1\); got 2"),
        ("network.layers.0.unit", 3, r"^network.layers.0: unknown field of dense 'unit'\. Did you mean 'units'\?"),
        ("update", "adan", r"^update: unknown update rule 'adan'\. Did you mean 'adam'\?"),
        ("trainnig.epochs", 3, r"unknown setting 'trainnig'\. Did you mean 'training'\?"),
    ],
)
def test_a_wrong_setting_is_named_by_its_path(path, value, text):
    with pytest.raises(InputError, match=text):
        from_plain(changed(to_plain(rich()), path, value), "experiment", KINDS)


def test_its_numbers_are_leaves_and_its_structure_is_not():
    # Every setting that is a number, but for units (twice), batch, max_levels and pieces.
    numbers = [path for path, value in SETTINGS if not isinstance(value, bool | str)]
    assert len(jax.tree.leaves(rich())) == len(numbers) - 5
    grid = stack([small(), Experiment(Sequential((Dense(3),)), SoftmaxCrossEntropy(), update=Adam(0.5))])
    np.testing.assert_allclose(grid.update.rate, [1e-3, 0.5])
    assert jax.tree.structure(small()) != jax.tree.structure(rich())
