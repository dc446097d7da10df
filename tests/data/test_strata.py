"""What rows of several answers are dealt by: combinations while they are frequent, else the rarest answer."""

import numpy as np

from thalweg.data.source import Attribute, Source, Task
from thalweg.data.split import split_source
from thalweg.data.strata import answer_strata, combinations


def make(answers, **given):
    answers = np.asarray(answers, np.int32)
    n, k = answers.shape
    task = Task("attributes", "all", (), tuple(Attribute(f"a{j}", "no", "yes") for j in range(k)))
    usual = {"identical": np.arange(n), "weight": np.ones(n, np.float32)}
    return Source("toy", "array", np.zeros((n, 1)), answers, task, "ab", **{**usual, **given})


def lacking(source, split):
    """(part, attribute) of those parts that lack an answer."""
    return [
        (part, j)
        for part, rows in split._asdict().items()
        for j in range(source.targets.shape[1])
        if len(np.unique(source.targets[rows, j])) < 2
    ]


def test_rows_of_the_same_answers_have_the_same_number():
    answers = np.random.default_rng(0).integers(0, 2, (300, 9))
    _, expected = np.unique(answers, axis=0, return_inverse=True)
    found = combinations(answers)
    assert len(np.unique(found)) == len(np.unique(expected))
    assert len(np.unique(np.stack([found, expected.ravel()]), axis=1).T) == len(np.unique(found))


def test_ten_rows_of_a_combination_are_a_stratum_and_nine_go_by_their_rarest_answer():
    for rows, strata_of_yes in ((10, 2), (9, 1)):
        # 50 of (0, 0), 50 of (0, 1), then of (1, 0), then 5 of (1, 1): the first's yes is rarer in both last.
        answers = np.repeat([[0, 0], [0, 1], [1, 0], [1, 1]], [50, 50, rows, 5], axis=0)
        strata, rare = answer_strata(answers, np.arange(len(answers)), 3)
        assert not rare.any() and [len(np.unique(part)) for part in np.split(strata, [50, 100])[:2]] == [1, 1]
        assert len(np.unique(strata[100:])) == strata_of_yes and len(np.unique(strata)) == 2 + strata_of_yes


def test_frequent_combinations_are_dealt_within_one_row_of_their_share():
    answers = np.repeat([[0, 0], [0, 1], [1, 0], [1, 1]], [400, 200, 100, 50], axis=0)
    split, remarks = split_source(make(answers))
    for pattern, count in (((0, 0), 400), ((0, 1), 200), ((1, 0), 100), ((1, 1), 50)):
        got = [(answers[part] == pattern).all(axis=1).sum() for part in split]
        assert abs(got[2] - 0.2 * count) <= 1 and abs(got[1] - 0.16 * count) <= 1
    assert remarks == ()


def test_rare_answers_come_into_every_part():
    # 30 attributes, each with yes in 3 to 6 of 400 rows: hardly any combination comes twice.
    random = np.random.default_rng(1)
    answers = np.zeros((400, 30), int)
    for j in range(30):
        answers[random.choice(400, 3 + j % 4, replace=False), j] = 1
    source = make(answers)
    for seed in range(5):
        split, remarks = split_source(source, split_seed=seed)
        # Of 90; dealt without strata, 20 to 31 are lacking. One row may have two rare answers.
        assert len(lacking(source, split)) <= 2
        assert remarks == ()


def test_answers_of_too_few_rows_stay_in_the_training_part_and_are_named():
    answers = np.zeros((100, 2), int)
    answers[:50, 0] = 1
    answers[[3, 70], 1] = 1
    split, remarks = split_source(make(answers))
    assert {3, 70} <= set(split.train.tolist())
    (said,) = remarks
    assert (said.kind, said.severity) == ("small_classes", "warning")
    assert said.text == (
        "these answers have too few different rows for every part and are in the training part only: 'a1' = 'yes' "
        "(rows: 2)."
    )


def test_copies_count_as_one():
    # Yes in six rows, which are two different ones.
    answers = np.zeros((100, 2), int)
    answers[:40, 0] = 1
    answers[90:96, 1] = 1
    identical = np.arange(100)
    identical[[91, 92]], identical[[94, 95]] = 90, 93
    split, remarks = split_source(make(answers, identical=identical))
    assert set(range(90, 96)) <= set(split.train.tolist())
    assert "'a1' = 'yes' (rows: 6)" in remarks[0].text


def test_copies_and_groups_stay_together():
    answers = np.repeat(np.random.default_rng(0).integers(0, 2, (100, 3)), 2, axis=0)
    for given in ({"identical": np.arange(200) // 2}, {"groups": np.arange(200) // 4}):
        split, _ = split_source(make(answers, **given))
        part = np.zeros(200, int)
        part[split.validation], part[split.test] = 1, 2
        (owner,) = given.values()
        assert all(len(set(part[owner == number])) == 1 for number in np.unique(owner))
        assert lacking(make(answers), split) == []


def test_answers_that_time_keeps_out_of_the_training_part_are_named():
    answers = np.zeros((100, 2), int)
    answers[::2, 0], answers[95:, 1] = 1, 1
    _, remarks = split_source(make(answers, times=np.arange(100.0)))
    assert [r.kind for r in remarks] == ["unseen_classes"]
    assert remarks[0].text.startswith("no training row has these answers, so they cannot be learned: 'a1' = 'yes';")


def test_the_rarest_answer_decides():
    # Eleven rows of no and no are a combination of their own; of the rest each goes by its rarest answer.
    answers = np.array([[0, 0, 0]] * 11 + [[1, 0, 0]] * 4 + [[1, 1, 0]] * 3 + [[1, 1, 1]])
    strata, rare = answer_strata(answers, np.arange(19), 3)
    assert len(set(strata[:11])) == 1 and strata[18] == -1
    assert len(set(strata[11:18])) == 2  # four with the first answer, three with the second, rarer one
    assert rare.tolist() == [[False, False], [False, False], [False, True]]
