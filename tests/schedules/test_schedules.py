"""Schedules: hand values, ends, bounds, exact steps, warm-up, use where step and length are traced."""

import math
from fractions import Fraction

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.errors import InputError
from thalweg.schedules.constant import Constant
from thalweg.schedules.cosine import Cosine
from thalweg.schedules.cyclic import Cyclic
from thalweg.schedules.exponential import Exponential
from thalweg.schedules.inverse_time import InverseTime
from thalweg.schedules.one_cycle import OneCycle
from thalweg.schedules.step_decay import StepDecay
from thalweg.schedules.warmup import Warmup

ALL = [
    Constant(),
    StepDecay(),
    Cosine(),
    Warmup(0.3),
    Warmup(0.3, Cosine(0.1)),
    Warmup(0.1, StepDecay()),
    Warmup(0.2, Warmup(0.5)),
    InverseTime(0.1),
    InverseTime(0.1, from_one=True),
    Exponential(),
    Cyclic(1),
    Cyclic(5),
    Warmup(0.2, Cyclic(2)),
]


def curve(schedule, total):
    return np.asarray(jax.vmap(lambda step: schedule(step, total))(jnp.arange(total)))


@pytest.mark.parametrize(
    ("schedule", "factors"),
    [
        (Constant(), [1, 1, 1, 1, 1, 1]),
        (StepDecay(0.1, every=1 / 3), [1, 1, 0.1, 0.1, 0.01, 0.01]),
        (StepDecay(0.5, every=1.0), [1, 1, 1, 1, 1, 1]),
        # (1 + cos(pi k / 6)) / 2
        (Cosine(), [1, 0.9330127, 0.75, 0.5, 0.25, 0.0669873]),
        (Cosine(floor=0.5), [1, 0.9665064, 0.875, 0.75, 0.625, 0.5334936]),
        # w = 2: 1/3, 2/3, then 1
        (Warmup(1 / 3), [1 / 3, 2 / 3, 1, 1, 1, 1]),
        # then half a cosine over the 4 steps that are left: (1 + cos(pi k / 4)) / 2
        (Warmup(1 / 3, Cosine()), [1 / 3, 2 / 3, 1, 0.8535534, 0.5, 0.1464466]),
        # w = 3, then drops at a third and two thirds of the 3 that are left
        (Warmup(0.5, StepDecay()), [0.25, 0.5, 0.75, 1, 0.1, 0.01]),
        (Warmup(0.0, Cosine()), [1, 0.9330127, 0.75, 0.5, 0.25, 0.0669873]),
        # 1 / (1 + t / 2); from t = 1 on 1 / (t / 2), capped at 1
        (InverseTime(0.5), [1, 1 / 1.5, 1 / 2, 1 / 2.5, 1 / 3, 1 / 3.5]),
        (InverseTime(0.5, from_one=True), [1, 1, 1 / 1.5, 1 / 2, 1 / 2.5, 1 / 3]),
        # 0.001 ^ (k / 6) = 10 ^ (-k / 2)
        (Exponential(1e-3), [1, 10**-0.5, 0.1, 10**-1.5, 0.01, 10**-2.5]),
        # up over three steps: 0.2 + 0.8 (1 - cos(pi k / 3)) / 2; down: (1 + cos(pi k / 3)) / 2
        (OneCycle(0.5, 0.2), [0.2, 0.4, 0.8, 1, 0.75, 0.25]),
        (OneCycle(0.5, 0.2, 0.5), [0.2, 0.4, 0.8, 1, 0.875, 0.625]),
        # twice (1 + cos(pi k / 3)) / 2, the second time at half the rate
        (Cyclic(2), [1, 0.75, 0.25, 1, 0.75, 0.25]),
        (Cyclic(2, shrink=0.5), [1, 0.75, 0.25, 0.5, 0.375, 0.125]),
        (Cyclic(3, floor=0.5), [1, 0.75, 1, 0.75, 1, 0.75]),
    ],
    ids=str,
)
def test_six_steps_by_hand(schedule, factors):
    np.testing.assert_allclose(curve(schedule, 6), factors, rtol=1e-6)


@pytest.mark.parametrize("schedule", ALL, ids=str)
@pytest.mark.parametrize("total", [1, 2, 7, 1000])
def test_factors_lie_between_0_and_1_and_the_first_step_moves(schedule, total):
    factors = curve(schedule, total)
    assert factors[0] > 0
    assert (factors >= 0).all() and (factors <= 1).all()
    assert np.isclose(factors.max(), 1)


@pytest.mark.parametrize(
    "schedule", [StepDecay(), StepDecay(0.9, every=0.05), Cosine(), Cosine(0.3), InverseTime(), Exponential()], ids=str
)
def test_no_decay_ever_rises(schedule):
    assert (np.diff(curve(schedule, 500)) <= 0).all()


