"""The recorder: lines by hand, arrays of every library, crashes and restarts, misuse."""

import subprocess
import sys

import jax.numpy as jnp
import numpy as np
import pytest

import thalweg
from thalweg.errors import InputError
from thalweg.record import Recorder
from thalweg.traces.arrays import activity, named_arrays, one_number, plain, size
from thalweg.traces.own_file import HEADER
from thalweg.traces.read import read_trace
from thalweg.traces.scores import SCORES

nan, inf = np.nan, np.inf


class Tensor:
    """What PyTorch's tensors want before NumPy may have them."""

    def __init__(self, values, where="gpu", graph=True, dtype="torch.float32"):
        self.values, self.where, self.graph, self.dtype = values, where, graph, dtype

    def detach(self):
        return Tensor(self.values, self.where, False, self.dtype)

    def cpu(self):
        return Tensor(self.values, "cpu", self.graph, self.dtype)

    def float(self):
        return Tensor(self.values, self.where, self.graph)

    def __array__(self, dtype=None, copy=None):
        if self.where != "cpu" or self.graph or self.dtype != "torch.float32":
            raise TypeError("can't convert")
        return np.asarray(self.values, np.float32)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "trace.csv"


def lines(path):
    first, *rest = path.read_text().splitlines()
    assert first == HEADER
    return rest


def test_every_line_by_hand(path):
    with Recorder(path) as recorder:
        before, after = np.array([3.0, 4.0]), np.array([3.0, 4.5])
        relu, tanh = np.array([[0.0, 1.0], [0.0, 3.0]]), np.array([[-0.99, 0.5]])
        recorder.step(0, loss=2.5, rate=0.1, epoch=0, weights={"w": before}, gradients={"w": [6.0, 8.0], "b": None})
        recorder.step(1, loss=nan, rate=0.1, weights={"w": after}, activations={"relu": relu, "tanh": tanh})
        recorder.evaluation(epoch=1, training_loss=inf, validation_loss=-inf, validation_accuracy=0.5)
        recorder.step(2, rate=0.05, weights={"w": before}, updates={"w": [0.0, 0.5]})
    assert lines(path) == [
        "0,0.0,loss,,2.5",
        "0,0.0,rate,,0.1",
        "0,0.0,gradient_norm,w,10.0",
        "0,0.0,weight_norm,w,5.0",
        "1,,loss,,nan",  # the rate is as it was
        f"1,,weight_norm,w,{np.hypot(3, 4.5)}",
        "1,,update_norm,w,0.5",
        "1,,update_ratio,w,0.1",  # 0.5 / 5
        "1,,activation_mean,relu,1.0",
        f"1,,activation_deviation,relu,{np.sqrt((1 + 0 + 1 + 4) / 4)}",
        "1,,dead_share,relu,0.5",
        f"1,,activation_mean,tanh,{np.mean(tanh)}",
        f"1,,activation_deviation,tanh,{np.std(tanh)}",
        "1,,saturated_share,tanh,0.5",
        "1,1.0,training_loss,,inf",
        "1,1.0,validation_loss,,-inf",
        "1,1.0,validation_accuracy,,0.5",
        "2,,rate,,0.05",
        "2,,weight_norm,w,5.0",
        "2,,update_norm,w,0.5",
        "2,,update_ratio,w,0.1",
    ]


def test_what_was_recorded_is_read_back(path):
    with thalweg.Recorder(path) as recorder:
        for step in range(4):
            recorder.step(step, loss=4.0 - step, rate=0.5, gradients={'a, "b"\n': np.full(4, step)})
            if step % 2:
                recorder.evaluation(epoch=step / 2, validation_loss=nan, training_r2=0.25, validation_r2=0.125)
    trace = read_trace(path)
    assert (trace.form, trace.metric, trace.unread, trace.remarks) == ("Thalweg trace", "r2", (), ())
    np.testing.assert_array_equal(trace.step, [0, 1, 2, 3])
    np.testing.assert_array_equal(trace.epoch, [nan, 0.5, nan, 1.5])
    np.testing.assert_array_equal(trace.batch_loss, [4, 3, 2, 1])
    np.testing.assert_array_equal(trace.rate, [0.5, nan, nan, nan])
    np.testing.assert_array_equal(trace.training_score, [nan, 0.25, nan, 0.25])
    np.testing.assert_array_equal(trace.validation_score, [nan, 0.125, nan, 0.125])
    assert trace.recorded["validation_loss"].tolist() == [False, True, False, True]
    np.testing.assert_array_equal(trace.tensors["gradient_norm"]['a, "b"'], [0, 2, 4, 6])
    np.testing.assert_array_equal(trace.tensor_step["gradient_norm"]['a, "b"'], [0, 1, 2, 3])


