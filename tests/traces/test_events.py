"""TensorBoard's event files: numbers by hand, both versions, folders, restarts, clocks, damage."""

import struct
import tracemalloc

import numpy as np
import pytest

from tests.traces import event_writer as w
from thalweg.errors import InputError
from thalweg.traces import crc32c, events, tfrecord
from thalweg.traces.read import read_trace

NAME = "events.out.tfevents.1700000000.here.1.0"


def test_the_check_is_that_of_the_standard():
    # RFC 3720, B.4: 32 bytes of zeros, of ones, rising; and the usual "123456789".
    assert crc32c.crc32c(bytes(32)) == 0x8A9136AA
    assert crc32c.crc32c(b"\xff" * 32) == 0x62A8AB43
    assert crc32c.crc32c(bytes(range(32))) == 0x46DD794E
    assert crc32c.crc32c(b"123456789") == 0xE3069283
    assert crc32c.crc32c(b"") == 0


@pytest.mark.parametrize("length", [1023, 1024, 1025, 2048, 4097, 70001])
def test_long_records_are_checked_in_pieces_to_the_same_end(length):
    data = np.random.default_rng(length).integers(0, 256, length, np.uint8).tobytes()
    assert crc32c.crc32c(data) == w.crc32c(data)
    assert crc32c.crc32c(bytes(length)) == w.crc32c(bytes(length))


@pytest.mark.parametrize("scalar", [w.scalar, w.scalar_2])
def test_scalars_of_both_versions(tmp_path, scalar):
    w.write(
        tmp_path / NAME,
        w.event(0, scalar("Loss/train", 2.5), scalar("lr", 0.5)),
        w.event(10, scalar("Loss/train", 1.5)),
        w.event(10, scalar("Loss/val", 1.75), scalar("Accuracy/val", 0.25), scalar("time", 3.0)),
    )
    for path in (tmp_path, tmp_path / NAME):
        trace = read_trace(path)
        assert (trace.form, trace.path, trace.metric) == ("TensorBoard events", str(path), "accuracy")
        assert trace.step.tolist() == [0, 10]
        assert np.isnan(trace.epoch).all()
        assert trace.training_loss.tolist() == [2.5, 1.5]
        np.testing.assert_array_equal(trace.validation_loss, [np.nan, 1.75])
        np.testing.assert_array_equal(trace.validation_score, [np.nan, 0.25])
        np.testing.assert_array_equal(trace.rate, [0.5, np.nan])
        assert trace.recorded["validation_loss"].tolist() == [False, True]
        assert (trace.unread, trace.remarks) == (("time",), ())


@pytest.mark.parametrize(
    ("value", "got"),
    [
        (w.tensor("loss", 1, (), w.single(5, 0.5)), 0.5),  # float_val
        (w.tensor("loss", 1, (), w.field(5, 2, struct.pack("<f", 0.5))), 0.5),  # packed
        (w.tensor("loss", 2, (), w.double(6, 0.1)), 0.1),  # double_val
        (w.tensor("loss", 2, (1,), w.field(4, 2, struct.pack("<d", 0.1))), 0.1),
        (w.tensor("loss", 19, (), w.field(4, 2, struct.pack("<e", 0.5))), 0.5),  # half
        (w.tensor("loss", 3, (), w.field(7, 0, 3)), 3.0),  # int_val
        (w.tensor("loss", 9, (), w.field(10, 2, w.varint(300))), 300.0),  # int64_val, packed
        (w.tensor("loss", 9, (), w.field(10, 0, -2)), -2.0),
        (w.tensor("loss", 1, ()), 0.0),  # a zero is not written
        (w.scalar("loss", float("nan")), np.nan),
        (w.scalar("loss", float("inf")), np.inf),
    ],
    ids=range(11),
)
def test_a_scalar_may_be_of_any_type_of_number(tmp_path, value, got):
    trace = read_trace(w.write(tmp_path / NAME, w.event(1, value)))
    np.testing.assert_array_equal(trace.training_loss, [got])
    assert trace.recorded["training_loss"].tolist() == [True]


