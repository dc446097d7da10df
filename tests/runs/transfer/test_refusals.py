"""What a run cannot begin with is said in a sentence, before anything is written."""

import numpy as np
import pytest

from tests.runs.small import OPTIONS, PauseAt, quick
from tests.runs.transfer.small import PLAN, beginning_with
from thalweg.data.open import open_source
from thalweg.errors import InputError
from thalweg.recipe import fit
from thalweg.runs.transfer.alike import require_alike, unknown_columns


@pytest.mark.parametrize(
    ("path", "space"),
    [
        ("network.layers.0.units", "[4, 8]"),
        ("preprocess.clip", "uniform 5 .. 20"),
        ("loss", "['binary_cross_entropy', 'hinge']"),
        ("start", "['as_drawn', 'lsuv']"),
        ("rates", "['same_rates', 'automatic_rates']"),
    ],
)
def test_a_search_may_not_reshape_or_free_what_is_trained(source, table, tmp_path, path, space):
    wanted = (
        f"space: every trial begins with the trained network of {source.run}, so {path} cannot vary. Vary numbers such "
        "as update.rate, or leave out --from."
    )
    with pytest.raises(InputError) as refused:
        beginning_with(source, table, tmp_path, search=2, freeze=1, over=(f"{path}={space}",))
    assert str(refused.value) == wanted
    assert not (tmp_path / "runs").exists()


X = np.random.default_rng(0).normal(size=(120, 4)).astype(np.float32)


RESHAPED = ("network.layers=[{kind='dense',units=9},{kind='dense',units=1}]",)
REFUSED = [
    ({"from_run": "nowhere"}, "--from: nowhere is not a run directory"),
    ({"from_run": ""}, "--from must be a run directory; got ''"),
    ({"freeze": 0}, "--freeze must be a whole number of layers, at least 1; got 0."),
    (
        {"freeze": 3},
        "--freeze 3 leaves no layer to train: the network has 3 layers with weights (dense_1, dense_2, dense_3). "
        "Freeze at most 2.",
    ),
    (
        {"freeze": 1, "from_run": None},
        "--freeze keeps layers of a trained network. Name its run with --from, or leave it out.",
    ),
    ({"network": "linear"}, "--network and --from both say what the network begins as. Give one of both."),
    ({"pretrain": "dbn"}, "--pretrain and --from both say what the network begins as. Give one of both."),
    (
        {"settings": ("preprocess.clip=5",)},
        "--from {run}: the trained network takes inputs as its own preprocessing makes them; got another one. Leave "
        "out the setting of preprocess, or --from.",
    ),
    (
        {"settings": ("start=lsuv",)},
        "--from {run}: the start LSUV makes weights anew, and --from brings trained ones. Leave one of both out.",
    ),
    (
        {"settings": RESHAPED},
        "--from {run}: no layer of the network is one of the trained ones (dense_1, batch_norm_1, dense_2, dense_3) in "
        "name and shape, so there is nothing to begin with. Leave out the setting of network.layers, or --from.",
    ),
    (
        {"settings": ("network.layers.3.units=5",), "freeze": 2},
        "--freeze 2 would keep dense_2 as it is drawn, for the trained network has no such layer. Freeze fewer layers, "
        "or leave dense_2 as the trained network has it.",
    ),
    (
        {"settings": ("rates=automatic_rates",), "freeze": 1},
        "--freeze keeps layers at a rate of 0, and automatic_rates gives each layer another one. Leave out one "
        "of both.",
    ),
    ({"drop": ("size", "price", "city")}, "--from {run}: column 'city' is missing; there are: age, income. Add it."),
    (
        {"target": "city"},
        "--from {run}: the trained network takes the column 'city' as an input, and here it is to be predicted. Choose "
        "another --target, or leave out --from.",
    ),
    (
        {"categorical": "age"},
        "--from {run}: column 'age' held numbers in training and holds names here; make it the same.",
    ),
]


@pytest.mark.parametrize(("options", "message"), REFUSED)
def test_what_does_not_go_together_is_said_in_a_sentence(source, table, tmp_path, options, message):
    with pytest.raises(InputError) as refused:
        beginning_with(source, table, tmp_path / "runs", **options)
    assert str(refused.value).startswith(message.replace("{run}", str(source.run)))
    assert not (tmp_path / "runs").exists()


def test_data_of_another_kind_or_shape_are_refused(source, tmp_path):
    plain = {**OPTIONS, "target": None, "drop": (), "runs": tmp_path / "runs", "epochs": 1}
    kind = "the trained network takes columns of a table; the data are arrays of numbers. Give data like those it was "
    with pytest.raises(InputError, match=kind):
        fit((X, (X[:, 0] > 0).astype(int)), **{**plain, "settings": PLAN, "from_run": source.run})


@pytest.mark.parametrize("kind", ["array", "image"])
def test_examples_of_another_shape_are_refused(source, kind):
    model = source.model._replace(kind=kind, schema={"kind": kind, "shape": [9, 8, 1]})
    given = open_source((np.zeros((12, 8, 8, 1), np.uint8), np.arange(12) % 2))._replace(kind=kind)
    size = r", or images of that size with --image-size" if kind == "image" else ""
    wanted = (
        r"the trained network takes examples of shape \(9, 8, 1\); the data have shape \(8, 8, 1\)\. Give data like "
        rf"those it was trained on{size}, or leave out --from\."
    )
    with pytest.raises(InputError, match=wanted):
        require_alike(model, given)
    require_alike(model._replace(schema={"kind": kind, "shape": [8, 8, 1]}), given)
    assert unknown_columns(model, given) == ()


def test_a_run_that_was_paused_has_nothing_to_begin_with(table, tmp_path):
    paused = quick(table, tmp_path, controllers=(PauseAt(2),))
    with pytest.raises(InputError, match=r"--from: .* was not brought to its end"):
        quick(table, tmp_path, from_run=paused.run, settings=PLAN)