@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_warmup_rises_in_equal_steps_to_1(share):
    factors = curve(Warmup(share), 100)
    warm = round(100 * share)
    np.testing.assert_allclose(np.diff(factors[: warm + 1]), np.full(warm, 1 / (warm + 1)), rtol=1e-4)
    np.testing.assert_array_equal(factors[warm:], np.ones(100 - warm, "f"))


@pytest.mark.parametrize("parts", [2, 3, 7, 10])
def test_drops_come_at_the_exact_steps_for_every_length(parts):
    # In exact arithmetic drop k comes at the first step of at least k total / parts; a float32 product such as
    # 1/3 * 9 = 3.0000002 must not move it.
    totals = np.arange(1, 151)
    grid = np.asarray(
        jax.vmap(lambda total: jax.vmap(lambda step: StepDecay(0.5, every=1 / parts)(step, total))(jnp.arange(150)))(
            jnp.asarray(totals)
        )
    )
    for total in totals:
        exact = [0.5 ** math.floor(Fraction(parts * step, int(total))) for step in range(total)]
        np.testing.assert_allclose(grid[total - 1, :total], exact, rtol=1e-6)


@pytest.mark.parametrize("hundredths", [0, 10, 21, 42, 52, 99])
def test_warmup_lasts_the_exact_number_of_steps_for_every_length(hundredths):
    # As above: in float32 0.42 * 150 is 62.999996, and 63 steps are meant.
    totals = np.arange(1, 301)
    factors = jax.vmap(lambda total: Warmup(hundredths / 100)(0, total))(jnp.asarray(totals))  # 1 / (w + 1)
    exact = [1 / (math.floor(Fraction(hundredths * int(total), 100)) + 1) for total in totals]
    np.testing.assert_allclose(factors, exact, rtol=1e-6)


@given(share=st.floats(0, 0.999), total=st.integers(1, 10**6))
def test_warmup_of_any_share_leaves_the_schedule_that_follows_a_step(share, total):
    assert np.isclose(Warmup(share)(total - 1, total), 1)


def test_a_share_of_nearly_all_steps_leaves_the_schedule_that_follows_the_last():
    factors = curve(Warmup(0.9999999, Cosine()), 8)
    np.testing.assert_allclose(factors, np.arange(1, 9) / 8, rtol=1e-6)


def test_a_long_run_ends_near_the_floor():
    # A million steps: float32 still tells them apart.
    assert Cosine(0.25)(999_999, 1_000_000) == pytest.approx(0.25, abs=1e-6)
    assert StepDecay()(333_332, 1_000_000) == 1
    assert StepDecay()(333_334, 1_000_000) == pytest.approx(0.1)


def test_past_the_end_the_cosine_stays_at_its_floor():
    assert Cosine(0.25)(150, 100) == pytest.approx(0.25)


def test_the_length_may_be_traced_and_batched():
    members = jax.vmap(Warmup(0.5, Cosine()), in_axes=(None, 0))(jnp.int32(3), jnp.array([4, 10, 100], jnp.int32))
    alone = [Warmup(0.5, Cosine())(3, total) for total in (4, 10, 100)]
    np.testing.assert_allclose(members, alone, rtol=1e-6)


def test_warmup_refuses_what_is_no_schedule():
    with pytest.raises(InputError, match=r"^Warmup.then must hold parts of the family 'schedule'; got 'cosine'\.$"):
        Warmup(0.1, "cosine")


def test_one_cycle_of_the_cyclic_schedule_is_the_cosine():
    np.testing.assert_allclose(curve(Cyclic(1, 0.1), 50), curve(Cosine(0.1), 50), rtol=1e-6)


@pytest.mark.parametrize(("cycles", "total"), [(3, 300), (7, 700), (10, 1000), (3, 100), (100, 7)])
def test_a_cycle_starts_exactly_where_its_share_of_the_run_does(cycles, total):
    factors = curve(Cyclic(cycles), total)
    for c in range(min(cycles, total)):
        step = -(-c * total // cycles)
        if c * total % cycles == 0:
            assert factors[step] == 1, (c, step)
            assert step == 0 or factors[step - 1] < 1 or cycles >= total


def test_one_cycle_rises_to_its_peak_and_falls_from_it():
    factors = curve(OneCycle(0.3, low=0.1), 200)
    assert np.argmax(factors) == 60 and factors[60] == 1
    np.testing.assert_allclose(factors[0], 0.1, rtol=1e-6)
    assert (np.diff(factors[:61]) >= 0).all() and (np.diff(factors[60:]) <= 0).all()
    for total in (1, 2, 7):
        assert (curve(OneCycle(), total) >= 0).all() and (curve(OneCycle(), total) <= 1).all()
