"""Whatever a file holds, it is a trace or an InputError."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.traces import event_writer as w
from thalweg.errors import InputError
from thalweg.traces.looks import at_evaluations
from thalweg.traces.read import read_trace
from thalweg.traces.trace import CURVES

CELLS = st.sampled_from(["", "1", "nan", "-inf", "1e400", "x", '"', "0.5%", "é", "-3", "9" * 400, "\x1c", "\r", "1,2"])
NAMES = st.sampled_from("epoch step loss val_loss acc val_acc lr grad_norm time train_loss_step".split())
LINES = st.lists(st.lists(CELLS | NAMES, max_size=5).map(",".join), max_size=12).map("\n".join)
TABLES = st.tuples(st.lists(NAMES, min_size=1, max_size=4, unique=True).map(",".join), LINES).map("\n".join)
VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)
OWN = LINES.map("step,epoch,measure,tensor,value\n{}".format)
TEXTS = (LINES | TABLES | OWN | VALUES.map(json.dumps)).map(str.encode)


def sound(path):
    """Read a file; where that is not refused, hold the trace to what it promises."""
    try:
        trace = read_trace(path)
    except InputError as error:
        assert str(path) in str(error)
        return
    for told in (trace, at_evaluations(trace)):
        rows = len(told.step)
        assert {len(told.curve(name)) for name in CURVES} | {len(told.epoch)} == {rows}
        assert np.isnan(told.step).all() or not np.isnan(told.step).any()
        assert not (np.diff(told.step) < 0).any()
        for name in CURVES:
            assert told.recorded[name].dtype == bool
            assert np.isnan(told.curve(name)[~told.recorded[name]]).all()
    for measure, group in trace.tensors.items():
        assert {n: v.shape for n, v in group.items()} == {n: s.shape for n, s in trace.tensor_step[measure].items()}
        assert all(len(values) for values in group.values())


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("hostile") / "file"


@settings(max_examples=300, deadline=None, derandomize=True)
@given(TEXTS | st.binary(max_size=200))
def test_texts(path, content):
    path.write_bytes(content)
    sound(path)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.data())
def test_events_with_bytes_changed(path, data):
    values = [w.scalar("loss", 1.0), w.scalar_2("val_loss", 2.0), w.histogram("w", [3.0, 0.0], [0.0, 4.0])]
    events = [w.event(step, *values, time=float(step)) for step in (1, 2, 3)]
    at = data.draw(st.integers(0, 2))
    changed = bytearray(events[at])
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    events[at] = bytes(changed)  # the checks are of the changed bytes, so that what is behind them is reached
    content = b"".join(w.record(event) for event in events)
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    sound(path)
