"""The history: what is added comes back, also through the flat arrays of a file."""

import jax.numpy as jnp
import numpy as np

from tests.train.small import assert_same, without_time
from thalweg.train.history import Evaluation, History, pack, unpack

M = 2


def evaluation(k):
    row = np.arange(M) + 10.0 * k
    numbers = (row + shift for shift in range(6))
    return Evaluation(k / 2, 7 * k, *numbers, np.array([True, k == 1]), 0.5 * k)


def filled():
    records = ({"loss": jnp.arange(2 * 256.0).reshape(M, 256), "norms": {"w": jnp.ones((M, 256, 3))}},)
    history = History().with_records(records, np.array([0, 1, 2])).with_records(records, np.array([3, 50]))
    history = history.with_probe(({"mean": jnp.array([1.0, 2.0])},), 0).with_probe(
        ({"mean": jnp.array([3.0, 4.0])},), 9
    )
    return history.with_evaluation(evaluation(0)).with_evaluation(evaluation(1))


def test_records_are_a_table_by_step_and_member():
    table = filled().step_table()
    assert table.keys() == {"step", "0/loss", "0/norms/w"}
    assert table["step"].tolist() == [0, 1, 2, 3, 50]
    assert table["0/loss"].tolist() == [[0, 256], [1, 257], [2, 258], [0, 256], [1, 257]]
    assert table["0/norms/w"].shape == (5, M, 3)


def test_probes_and_evaluations_are_tables_too():
    history = filled()
    assert history.probe_table()["step"].tolist() == [0, 9]
    assert history.probe_table()["0/mean"].tolist() == [[1, 2], [3, 4]]
    table = history.evaluation_table()
    assert tuple(table) == Evaluation._fields
    assert table["step"].tolist() == [0, 7] and table["epoch"].tolist() == [0, 0.5]
    assert table["validation_score"].tolist() == [[4, 5], [14, 15]]
    assert table["better"].tolist() == [[True, False], [True, True]]


def test_packed_and_unpacked_it_is_the_same():
    history, again = filled(), unpack(pack(filled()))
    assert_same(without_time(again), without_time(history))
    assert pack(again).keys() == pack(history).keys()
    for name, values in pack(history).items():
        assert values.dtype == pack(again)[name].dtype
        np.testing.assert_array_equal(values, pack(again)[name])
    for ours, theirs in zip(again.evaluations, history.evaluations, strict=True):
        assert type(ours.step) is int and type(ours.epoch) is float and type(ours.seconds) is float
        assert ours.seconds == theirs.seconds


def test_an_unpacked_history_goes_on():
    again = unpack(pack(filled())).with_evaluation(evaluation(2)).with_probe(({"mean": jnp.array([5.0, 6.0])},), 20)
    assert again.evaluation_table()["step"].tolist() == [0, 7, 14]
    assert again.probe_table()["0/mean"].tolist() == [[1, 2], [3, 4], [5, 6]]


def test_an_empty_history_has_empty_tables_and_comes_back_empty():
    history = History()
    assert history.step_table() == history.probe_table() == history.evaluation_table() == {}
    assert pack(history) == {}
    assert unpack({}) == history


def test_nothing_is_added_where_nothing_was_measured():
    history = History()
    assert history.with_records((), np.array([0, 1])) is history  # no observers
    assert history.with_records(({"loss": jnp.ones((M, 256))},), np.array([], int)) is history  # no step of theirs
    assert history.with_probe((), 3) is history


def test_what_another_network_has_not_is_missing_in_its_rows():
    first = {"norm": {"dense_1": jnp.ones((M, 256)), "dense_2": jnp.full((M, 256), 2.0)}}
    then = {"norm": {"dense_1": jnp.full((M, 256), 3.0), "head": jnp.full((M, 256), 4.0)}}
    table = History().with_records(first, np.array([0])).with_records(then, np.array([1, 2])).step_table()
    assert table["norm/dense_1"][:, 0].tolist() == [1, 3, 3]
    np.testing.assert_array_equal(table["norm/dense_2"][:, 0], [2, np.nan, np.nan])
    np.testing.assert_array_equal(table["norm/head"][:, 1], [np.nan, 4, 4])


def test_records_keep_no_padding_in_memory():
    history = History().with_records(({"loss": jnp.ones((M, 256))},), np.array([5]))
    column = history.steps[0]["0/loss"]
    assert column.base is None and column.nbytes == M * 4


def test_a_history_from_before_penalties_were_kept_has_none():
    packed = pack(History(evaluations=(evaluation(0), evaluation(1))))
    del packed["evaluations|penalty"]
    found = unpack(packed)
    assert all(np.isnan(one.penalty).all() and one.penalty.shape == (M,) for one in found.evaluations)


def test_what_was_known_earlier_is_cut_off_a_history_whole_or_from_a_file():
    whole = filled()
    for history in (whole, unpack(pack(whole))):
        early = history.until(3)  # steps 0 to 2 were made; step 3 is the next one
        assert early.step_table()["step"].tolist() == [0, 1, 2]
        assert early.probe_table()["step"].tolist() == [0]
        assert [e.step for e in early.evaluations] == [0]
        assert early.step_table()["0/norms/w"].shape == (3, M, 3)
        assert history.until(51).step_table()["step"].tolist() == [0, 1, 2, 3, 50]
        assert [e.step for e in history.until(7).evaluations] == [0, 7]
        assert history.until(0).steps == ()
