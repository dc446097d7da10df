"""The comparison of ensembles: the large network's size, what is kept, and what is compared."""

import numpy as np
import pytest
from bench.ensembles import Seen, count, gains, larger, main, place, read_seen, three
from bench.grounds import Data

from bench import ensembles
from tests.search.ground import small, small_ground
from thalweg.experiment import Experiment
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.presets.convolutional import small_convolutional
from thalweg.network.presets.dense import dense_network


@pytest.mark.parametrize(
    ("network", "shape"),
    [(dense_network(3, hidden=(128, 128), drop=0.2), (20,)), (small_convolutional(10), (32, 32, 3))],
)
def test_the_large_network_has_five_times_the_parameters_and_the_same_outputs(network, shape):
    wide = larger(Experiment(network, SoftmaxCrossEntropy()), shape).network
    assert count(wide, shape) == pytest.approx(5 * count(network, shape), rel=0.05)
    assert wide.layers[-1] == network.layers[-1]


def test_parameters_are_weights_and_shifts():
    assert count(dense_network(2, hidden=(5,)), (3,)) == 3 * 5 + 5 + 5 * 2 + 2


def test_a_network_too_small_to_be_told_apart_is_refused():
    with pytest.raises(ValueError, match="no width gives"):
        larger(Experiment(dense_network(2, hidden=(1,)), SoftmaxCrossEntropy()), (100,), times=2.5)


def of_classes(*right):
    """Predictions of networks that are right on some of four rows, the same on both parts."""
    truth = np.zeros(4, int)
    outputs = np.stack([np.where(np.arange(4)[:, None] < count, [0.9, 0.1], [0.4, 0.6]) for count in right])
    return truth, outputs


def test_the_best_member_is_chosen_on_the_validation_part():
    truth, outputs = of_classes(1, 3)
    seen = Seen("accuracy", (1, 5), (truth, truth), (outputs, outputs[::-1]), outputs[0])
    ensemble, member, large = three(seen)
    assert np.array_equal(member.outputs, outputs[0])  # the second is best on the validation part
    assert np.allclose(ensemble.outputs, outputs.mean(axis=0))
    assert large.outputs is seen.large
    over_member, over_large = gains([seen])
    assert (over_member.score, over_member.other, over_large.other) == (0.75, 0.25, 0.25)
    assert over_member.value == over_large.value == 0.5


def test_what_was_predicted_is_kept_and_not_trained_again(monkeypatch, tmp_path, capsys):
    ground = small_ground()
    data = Data(ground.source, ground.prepared.split, small())
    monkeypatch.setattr(ensembles, "read", lambda name, seed: data)
    monkeypatch.setattr(ensembles, "MEMBERS", 2)
    monkeypatch.setattr("sys.argv", ["ensembles", str(tmp_path), "--seeds", "1", "--only", "small"])
    main()
    seen = read_seen(place(tmp_path, "small", 0))
    assert len(seen.members[0]) == 2
    assert len(seen.members[1][0]) == len(seen.large) == len(data.split.test) == len(seen.truth[1])
    first = capsys.readouterr().out
    assert "| small | " in first
    monkeypatch.setattr(ensembles, "trained", None)
    main()
    assert capsys.readouterr().out == first