@pytest.mark.parametrize("score", SCORES)
def test_every_score_is_read_back(path, score):
    with Recorder(path) as recorder:
        recorder.evaluation(epoch=1, training_loss=1, **{f"training_{score}": 0.25, f"validation_{score}": 0.5})
    trace = read_trace(path)
    assert (trace.metric, trace.training_score[0], trace.validation_score[0]) == (score, 0.25, 0.5)


def test_tensors_are_looked_into_at_first_and_then_now_and_again(path):
    with Recorder(path, every=100) as recorder:
        w = np.zeros(2)
        for step in range(302):
            w[0] += 1  # in place, as most loops do
            recorder.step(step, weights={"w": w}, activations={"a": [1.0]} if recorder.due(step) else None)
    rows = [line.split(",") for line in lines(path)]
    assert [step for step in range(302) if recorder.due(step)] == [*range(201), 299, 300]
    steps = [int(row[0]) for row in rows if row[2] == "update_norm"]
    assert steps == [*range(1, 200), 200, 300]
    assert {row[4] for row in rows if row[2] == "update_norm"} == {"1.0"}
    assert [int(row[0]) for row in rows if row[2] == "activation_mean"] == [*range(200), 200, 300]


def test_an_update_is_told_of_neighbouring_steps_alone(path):
    with Recorder(path) as recorder:
        recorder.step(0, weights={"w": [1.0], "zero": [0.0], "grows": [1.0]})
        recorder.step(1, weights={"w": [2.0], "zero": [1.0], "grows": [1.0, 2.0]})
        recorder.step(3, weights={"w": [3.0], "zero": [1.0]})
    updates = [line for line in lines(path) if "update" in line]
    assert updates == ["1,,update_norm,w,1.0", "1,,update_ratio,w,1.0", "1,,update_norm,zero,1.0"]


def test_a_crash_loses_nothing(path):
    with pytest.raises(ZeroDivisionError), Recorder(path) as recorder:
        recorder.step(0, loss=1.0)
        assert lines(path) == ["0,,loss,,1.0"]
        1 / 0  # noqa: B018
    recorder = Recorder(path, resume=True)
    recorder.step(1, loss=2.0)  # and never closed
    assert lines(path) == ["0,,loss,,1.0", "1,,loss,,2.0"]
    recorder.close()


def test_a_restart_goes_on_behind_the_last_whole_line(path):
    with Recorder(path) as recorder:
        for step in range(4):
            recorder.step(step, loss=float(step))
    path.write_text(path.read_text()[:-2])  # a power cut
    cut = read_trace(path)
    assert cut.batch_loss.tolist() == [0, 1, 2]
    assert cut.remarks == ("The last line is cut short; it was left out.",)
    with Recorder(path, resume=True) as recorder:
        recorder.step(2, loss=20.0, gradients={"w": [1.0]})
        recorder.step(3, loss=30.0, gradients={"w": [2.0]})
    trace = read_trace(path)
    assert trace.batch_loss.tolist() == [0, 1, 20, 30]
    with Recorder(path, resume=True) as recorder:
        recorder.step(3, loss=31.0, gradients={"w": [3.0]})
    assert read_trace(path).batch_loss.tolist() == [0, 1, 20, 31]
    assert read_trace(path).tensors["gradient_norm"]["w"].tolist() == [1, 3]
    with Recorder(path, resume=True) as recorder:
        recorder.step(1, loss=10.0)
    trace = read_trace(path)
    assert trace.batch_loss.tolist() == [0, 10]
    assert trace.tensors == {}
    assert "as after a restart" in trace.remarks[0]
    with Recorder(path) as recorder:
        recorder.step(0, loss=7.0)
    assert lines(path) == ["0,,loss,,7.0"]  # without resume it begins anew
    with Recorder(path.with_name("new.csv"), resume=True) as recorder:
        recorder.step(0, loss=7.0)
    assert lines(recorder.path) == ["0,,loss,,7.0"]


@pytest.mark.parametrize(
    "array",
    [
        np.array([3, 4]),
        np.array([3, 4], np.float16),
        np.array([3, 4], np.longdouble),
        [3, 4.0],
        jnp.array([3.0, 4.0]),
        jnp.array([3.0, 4.0], jnp.bfloat16),
        Tensor([3.0, 4.0]),
        Tensor([3.0, 4.0], dtype="torch.bfloat16"),
    ],
    ids=lambda array: type(array).__name__,
)
def test_arrays_of_every_library(array):
    assert size(plain(array, "w")) == 5.0


def test_norms_of_very_large_and_very_small_numbers():
    assert size(np.full(4, 1e30, np.float32)) == 2 * float(np.float32(1e30))
    assert size(np.full(4, 1e300)) == 2e300
    np.testing.assert_allclose(size(np.full(4, 1e-300)), 2e-300, rtol=1e-15)
    assert size(np.zeros(3)) == size(np.zeros(0)) == 0.0
    assert np.isnan(size(np.array([1.0, nan])))
    assert size(np.array([1.0, -inf])) == inf


