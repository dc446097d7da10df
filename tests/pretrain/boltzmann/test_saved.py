"""A machine's file gives it back, and a file that holds none is refused."""

import numpy as np
import pytest

from tests.pretrain.boltzmann.enumerated import drawn
from thalweg.archive import save
from thalweg.errors import InputError
from thalweg.pretrain.boltzmann.saved import WHAT, load_machine, save_machine
from thalweg.pretrain.boltzmann.units import BernoulliUnits, GaussianUnits


@pytest.mark.parametrize("units", [BernoulliUnits(), GaussianUnits()])
def test_it_comes_back_bit_for_bit(tmp_path, units):
    machine = drawn(5, 3, units=units)
    save_machine(tmp_path / "m.safetensors", machine)
    back = load_machine(tmp_path / "m.safetensors")
    assert back.units == units and type(back.units) is type(units)
    for ours, theirs in zip(machine[:3], back[:3], strict=True):
        np.testing.assert_array_equal(ours, theirs)


def write(path, *, facts=None, **changes):
    arrays = {name: np.asarray(p) for name, p in zip(drawn(3, 2)._fields, drawn(3, 2)[:3], strict=False)}
    kept = {name: array for name, array in (arrays | changes).items() if array is not None}
    save(path, kept, {"what": WHAT, "units": "bernoulli", **(facts or {})})


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"facts": {"what": "network"}}, "holds no restricted Boltzmann machine. Name a file that save_machine wrote"),
        ({"facts": {"units": "poisson"}}, "holds no restricted Boltzmann machine"),
        ({"facts": {"units": ["bernoulli"]}}, "holds no restricted Boltzmann machine"),
        ({"weights": None}, "holds no restricted Boltzmann machine"),
        ({"extra": np.zeros(1)}, "holds no restricted Boltzmann machine"),
        ({"weights": np.zeros((2, 3), np.float32)}, r"do not go together: weights \(2, 3\), visible biases \(3,\)"),
        ({"visible_bias": np.zeros(2, np.float32)}, "do not go together"),
        ({"hidden_bias": np.zeros((2, 1), np.float32)}, "do not go together"),
        (
            {"weights": np.zeros((0, 2), np.float32), "visible_bias": np.zeros(0, np.float32)},
            "do not go together",
        ),
        ({"weights": np.zeros((3, 2), np.int32)}, "weights in .* are no floats of 32 or 64 bits"),
        ({"visible_bias": np.array([0, np.nan, 0], np.float32)}, "visible_bias in .* hold numbers that are not finite"),
    ],
)
def test_a_file_that_holds_something_else_is_refused(tmp_path, changes, sentence):
    write(tmp_path / "fine")
    assert load_machine(tmp_path / "fine").weights.shape == (3, 2)
    write(tmp_path / "file", **changes)
    with pytest.raises(InputError, match=sentence):
        load_machine(tmp_path / "file")


def test_a_damaged_or_missing_file_is_refused(tmp_path):
    path = tmp_path / "m.safetensors"
    with pytest.raises(InputError, match="cannot read"):
        load_machine(path)
    save_machine(path, drawn(3, 2))
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(content)
    with pytest.raises(InputError, match="is damaged or was not written by Thalweg"):
        load_machine(path)
