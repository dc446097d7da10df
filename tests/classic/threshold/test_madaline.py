"""Madalines by both rules: steps by hand, plain twins, parity that no plane can tell."""

import itertools

import jax
import numpy as np
import pytest

from tests.classic.threshold.examples import AND, CORNERS, XOR, cloud, parity
from thalweg.classic.threshold import madaline
from thalweg.classic.threshold import madaline_rule_one as first_rule
from thalweg.classic.threshold import madaline_rule_two as second_rule
from thalweg.classic.threshold.madaline_rule_one import train_madaline_rule_one
from thalweg.classic.threshold.madaline_rule_two import train_madaline_rule_two, trials_of
from thalweg.errors import InputError

RULES = [train_madaline_rule_one, train_madaline_rule_two]


class Plain:
    """Both rules, row after row in NumPy."""

    def __init__(self, weights, bias, output, constant):
        self.w, self.b, self.v, self.c = weights.copy(), bias.copy(), output.copy(), constant

    def toward(self, x, j, sign, rate):
        step = rate * (sign - (x @ self.w[:, j] + self.b[j])) / (x @ x + 1)
        self.w[:, j] += step * x
        self.b[j] += step

    def one(self, x, t, enough, rate):
        s = x @ self.w + self.b
        yes = int((s > 0).sum())
        if (yes >= enough) == (t > 0):
            return False
        lacking = enough - yes if t > 0 else yes - enough + 1
        against = [j for j in np.argsort(np.abs(s), kind="stable") if (s[j] > 0) != (t > 0)]
        for j in against[:lacking]:
            self.toward(x, j, t, rate)
        return True

    def two(self, x, t, together, rate):
        s = x @ self.w + self.b
        o = np.where(s > 0, 1.0, -1.0)
        output = o @ self.v + self.c
        if (output > 0) == (t > 0):
            return False
        for size in range(1, together + 1):
            sets = sorted(itertools.combinations(range(len(s)), size), key=lambda some: sum(abs(s[j]) for j in some))
            for some in sets:
                tried = o.copy()
                tried[list(some)] *= -1
                if (tried @ self.v + self.c > 0) == (t > 0):
                    for j in some:
                        self.toward(x, j, -o[j], rate)
                    return True
        step = rate * (t - output) / (len(s) + 1)
        self.v, self.c = self.v + step * o, self.c + step
        return True


def begun(monkeypatch, module, weights, bias):
    """Let a rule begin with these weights, visit rows in their order and return the last weights, not the best."""
    monkeypatch.setattr(module, "first_units", lambda *_: (weights, bias))
    monkeypatch.setattr(madaline, "visits", lambda key, number, rows, shuffled: np.arange(rows))
    monkeypatch.setattr(madaline, "keep_best", keep_last)
    monkeypatch.setattr(module, "_train", module._train_plainly)  # a compiled one would keep the order it began with


def keep_last(held, best, rows, sign, mistakes):
    return (held, (held.answers(rows) != (sign > 0)).sum()), mistakes == 0


def drawn(units, width=3, seed=0):
    random = np.random.default_rng(seed)
    return random.normal(size=(width, units)), random.normal(size=units)


def test_the_unit_nearest_to_zero_gives_way_by_hand(monkeypatch):
    # Sums of (1, 1): 3, -0.5 and -2. Class 1 wants two of three: the second unit goes half of the way from -0.5 to 1,
    # by 0.75 / (2 + 1) in each weight and the bias; the others keep theirs. (-1, -1): -2, -1.5, 0: no, which is right.
    weights, bias = np.array([[1.0, 0.25, -1.0], [1.5, 0.25, -0.0]]), np.array([0.5, -1.0, -1.0])
    begun(monkeypatch, first_rule, weights, bias)
    found = train_madaline_rule_one(np.array([[1, 1], [-1, -1]]), np.array([1, 0]), rate=0.5, epochs=1)
    np.testing.assert_allclose(found.weights, weights + np.array([0, 0.25, 0]), rtol=1e-12)
    np.testing.assert_allclose(found.bias, bias + np.array([0, 0.25, 0]), rtol=1e-12)
    assert found.mistakes.tolist() == [1] and not found.converged