def test_groups_are_named_by_their_place():
    tree = {"a": {"w": np.ones(1), "b": [1.0]}, "c": (np.ones(1), None, [np.ones(1)]), "x\0" + "y" * 300: 2.0}
    names = [name for name, _ in named_arrays(tree, "weights")]
    assert names == ["a/w", "a/b", "c/0", "c/2/0", "x" + "y" * 96 + "..." + "y" * 100]


def test_layers_show_what_function_they_have():
    assert activity(np.array([[0.0, 0.001], [0.0, 0.5]]), -1)["dead_share"] == 0.5
    assert activity(np.zeros((2, 3)), -1)["dead_share"] == 1.0
    assert activity(np.array([[1e-9, 0.5], [0.5, 1.0]]), -1)["saturated_share"] == 0.5  # a sigmoid
    assert activity(np.array([[0.0, 0.5], [0.5, 1.0]]), -1)["saturated_share"] == 0.5  # one at its very ends
    assert activity(np.array([[-0.5, 0.5]]), -1)["saturated_share"] == 0.0
    assert activity(np.array([[-0.5, 0.975]]), -1)["saturated_share"] == 0.5  # within 1.5% of -1 .. 1
    assert set(activity(np.array([[-0.2, 5.0]]), -1)) == {"activation_mean", "activation_deviation"}
    assert activity(np.zeros((0, 3)), -1) == {}
    assert np.isnan(activity(np.array([[nan, 0.0]]), -1)["activation_mean"])
    images = np.zeros((2, 3, 4, 4))
    images[0, 1, 2, 2] = 1.5  # one channel of three is alive
    assert activity(images, 1)["dead_share"] == 2 / 3


def test_the_units_of_pytorchs_images_are_their_second_axis(path):
    images = np.zeros((2, 3, 4, 4))
    images[0, 1, 2, 2] = 1.5
    with Recorder(path) as recorder:
        recorder.step(0, activations={"torch": Tensor(images), "keras": np.moveaxis(images, 1, -1)})
    assert [line.split(",")[4] for line in lines(path) if "dead" in line] == [repr(2 / 3), repr(2 / 3)]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda r: r.step(0, loss="low"), r"loss should be an array of real numbers; got str"),
        (
            lambda r: r.step(0, loss=[1.0, 2.0]),
            r"loss should be one number; got an array of shape \(2,\)\. Take",
        ),
        (lambda r: r.step(0.5, loss=1), "wants step as a whole number; got 0.5"),
        (lambda r: r.step(nan, loss=1), "wants step as a whole number; got nan"),
        (lambda r: r.step(0, weights=[1.0]), r"weights should be arrays by name, such as \{'dense/w': w\}; got list"),
        (lambda r: r.step(0, gradients={"w": 1j}), "w should be an array of real numbers; got complex"),
        (lambda r: r.step(0, gradients={"w": [[1.0], [1.0, 2.0]]}), "w should be an array of real numbers; got list"),
        (lambda r: r.evaluation(epoch=1), "wants a loss or a score, such as training_loss, validation_loss; got none"),
        (lambda r: r.evaluation(validation_loss=1), "wants step= or epoch=, for no step was recorded before"),
        (
            lambda r: r.evaluation(epoch=1, valid_accuracy=1),
            "unknown score 'valid_accuracy'. Did you mean 'val",
        ),
    ],
    ids=range(10),
)
def test_misuse_is_said(path, call, message):
    with Recorder(path) as recorder, pytest.raises(InputError, match=message):
        call(recorder)


def test_places_that_cannot_be_written_are_said(path):
    with pytest.raises(InputError, match=r"wants every as a whole number from 1; got 0"):
        Recorder(path, every=0)
    with pytest.raises(InputError, match=r"cannot write .*: No such file or directory"):
        Recorder(path.parent / "none" / "trace.csv")
    with pytest.raises(InputError, match="it is a folder or a device"):
        Recorder(path.parent)
    path.write_text("age,income\n1,2\n")
    for resume in (False, True):
        with pytest.raises(InputError, match=r"is there already, and is no trace of thalweg\.record\. Choose"):
            Recorder(path, resume=resume)
    assert path.read_text() == "age,income\n1,2\n"
    recorder = Recorder(path.with_name("new.csv"))
    recorder.close()
    with pytest.raises(InputError, match="it was closed"):
        recorder.step(0, loss=1)


def test_nothing_is_imported_but_numpy():
    script = (
        "import sys, thalweg.record, thalweg.traces.read, thalweg.traces.looks, thalweg\nthalweg.Recorder\n"
        "print(sorted({'jax', 'jaxlib', 'polars', 'torch', 'keras', 'optax', 'jaxtyping', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_one_number_is_one_number():
    assert (
        one_number(jnp.float32(0.5), "x") == one_number(Tensor(0.5), "x") == one_number(np.array([[0.5]]), "x") == 0.5
    )