def test_histograms_become_norms_and_shares_of_zeros(tmp_path):
    limits = [-1e-12, 1e-12, 2.0, 4.0]
    values = [3.0, 0.0, 0.0, 4.0]
    w.write(
        tmp_path / NAME,
        w.event(7, w.scalar("loss", 1.0), w.histogram("fc.weight", values, limits)),
        w.event(7, w.histogram("fc.weight.grad", values, limits), w.histogram("activations/fc", values, limits)),
        w.event(7, w.histogram("updates/fc.weight", [0.3, 0.4], [0.35, 0.45]), w.histogram("what", values, limits)),
    )
    trace = read_trace(tmp_path)
    assert {m: {n: v.tolist() for n, v in group.items()} for m, group in trace.tensors.items()} == {
        "gradient_norm": {"fc.weight": [5.0]},  # sqrt(9 + 16)
        "weight_norm": {"fc.weight": [5.0]},
        "update_norm": {"fc.weight": [0.5]},
        "activation_mean": {"fc": [1.75]},
        "activation_deviation": {"fc": [np.sqrt(25 / 4 - 1.75**2)]},
        "gradient_zero_share": {"fc.weight": [0.5]},
        "activation_zero_share": {"fc": [0.5]},
    }
    assert trace.tensor_step["weight_norm"]["fc.weight"].tolist() == [7]
    assert trace.unread == ("what",)


def test_histograms_of_version_2_are_taken_as_even_within_each_bucket(tmp_path):
    even = w.histogram_2("dense/kernel/histogram", [(0.0, 3.0, 2.0), (3.0, 3.0, 1.0)])
    zeros = w.histogram_2("dense/bias/histogram", [(0.0, 0.0, 8.0)])
    gradient = w.histogram_2("gradients/dense/kernel", [(-1.0, 1.0, 4.0)])
    trace = read_trace(w.write(tmp_path / NAME, w.event(1, w.scalar_2("loss", 1.0), even, zeros, gradient)))
    # The mean of x^2 over 0 .. 3 is 3, over -1 .. 1 it is 1 / 3.
    assert trace.tensors["weight_norm"]["dense/kernel"].tolist() == [np.sqrt(2 * 3 + 9)]
    assert trace.tensors["weight_norm"]["dense/bias"].tolist() == [0.0]
    np.testing.assert_allclose(trace.tensors["gradient_norm"]["dense/kernel"], [np.sqrt(4 / 3)], rtol=1e-15)
    assert "gradient_zero_share" not in trace.tensors  # the bucket may hold anything


def test_the_folders_of_keras_are_one_run(tmp_path):
    for part, loss in (("train", 1.0), ("validation", 2.0)):
        w.write(
            tmp_path / part / f"{NAME}.v2",
            w.event(0, w.scalar_2("epoch_loss", loss), w.scalar_2("epoch_accuracy", 0.5)),
            w.event(1, w.scalar_2("epoch_loss", loss / 2), w.tensor("keras", 7, (), w.text(8, "{}"))),
        )
    trace = read_trace(tmp_path)
    assert trace.epoch.tolist() == [0, 1]
    assert np.isnan(trace.step).all()
    assert trace.training_loss.tolist() == [1.0, 0.5]
    assert trace.validation_loss.tolist() == [2.0, 1.0]
    np.testing.assert_array_equal(trace.training_score, [0.5, np.nan])
    assert trace.unread == ("train/keras", "validation/keras")