@pytest.mark.parametrize(("logic", "units", "enough"), [("majority", 5, 3), ("or", 4, 1), ("and", 4, 4)])
def test_the_first_rule_is_the_plain_one(monkeypatch, logic, units, enough):
    x, _, _, _ = cloud(rows=30, margin=0.0)
    y = (x[:, 0] * x[:, 1] > 0).astype(int)
    weights, bias = drawn(units)
    begun(monkeypatch, first_rule, weights, bias)
    found = train_madaline_rule_one(x, y, units=units, logic=logic, rate=0.8, epochs=1)
    plain = Plain(weights, bias, np.ones(units), 0.0)
    mistakes = sum(plain.one(row, 2 * k - 1, enough, 0.8) for row, k in zip(x, y, strict=True))
    assert found.mistakes.tolist() == [mistakes] and mistakes > 5
    after = ((x @ plain.w + plain.b > 0).sum(axis=1) >= enough) != (y == 1)
    assert found.wrong == after.sum()
    np.testing.assert_allclose(found.weights, plain.w, rtol=1e-10)
    np.testing.assert_allclose(found.bias, plain.b, rtol=1e-10)
    np.testing.assert_array_equal(found.says(x), (found.units(x) > 0).sum(axis=1) >= enough)


def test_the_least_sure_unit_that_helps_is_changed_by_hand(monkeypatch):
    # Sums of (1, 1): 0.5, 3 and -0.25: an even vote says 1 - 1 + 1 > 0, yes; class 0 wants no. Changing the third, the
    # nearest to 0, helps nothing: it says no already. The first does: half of the way from 0.5 to -1.
    weights, bias = np.array([[0.25, 1.0, -0.5], [0.25, 1.0, 0.0]]), np.array([0.0, 1.0, 0.25])
    begun(monkeypatch, second_rule, weights, bias)
    monkeypatch.setattr(second_rule, "first_votes", lambda *_: np.ones(3))
    found = train_madaline_rule_two(np.array([[1, 1], [-1, 1]]), np.array([0, 1]), units=3, rate=0.5, epochs=1)
    # (-1, 1) comes second: its sums are -0.25, 1 and 0.75 after that step; yes, which is right.
    np.testing.assert_allclose(found.weights, weights - np.array([0.25, 0, 0]), rtol=1e-12)
    np.testing.assert_allclose(found.bias, bias - np.array([0.25, 0, 0]), rtol=1e-12)
    assert found.mistakes.tolist() == [1] and found.output_weights.tolist() == [1, 1, 1] and found.output_bias == 0


def test_one_unit_that_is_sure_is_changed_before_two_that_are_not(monkeypatch):
    # Sums of (1, 1): 0.25, 0.25 and 3, votes of 1/2, 1/2 and 1: the third alone makes the output 0, which is no, and so
    # do both others together. The third goes from 3 to -1, by 4/3 in each weight and the bias; (5, 5) stays a yes.
    weights, bias = np.array([[0.125, 0.125, 1.5], [0.125, 0.125, 1.5]]), np.zeros(3)
    begun(monkeypatch, second_rule, weights, bias)
    monkeypatch.setattr(second_rule, "first_votes", lambda *_: np.array([0.5, 0.5, 1.0]))
    found = train_madaline_rule_two(np.array([[1, 1], [5, 5]]), np.array([0, 1]), units=3, epochs=1)
    np.testing.assert_allclose(found.weights, weights - np.array([0, 0, 4 / 3]), rtol=1e-12)
    np.testing.assert_allclose(found.bias, [0, 0, -4 / 3], rtol=1e-12)
    assert found.mistakes.tolist() == [1]


@pytest.mark.parametrize(("units", "together"), [(5, 1), (5, 2), (5, 3), (2, 3)])
def test_the_second_rule_is_the_plain_one(monkeypatch, units, together):
    x, _, _, _ = cloud(rows=30, margin=0.0, seed=4)
    y = (x[:, 0] * x[:, 1] > 0.1).astype(int)
    weights, bias = drawn(units, seed=1)
    bias = bias - 1.5  # most units say no: one of them alone changes nothing
    begun(monkeypatch, second_rule, weights, bias)
    votes = np.linspace(0.5, 0.9, units)
    monkeypatch.setattr(second_rule, "first_votes", lambda *_: votes)
    found = train_madaline_rule_two(x, y, units=units, together=together, rate=0.8, epochs=1)
    plain = Plain(weights, bias, votes, 0.0)
    mistakes = sum(plain.two(row, 2 * k - 1, together, 0.8) for row, k in zip(x, y, strict=True))
    assert found.mistakes.tolist() == [mistakes] and mistakes > 5
    learned = np.where(x @ plain.w + plain.b > 0, 1, -1) @ plain.v + plain.c > 0
    assert found.wrong == (learned != (y == 1)).sum()
    np.testing.assert_allclose(found.weights, plain.w, rtol=1e-10)
    np.testing.assert_allclose([*found.output_weights, found.output_bias], [*plain.v, plain.c], rtol=1e-10)
    assert (plain.v[0] != 0.5) == (2 * together < units)  # only where no trial helps does the output unit learn


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("n", [2, 3, 4])
def test_parity_is_learned_by_most_seeds(rule, n):
    x, y = parity(n)
    units = n + 1 - n % 2  # a majority of so many planes can be right: one after each count of ones
    found = [rule(x, y, units=units, epochs=200, seed=seed) for seed in range(6)]
    assert sum(one.converged for one in found) >= 4
    for one in found:
        assert one.wrong == (one.says(x) != (y == 1)).sum()
        assert one.converged == (one.mistakes[-1] == 0) and one.converged <= (one.wrong == 0)


