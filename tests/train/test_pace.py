"""Rates of layers: which are named, what a factor does under each rule, layers that are frozen, rates made alike."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tests.train.small import C, D, assert_same, at, examples, full, members_of, programs
from tests.train.small import experiment as small
from thalweg.activations.tanh import Tanh
from thalweg.averaging.exponential_average import ExponentialAverage
from thalweg.averaging.stochastic_average import StochasticAverage
from thalweg.clips.clip_norm import ClipNorm
from thalweg.errors import InputError
from thalweg.keys import root
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.dense import Dense
from thalweg.network.named import Named
from thalweg.network.residual import Residual
from thalweg.network.sequential import Sequential
from thalweg.penalties.l2 import L2
from thalweg.projections.max_norm import MaxNorm
from thalweg.rates.automatic_rates import AutomaticRates
from thalweg.rates.layer_rate import LayerRate
from thalweg.rates.layer_rates import LayerRates
from thalweg.rates.same_rates import SameRates
from thalweg.schedules.constant import Constant
from thalweg.train.checkpoint import load_checkpoint, save_checkpoint
from thalweg.train.fits import check_fits
from thalweg.train.loop import LoopState
from thalweg.train.population import advance, member_of
from thalweg.train.state import Carry, Member, evaluated_weights, learner_of
from thalweg.train.step import Batch, take_step
from thalweg.types import Context
from thalweg.updates.adam import Adam
from thalweg.updates.adamw import AdamW
from thalweg.updates.lion import Lion
from thalweg.updates.look_ahead_nesterov import LookAheadNesterov
from thalweg.updates.momentum import Momentum
from thalweg.updates.muon import Muon
from thalweg.updates.nesterov import Nesterov
from thalweg.updates.nesterov_rmsprop import NesterovRmsprop
from thalweg.updates.sgd import SGD

NETWORK = Sequential((Dense(8), BatchNorm(), Activation(Tanh()), Dense(8), Activation(Tanh()), Named("head", Dense(C))))
PARAMS = jax.eval_shape(lambda: NETWORK.init(jax.random.key(0), (D,))[0])


def rates(**factors):
    return LayerRates(tuple(LayerRate(layer, factor) for layer, factor in factors.items()))


def walked(steps=2, start_at=None, **changes):
    """The carries before and after some full-batch steps of one member, not compiled."""
    learner = learner_of(small(**{"network": NETWORK, "schedule": Constant(), **changes}))
    params, state = NETWORK.init(jax.random.key(0), (D,)) if start_at is None else start_at
    zero = jnp.zeros(())
    rule_state, rates_state = learner.update.build().init(params), learner.rates.init(params)
    before = carry = Carry(params, state, rule_state, jnp.int32(0), zero, zero, jnp.ones(()), jnp.int32(0), rates_state)
    member = Member(learner, root(0), carry, (params, state), jnp.int32(100), jnp.bool_(True))
    x, y = examples()
    batch = Batch(jnp.asarray(x[:20]), jnp.asarray(y[:20]), jnp.ones(20), jnp.ones(20))
    for _ in range(steps):
        carry, _ = take_step(member, carry, batch, new_epoch=False)
    return before, carry


def trained(steps, members=None, **changes):
    """The population after some full-batch steps, and as it was before."""
    spec = small(**{"network": NETWORK, "schedule": Constant(), **changes})
    before = members or members_of([spec], 100)
    after, _ = advance(before, full(), clock=0, count=steps)
    return before, after


@pytest.mark.parametrize(
    ("layer", "names"),
    [
        ("dense_1", ["dense_1"]),
        ("dense_*", ["dense_1", "dense_2"]),
        ("*", ["dense_1", "batch_norm_1", "dense_2", "head"]),
        ("?ead", ["head"]),
        (0, ["dense_1"]),
        ("1", ["batch_norm_1"]),
        (-1, ["head"]),
        (":-1", ["dense_1", "batch_norm_1", "dense_2"]),
        ("-3:", ["dense_2", "head"]),
        ("::3", ["dense_1", "dense_2"]),
    ],
)
def test_layers_are_named_by_name_pattern_place_or_slice(layer, names):  # U13
    assert LayerRate(layer, 0.5).chosen(PARAMS, NETWORK.names()) == tuple(names)


def test_a_layer_called_by_a_number_is_found_by_its_name_first():
    params = {"dense_1": {"w": 1}, "0": {"w": 1}}
    assert LayerRate("0", 0.5).chosen(params, ("dense_1", "0")) == ("0",)
    assert LayerRate(0, 0.5).chosen(params, ("dense_1", "0")) == ("dense_1",)


@pytest.mark.parametrize("layer", ["dense_9", "activation_1", 2, 6, -7, "6:", "::0", "Dense_1", "0.5", "9" * 30])
def test_a_name_that_matches_nothing_is_answered_with_the_layers(layer):
    with pytest.raises(
        InputError,
        match=r"LayerRate\.layer must name a layer with parameters; got .*\. The layers that have some, each with its "
        r"position: dense_1 \(0\), batch_norm_1 \(1\), dense_2 \(3\), head \(5\)\.$",
    ):
        LayerRate(layer, 0.5).chosen(PARAMS, NETWORK.names())


def test_a_network_without_such_a_layer_is_refused_before_training():
    spec = small(network=NETWORK, rates=rates(dense_7=0.5))
    with pytest.raises(InputError, match=r"must name a layer with parameters; got 'dense_7'\."):
        check_fits(spec, "classes", C, (D,))
    check_fits(small(network=NETWORK, rates=AutomaticRates()), "classes", C, (D,))


def test_rates_without_entries_and_entries_without_a_layer_are_refused():
    with pytest.raises(InputError, match=r"LayerRates\.entries must hold at least one layer with its factor; got \(\)"):
        LayerRates(())
    with pytest.raises(InputError, match=r"LayerRate\.layer must name a layer, such as 'dense_1', .*; got ''\."):
        LayerRate("", 1.0)


def test_the_last_entry_that_names_a_layer_counts():
    given = LayerRates((LayerRate("*", 0.5), LayerRate("head", 2.0)))
    factors = given.factors(PARAMS, (), layers=NETWORK.names())
    assert factors == {"dense_1": 0.5, "batch_norm_1": 0.5, "dense_2": 0.5, "head": 2.0}


RULES = [
    SGD(0.1), Momentum(0.1), Nesterov(0.1), LookAheadNesterov(0.1), NesterovRmsprop(0.01), Adam(0.01),
    AdamW(0.01, decay=5.0), Lion(0.01, decay=5.0), Muon(0.01, decay=5.0),
]  # fmt: skip


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
def test_a_frozen_layer_keeps_every_bit_and_the_others_learn(rule):  # U13
    # A norm limit far below the weights' lengths and a strong decay would both move it.
    frozen = {"update": rule, "projection": MaxNorm(0.1), "rates": rates(dense_1=0.0, batch_norm_1=0.0)}
    before, after = walked(**frozen)
    for layer in ("dense_1", "batch_norm_1"):
        assert_same(after.params[layer], before.params[layer])
    for layer in ("dense_2", "head"):
        assert np.abs(after.params[layer]["w"] - before.params[layer]["w"]).max() > 1e-4
    assert_same(after.state["batch_norm_1"], before.state["batch_norm_1"])


@pytest.mark.parametrize("averaging", [ExponentialAverage(0.9), StochasticAverage(0.0)], ids=type)
def test_the_average_of_a_frozen_layer_is_the_layer(averaging):  # P5
    frozen = rates(dense_1=0.0, batch_norm_1=0.0)
    before, after = trained(5, averaging=averaging, rates=frozen, penalty=L2(0.3), update=AdamW(0.05, decay=5.0))
    params, state = evaluated_weights(member_of(after, 0))
    for layer in ("dense_1", "batch_norm_1"):
        assert_same(params[layer], member_of(before, 0).carry.params[layer])
    assert_same(state["batch_norm_1"], member_of(before, 0).carry.state["batch_norm_1"])
    assert not np.array_equal(params["head"]["w"], member_of(before, 0).carry.params["head"]["w"])


def test_a_frozen_batch_norm_goes_by_its_averages_and_one_that_learns_by_the_batch():  # P5
    params, state = NETWORK.init(jax.random.key(0), (D,))
    state = {**state, "batch_norm_1": {"mean": jnp.full(8, 0.5), "variance": jnp.full(8, 4.0)}}
    x, _ = examples()
    x = jnp.asarray(x[:20])
    plain = Context(True, jax.random.key(1), jnp.ones(20))
    stilled = plain._replace(frozen={"batch_norm_1": jnp.bool_(True)})
    at_inference = NETWORK.apply(params, state, x, context=plain._replace(training=False))[0]
    outputs, _ = NETWORK.apply(params, state, x, context=stilled)
    np.testing.assert_allclose(outputs, at_inference, rtol=1e-6, atol=1e-7)
    for context in (plain, plain._replace(frozen={"dense_1": jnp.bool_(True)})):
        outputs, _ = NETWORK.apply(params, state, x, context=context)
        assert np.abs(outputs - at_inference).max() > 1e-3


def test_a_frozen_block_keeps_what_is_inside_it():  # P5
    block = Residual((Dense(D), BatchNorm()))
    network = Sequential((block, Dense(C)))
    start_at = network.init(jax.random.key(0), (D,))
    before, after = walked(start_at=start_at, network=network, rates=rates(residual_1=0.0))
    assert_same(after.state["residual_1"], before.state["residual_1"])
    assert_same(after.params["residual_1"], before.params["residual_1"])
    _, free = walked(start_at=start_at, network=network, rates=rates(dense_1=0.0))
    assert np.abs(free.state["residual_1"]["branch"]["batch_norm_1"]["mean"]).max() > 0
    # Inside it, too, batch normalisation goes by its averages.
    x, still = jnp.asarray(examples()[0][:20]), {"residual_1": jnp.bool_(True)}
    context = Context(True, jax.random.key(1), jnp.ones(20), frozen=still)
    outputs, at_inference = (
        network.apply(*start_at, x, context=one)[0] for one in (context, context._replace(training=False, frozen=None))
    )
    np.testing.assert_allclose(outputs, at_inference, rtol=1e-6, atol=1e-7)


def test_what_learns_nothing_is_frozen_with_the_layer_before_it():  # P5
    network = Sequential((Dense(4), BatchNorm(affine=False), Activation(Tanh()), Dense(C), BatchNorm(affine=False)))
    begun = {"network": network, "start_at": network.init(jax.random.key(0), (D,))}
    before, after = walked(rates=rates(dense_1=0.0), **begun)
    assert_same(after.state["batch_norm_1"], before.state["batch_norm_1"])
    assert np.abs(after.state["batch_norm_2"]["mean"]).max() > 0
    assert np.abs(walked(rates=rates(dense_1=0.1), **begun)[1].state["batch_norm_1"]["mean"]).max() > 0


def test_one_before_all_that_learns_is_frozen_with_the_first_of_these():  # P5
    network = Sequential((BatchNorm(affine=False), Dense(4), Activation(Tanh()), Dense(C)))
    begun = {"network": network, "start_at": network.init(jax.random.key(0), (D,))}
    before, after = walked(rates=rates(dense_1=0.0), **begun)
    assert_same(after.state["batch_norm_1"], before.state["batch_norm_1"])
    assert np.abs(walked(rates=rates(dense_2=0.0), **begun)[1].state["batch_norm_1"]["mean"]).max() > 0


def test_and_goes_by_its_averages():  # P5
    network = Sequential((Dense(4), BatchNorm(affine=False), Activation(Tanh()), Dense(C)))
    begun = {"network": network, "start_at": network.init(jax.random.key(0), (D,))}
    before, after = walked(steps=1, rates=rates(dense_1=0.0), **begun)
    x, y = (jnp.asarray(part[:20]) for part in examples())
    objective, weight = small(network=network).objective(), jnp.ones(20)
    by_averages, by_batch = (
        float(objective(before.params, before.state, x, y, weight, context=Context(training, None, weight))[1].data)
        for training in (False, True)
    )
    assert float(after.loss_sum / after.weight_sum) == pytest.approx(by_averages, rel=1e-5)
    assert by_batch != pytest.approx(by_averages, rel=1e-4)


def test_negative_zeros_of_a_frozen_layer_stay_negative():
    params, state = NETWORK.init(jax.random.key(0), (D,))
    minus = jax.tree.map(lambda leaf: -jnp.zeros_like(leaf), params["dense_1"])
    _, after = walked(start_at=({**params, "dense_1": minus}, state), rates=rates(dense_1=0.0))
    assert np.signbit(after.params["dense_1"]["w"]).all()


@pytest.mark.parametrize("rule", [SGD, Momentum, Nesterov, LookAheadNesterov], ids=lambda rule: rule.__name__)
def test_a_factor_for_all_layers_is_that_much_of_the_rate(rule):
    _, whole = walked(3, update=rule(0.05))
    _, part = walked(3, update=rule(0.2), rates=LayerRates((LayerRate("*", 0.25),)))
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=2e-4, atol=2e-6), part.params, whole.params)


def test_one_layers_factor_multiplies_its_step_alone():
    _, plain = walked(1, update=SGD(0.1))
    before, half = walked(1, update=SGD(0.1), rates=rates(dense_2=0.5))
    for layer, share in {"dense_1": 1.0, "dense_2": 0.5, "head": 1.0}.items():
        wanted = share * (plain.params[layer]["w"] - before.params[layer]["w"])
        np.testing.assert_allclose(half.params[layer]["w"] - before.params[layer]["w"], wanted, rtol=1e-3, atol=1e-7)


def test_a_frozen_layers_gradient_does_not_count_in_a_clip():
    # With all but the head frozen its step has the whole length that the clip allows.
    frozen = LayerRates((LayerRate("*", 0.0), LayerRate("head", 1.0)))
    before, after = walked(1, update=SGD(1.0), clip=ClipNorm(1e-3), rates=frozen)
    moved = jax.tree.map(jnp.subtract, after.params, before.params)
    np.testing.assert_allclose(np.sqrt(sum(np.sum(leaf**2) for leaf in jax.tree.leaves(moved))), 1e-3, rtol=1e-3)


def test_another_factor_compiles_nothing_and_members_have_their_own():
    specs = [small(rates=rates(dense_1=f)) for f in (0.0, 0.5, 0.0)]
    members = members_of(specs, 100, seeds=[0, 0, 1])
    after, _ = advance(members, full(), clock=0, count=5)
    moved = np.abs(np.asarray(after.carry.params["dense_1"]["w"] - members.carry.params["dense_1"]["w"])).max((1, 2))
    assert moved[0] == 0 < moved[1] and moved[2] == 0
    before = programs()
    advance(members_of([small(rates=rates(dense_1=f)) for f in (1.0, 0, 7.5)], 100), full(), clock=0, count=5)
    assert programs() == before


def test_automatic_factors_by_hand():
    # Ratios 4e-2 and 1e-2: the mean of their logarithms is that of 2e-2, so the factors are 1/2 and 2. With memory
    # 1/2 and then ratios 1e-2 and 1e-2: m' = (log r1 / 4 + log r2 / 2) / (3/4) = (log r1 + 2 log r2) / 3, so layer a
    # lies 4^(1/3) above b, and its factor 4^(-1/6).
    params = {
        "a": {"w": jnp.array([3.0, 4.0]), "b": jnp.ones(1)},
        "b": {"w": jnp.ones(1)},
        "norm": {"gamma": jnp.ones(1)},
    }
    first = {
        "a": {"w": jnp.array([0.0, 0.2]), "b": jnp.ones(1)},
        "b": {"w": -jnp.full(1, 0.01)},
        "norm": {"gamma": jnp.ones(1)},
    }
    second = {**first, "a": {"w": jnp.array([0.05, 0.0]), "b": jnp.zeros(1)}}
    spec = AutomaticRates(0.5)
    state = spec.init(params)
    start = spec.factors(params, state, layers=())
    once = spec.following(state, params, first)
    twice = spec.following(once, params, second)
    assert [float(f) for f in start.values()] == [1.0, 1.0]
    got = [list(map(float, spec.factors(params, s, layers=()).values())) for s in (once, twice)]
    np.testing.assert_allclose(got, [[0.5, 2.0], [4 ** (-1 / 6), 4 ** (1 / 6)]], rtol=1e-5)
    limited = AutomaticRates(0.5, 1.5).factors(params, once, layers=())
    np.testing.assert_allclose(list(map(float, limited.values())), [1 / 1.5, 1.5], rtol=1e-6)


def test_automatic_rates_leave_out_a_layer_that_has_no_ratio():
    params = {"a": {"w": jnp.ones(1)}, "b": {"w": jnp.zeros(1)}, "c": {"w": jnp.ones(1)}}
    updates = {"a": {"w": jnp.full(1, 0.1)}, "b": {"w": jnp.ones(1)}, "c": {"w": jnp.zeros(1)}}
    spec = AutomaticRates()
    state = spec.following(spec.init(params), params, updates)
    assert [float(f) for f in spec.factors(params, state, layers=()).values()] == [1.0, 1.0, 1.0]
    assert [int(steps) for steps in state.steps.values()] == [1, 0, 0]


def test_automatic_rates_let_layers_move_alike():  # U13
    # The head starts small, so it moves by far the most of itself.
    network = Sequential((Dense(12), Activation(Tanh()), Dense(C)))

    def apart(given):
        """Return how many times as far the fastest layer moves as the slowest."""
        before, after = trained(60, network=network, update=SGD(0.05), rates=given)
        found = []
        for _ in range(10):
            before, (after, _) = after, advance(after, full(), clock=60, count=1)
            was, now = (at(members.carry.params, 0) for members in (before, after))
            moved = [np.linalg.norm(now[n]["w"] - was[n]["w"]) / np.linalg.norm(was[n]["w"]) for n in was if was[n]]
            found.append(max(moved) / min(moved))
        return np.median(found)

    assert apart(SameRates()) > 3.0
    assert apart(AutomaticRates(0.8)) < 1.2


def test_the_state_of_automatic_rates_is_in_the_checkpoint(tmp_path):
    spec = small(rates=AutomaticRates())
    fresh = members_of([spec, spec], 100)
    middle, _ = advance(fresh, full(), clock=0, count=5)
    save_checkpoint(tmp_path / "checkpoint", LoopState(middle, clock=5, endings=("", ""), best_score=(0.0, 0.0)))
    restored = load_checkpoint(tmp_path / "checkpoint", fresh)
    assert restored is not None
    ends = [advance(members, full(), clock=5, count=5)[0] for members in (restored.members, middle)]
    assert_same(*ends)