def test_tags_that_count_epochs_are_placed_by_the_time_of_day(tmp_path):
    steps = [w.event(s, w.scalar("Loss/train", 9.0 - s), time=100.0 + s) for s in range(9)]
    epochs = [
        w.event(e, w.scalar("Loss/val", 5.0 - e), w.histogram("w", [3.0, 4.0], [5.0]), time=102.0 + 3 * e)
        for e in range(3)
    ]
    trace = read_trace(w.write(tmp_path / NAME, *steps[:3], epochs[0], *steps[3:6], epochs[1], *steps[6:], epochs[2]))
    assert trace.step.tolist() == list(range(9))
    assert np.flatnonzero(trace.recorded["validation_loss"]).tolist() == [2, 5, 8]
    assert trace.validation_loss[[2, 5, 8]].tolist() == [5.0, 4.0, 3.0]
    assert trace.epoch[[2, 5, 8]].tolist() == [0.0, 1.0, 2.0]
    assert trace.tensor_step["weight_norm"]["w"].tolist() == [2, 5, 8]
    assert "found by the time of day" in trace.remarks[0]


def test_tags_that_count_steps_stay_where_they_are(tmp_path):
    told = [w.event(s, w.scalar("Loss/train", 1.0), time=100.0 + s) for s in range(20)]
    told += [w.event(s, w.scalar("Loss/val", 2.0), time=119.5) for s in (5, 10)]  # evaluated late, from checkpoints
    trace = read_trace(w.write(tmp_path / NAME, *told[:20], w.event(100, w.scalar("Loss/train", 1.0), time=200.0)))
    assert trace.step[-1] == 100
    late = [w.event(s, w.scalar("Loss/val", 2.0), time=300.0) for s in (300, 600)]
    steps = [w.event(1000 * s, w.scalar("Loss/train", 1.0), time=200.0 + s) for s in range(9)]
    trace = read_trace(w.write(tmp_path / NAME, *steps, *late))
    assert np.flatnonzero(trace.recorded["validation_loss"]).tolist() == [1, 2]
    assert trace.step[[1, 2]].tolist() == [300, 600]


def test_a_restart_takes_back_what_came_after_its_step(tmp_path):

    def written(file, loss, steps):
        weights = [w.histogram("w", [loss + step], [99.0]) for step in steps]
        told = zip(steps, weights, strict=True)
        w.write(file, *(w.event(s, w.scalar("loss", loss + s), weight) for s, weight in told))

    written(tmp_path / NAME, 10.0, (1, 2, 3, 4))
    written(tmp_path / NAME.replace("1700000000", "1700000001"), 20.0, (3, 4, 5))
    trace = read_trace(tmp_path)
    assert trace.step.tolist() == [1, 2, 3, 4, 5]
    assert trace.training_loss.tolist() == [11.0, 12.0, 23.0, 24.0, 25.0]
    assert trace.tensors["weight_norm"]["w"].tolist() == trace.training_loss.tolist()
    assert "fall back" in trace.remarks[0]


def test_one_run_is_found_and_several_are_named(tmp_path):
    w.write(tmp_path / "logs" / "version_0" / NAME, w.event(1, w.scalar("loss", 1.0)))
    assert read_trace(tmp_path).training_loss.tolist() == [1.0]
    w.write(tmp_path / "logs" / "test_2" / NAME, w.event(1, w.scalar("loss", 2.0)))
    with pytest.raises(InputError, match=r"holds several runs: test_2, version_0\. Name one, such as .*test_2"):
        read_trace(tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="holds neither event files of TensorBoard nor metrics"):
        read_trace(tmp_path / "empty")


def test_a_file_cut_short_is_read_up_to_there(tmp_path):
    told = [w.event(s, w.scalar("loss", float(s))) for s in (1, 2)]
    content = w.write(tmp_path / NAME, *told).read_bytes()
    last = len(content) - len(w.record(told[1]))
    for end in (last + 3, last + 12, last + 20, len(content) - 1):
        (tmp_path / NAME).write_bytes(content[:end])
        trace = read_trace(tmp_path)
        assert trace.training_loss.tolist() == [1.0]
        assert trace.remarks == (f"{NAME} ends within a record, at byte {last}; it was left out.",)