@pytest.mark.parametrize("logic", ["or", "and"])
def test_exclusive_or_is_an_or_of_two_planes_and_an_and_of_two(logic):
    found = train_madaline_rule_one(CORNERS, XOR, units=2, logic=logic)
    assert found.converged and found.says(CORNERS).tolist() == [False, True, True, False]
    yes = (found.units(CORNERS) > 0).sum(axis=1)
    assert (yes[XOR == 1] >= (1 if logic == "or" else 2)).all() and (yes[XOR == 0] < (1 if logic == "or" else 2)).all()


def test_one_unit_is_a_perceptron_and_cannot_learn_parity():
    for rule in RULES:
        found = rule(CORNERS, XOR, units=1, epochs=50)
        assert not found.converged and found.wrong >= 1 and len(found.mistakes) == 50
        assert rule(CORNERS, AND, units=1, epochs=50).converged


def test_the_weights_after_the_epoch_with_the_fewest_wrong_rows_are_kept(monkeypatch):
    x, _, _, _ = cloud(rows=30, margin=0.0)
    y = np.random.default_rng(0).integers(0, 2, len(x))  # noise: what is learned of some rows is lost of others
    kept = [train_madaline_rule_one(x, y, epochs=epochs).wrong for epochs in range(1, 6)]
    monkeypatch.setattr(madaline, "keep_best", keep_last)
    monkeypatch.setattr(first_rule, "_train", first_rule._train_plainly)
    last = [train_madaline_rule_one(x, y, epochs=epochs).wrong for epochs in range(1, 6)]
    assert kept == np.minimum.accumulate(last).tolist() != last


@pytest.mark.parametrize("rule", RULES)
def test_the_same_seed_is_the_same_to_the_bit(rule):
    x, _, _, _ = cloud(rows=30, margin=0.0)
    y = (x[:, 0] * x[:, 1] > 0).astype(int)
    one, two, other = (rule(x, y, epochs=4, units=3, seed=seed) for seed in (1, 1, 2))
    assert one.weights.tobytes() == two.weights.tobytes() != other.weights.tobytes()
    assert one.mistakes.tolist() == two.mistakes.tolist()


def test_no_unit_outvotes_two_others_at_first():
    with jax.enable_x64(True):
        votes = np.array([second_rule.first_votes(seed, 5) for seed in range(20)])
    assert votes.min() >= 0.5 and votes.max() < 1 and len(np.unique(votes)) == 100
    with pytest.raises(InputError, match="a seed must be a whole number"):
        second_rule.first_votes(-1, 5)


def test_every_set_of_so_many_units_is_a_trial_and_smaller_ones_come_first():
    sets = [tuple(np.flatnonzero(row)) for row in trials_of(5, 3)]
    assert sets == [s for size in (1, 2, 3) for s in itertools.combinations(range(5), size)]
    assert trials_of(2, 3).shape == (3, 2)


@pytest.mark.parametrize(
    ("rule", "more", "said"),
    [
        (train_madaline_rule_one, {"units": 4}, r"a majority needs an odd number of units; got 4\. Take one more"),
        (train_madaline_rule_one, {"logic": "xor"}, "unknown logic of a Madaline's output 'xor'. Did you mean 'or'"),
        (train_madaline_rule_one, {"units": 0}, r"a Madaline has 1 to 64 units; got 0\."),
        (train_madaline_rule_two, {"units": 65}, r"a Madaline has 1 to 64 units; got 65\."),
        (train_madaline_rule_two, {"rate": 2.0}, r"a Madaline's rate must be above 0 and below 2; got 2\.0\."),
        (train_madaline_rule_two, {"together": 4}, r"Madaline rule II changes 1 to 3 signs together; got 4\."),
        (train_madaline_rule_two, {"epochs": 0}, r"a Madaline needs 1 to 1,000,000 epochs; got 0\."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(rule, more, said):
    with pytest.raises(InputError, match=said):
        rule(CORNERS, XOR, **more)


def test_rows_of_another_width_are_refused():
    found = train_madaline_rule_one(CORNERS, AND)
    with pytest.raises(InputError, match=r"the units learned from rows of 2 numbers; got rows of 3\."):
        found.says(np.zeros((1, 3)))