@pytest.mark.parametrize(
    ("place", "message"),
    [
        (0, "damaged at byte {0}: the check of a record's length is wrong"),
        (9, "damaged at byte {0}: the check of a record's length is wrong"),
        (14, "damaged at byte {0}: the check of a record is wrong"),
        (-1, "damaged at byte {0}: the check of a record is wrong"),
    ],
)
def test_damage_is_named_with_its_place(tmp_path, place, message):
    told = [w.event(s, w.scalar("loss", float(s))) for s in (1, 2)]
    content = bytearray(w.write(tmp_path / NAME, *told).read_bytes())
    last = len(content) - len(w.record(told[1]))
    content[last + place if place >= 0 else -1] ^= 0x40
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(InputError, match=message.format(last)):
        read_trace(tmp_path)


@pytest.mark.parametrize(
    "data",
    [
        b"\x2a\x05\x0a",  # a summary longer than its event
        b"\x2b",  # a group
        b"\x10" + b"\xff" * 11,  # a step of more than 64 bits
        b"\x10\x80",  # a step that is cut short
        w.field(1, 0, 5),  # a time that is a whole number
        w.field(5, 0, 5),  # a summary that is a number
        w.event(1, w.text(1, "h") + w.message(5, w.field(6, 2, struct.pack("<d", 1.0)))),  # ends without counts
        w.event(1, w.text(1, "h") + w.message(5, w.field(6, 2, b"123"))),
        w.event(1, w.tensor("h", 1, (2, 3), w.field(4, 2, bytes(8)))),  # fewer entries than its shape
        w.event(1, w.tensor("h", 1, (-1,), b"")),
        w.event(1, w.tensor("h", 9, (), w.field(10, 2, b"\xff" * 12 + b"\1"))),
    ],
    ids=range(11),
)
def test_a_sound_record_that_is_no_event_is_named(tmp_path, data):
    (tmp_path / NAME).write_bytes(w.record(w.event(1, w.scalar("loss", 1.0))) + w.record(data))
    place = len(w.record(w.event(1, w.scalar("loss", 1.0))))
    with pytest.raises(InputError, match=f"damaged at byte {place}: the record there is no event"):
        read_trace(tmp_path)


def test_no_memory_is_set_aside_for_what_a_file_only_claims(tmp_path, monkeypatch):
    sound = w.record(w.event(1, w.scalar("loss", 1.0)))
    length = struct.pack("<Q", 2**40)
    (tmp_path / NAME).write_bytes(sound + length + w.masked(length) + bytes(100))
    tracemalloc.start()
    with pytest.raises(InputError, match=f"at byte {len(sound)} of a record of 1,099,511,627,776 bytes"):
        read_trace(tmp_path)
    huge = w.tensor("loss", 1, (2**62, 2**62), b"")
    assert read_trace(w.write(tmp_path / NAME, w.event(1, w.scalar("loss", 1.0), huge))).unread == ()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10**6
    for module, limit, message in (
        (tfrecord, "LIMIT", r"has \d+ bytes; at most 1 are read"),
        (events, "MOST_POINTS", "holds more than 1 numbers"),
    ):
        w.write(tmp_path / NAME, w.event(1, w.scalar("loss", 1.0)), w.event(2, w.scalar("loss", 1.0)))
        with monkeypatch.context() as patch, pytest.raises(InputError, match=message):
            patch.setattr(module, limit, 1)
            read_trace(tmp_path)


def test_without_a_loss_the_tags_are_listed(tmp_path):
    w.write(tmp_path / NAME, w.event(1, w.scalar("box", 1.0), w.scalar("accuracy", 1.0)))
    with pytest.raises(
        InputError, match=r"has no tag that is named as a loss is\. There are: accuracy, .*box\. Understood"
    ):
        read_trace(tmp_path)
