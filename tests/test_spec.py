"""Specs: checked when made, never when rebuilt; numbers traced, structure compiled."""

import dataclasses
import tomllib
from collections.abc import Callable
from typing import Any, Literal, Protocol, runtime_checkable

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.errors import InputError
from thalweg.platform import compiles, jit
from thalweg.spec import is_spec, kind_of, part, parts, replaced, spec, stack, traced, tunable, tunables


@spec
class Momentum:
    rate: Any = tunable(0.1, low=0.0, open_low=True)
    mu: Any = tunable(0.9, low=0.0, high=1.0, open_high=True)


@spec
class StepDecay:
    factor: Any = tunable(0.1, low=0.0, high=1.0, open_low=True)
    every: Any = tunable(30, low=1, whole=True)


@spec
class Dense:
    units: int
    bias: bool = True
    scale: float = 1.0
    padding: Literal["same", "valid", 1] = "same"
    name: str | None = None
    weights: tuple[tuple[float, ...], ...] = ()
    stride: tuple[int, int] = (1, 1)
    link: Callable[[Any], Any] = abs

    def __post_init__(self):
        if self.units < 1:  # fails with TypeError unless the type was checked before
            raise InputError(f"Dense.units must be at least 1; got {self.units}.")


@runtime_checkable
class Rule(Protocol):
    rate: Any


@spec
class Net:
    layers: tuple[Dense, ...] = part(family="layer")
    rule: Rule = part(Momentum(), family="update rule")
    anything: Any = part(StepDecay(), family="schedule")


def net(**changes):
    return Net(layers=(Dense(3), Dense(2)), **changes)


REFUSED = [
    (lambda: Momentum(rate=0), "Momentum.rate must be in (0, inf); got 0."),
    (lambda: Momentum(0.1, 1.0), "Momentum.mu must be in [0, 1); got 1.0."),
    (lambda: Momentum(mu=-0.5), "Momentum.mu must be in [0, 1); got -0.5."),
    (lambda: StepDecay(factor=1.5), "StepDecay.factor must be in (0, 1]; got 1.5."),
    (lambda: Momentum(rate=float("nan")), "Momentum.rate must be in (0, inf); got nan."),
    (lambda: Momentum(rate=float("inf")), "Momentum.rate must be in (0, inf); got inf."),
    (lambda: Momentum(rate=np.float64("nan")), "Momentum.rate must be in (0, inf); got np.float64(nan)."),
    (lambda: Momentum(rate=10**400), "Momentum.rate must be in (0, inf); got 1000000000000000000"),
    (lambda: Momentum(rate=16**5000), "Momentum.rate must be in (0, inf); got a int with a number too long to write."),
    (lambda: Momentum(rate=1e300), "Momentum.rate must be in (0, inf); got 1e+300, which is inf in 32 bits."),
    (lambda: Momentum(rate=1e-50), "Momentum.rate must be in (0, inf); got 1e-50, which is 0 in 32 bits."),
    (lambda: Momentum(mu=1 - 1e-9), "Momentum.mu must be in [0, 1); got 0.999999999, which is 1 in 32 bits."),
    (lambda: Momentum(rate="a"), "Momentum.rate must be a number; got 'a'."),
    (lambda: Momentum(rate=True), "Momentum.rate must be a number; got True."),
    (lambda: Momentum(rate=None), "Momentum.rate must be a number; got None."),
    (lambda: Momentum(rate=1j), "Momentum.rate must be a number; got 1j."),
    (lambda: Momentum(rate=(1,) * 10**6), "Momentum.rate must be a number; got (1, 1, 1, 1, 1, 1, 1, 1, ...)."),
    (lambda: StepDecay(every=2.5), "StepDecay.every must be a whole number; got 2.5."),
    (lambda: StepDecay(every=float("inf")), "StepDecay.every must be in [1, inf); got inf."),
    (lambda: StepDecay(every=float("nan")), "StepDecay.every must be in [1, inf); got nan."),
    (lambda: StepDecay(every=0), "StepDecay.every must be in [1, inf); got 0."),
    (lambda: Dense(2.0), "Dense.units must be a whole number; got 2.0."),
    (lambda: Dense(True), "Dense.units must be a whole number; got True."),
    (lambda: Dense("3"), "Dense.units must be a whole number; got '3'."),
    (lambda: Dense(0), "Dense.units must be at least 1; got 0."),
    (lambda: Dense(3, bias=1), "Dense.bias must be true or false; got 1."),
    (lambda: Dense(3, scale="1"), "Dense.scale must be a number; got '1'."),
    (lambda: Dense(3, scale=float("nan")), "Dense.scale must be a number; got nan."),
    (lambda: Dense(3, scale=np.float32("inf")), "Dense.scale must be a number; got np.float32(inf)."),
    (lambda: Dense(3, padding="some"), "Dense.padding must be one of 'same', 'valid', 1; got 'some'."),
    (lambda: Dense(3, padding=True), "Dense.padding must be one of 'same', 'valid', 1; got True."),
    (lambda: Dense(3, padding=np.ones(2)), "Dense.padding must be one of 'same', 'valid', 1; got array([1., 1.])."),
    (lambda: Dense(3, name=3), "Dense.name must be text or nothing; got 3."),
    (lambda: Dense(3, name="\ud800"), "Dense.name must be text or nothing; got '\\ud800'."),
    (lambda: Dense(3, weights=((1.0,), ("a",))), "Dense.weights must be a tuple of tuples of numbers; got "),
    (lambda: Dense(3, weights=[[1.0]]), "Dense.weights must be a tuple of tuples of numbers; got [[1.0]]."),
    (lambda: Dense(3, stride=(1, 2, 3)), "Dense.stride must be a tuple of 2 values (a whole number, a whole number);"),
    (lambda: Dense(3, link=5), "Dense.link must be a function; got 5."),
    (lambda: Dense(3, bias=None), "Dense.bias must be true or false; got None."),
    (lambda: net(rule=Dense), "Net.rule must hold parts of the family 'update rule'; got <class "),
    (lambda: net(rule="momentum"), "Net.rule must hold parts of the family 'update rule'; got 'momentum'."),
    (lambda: net(rule=NotASpec()), "Net.rule must hold parts of the family 'update rule'; got NotASpec(rate=1.0)."),
    (lambda: net(rule=StepDecay()), "Net.rule must be one part of the family 'update rule'; got StepDecay("),
    (lambda: net(rule=(Momentum(),)), "Net.rule must be one part of the family 'update rule'; got (Momentum("),
    (lambda: Net(Dense(3)), "Net.layers must be a tuple of parts of the family 'layer'; got Dense("),
    (lambda: Net((Dense(3), Momentum())), "Net.layers must be a tuple of parts of the family 'layer'; got (Dense("),
    (lambda: Net((Dense(3), None)), "Net.layers must hold parts of the family 'layer'; got None."),
]


@dataclasses.dataclass(frozen=True)
class NotASpec:
    rate: float = 1.0


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: net(rule=Momentum), ". Make one: Momentum(...)."),
        (lambda: Net((Dense(3), Dense)), ". Make one: Dense(...)."),
        (lambda: Net([Dense(3)]), "]. Give them as a tuple: (a, b)."),
    ],
)
def test_who_gives_a_class_or_a_list_is_told_what_to_give(make, text):
    with pytest.raises(InputError) as caught:
        make()
    assert "must hold parts of the family" in str(caught.value) and str(caught.value).endswith(text)


def test_one_part_where_several_are_wanted_is_told_the_way_to_write_it():
    with pytest.raises(InputError, match=r'Make it a list of one: \["kind"\] in files .*, \(part,\) in Python\.$'):
        Net(Dense(3))
    with pytest.raises(InputError) as caught:
        Net((Dense(3), Momentum()))
    assert "a list of one" not in str(caught.value)


@pytest.mark.parametrize(("make", "text"), REFUSED, ids=[text for _, text in REFUSED])
def test_a_bad_value_is_refused_by_field_range_and_value(make, text):
    with pytest.raises(InputError) as caught:
        make()
    assert str(caught.value).startswith(text)
    assert len(str(caught.value)) < 450


@pytest.mark.parametrize(
    "value", [1, 0.5, np.float64(0.5), np.float32(0.5), np.int64(3), np.array(0.5), jnp.float32(0.5), 1e-30]
)
def test_every_sort_of_number_may_be_a_tunable(value):
    assert Momentum(rate=value).rate is value


def test_the_ends_of_a_closed_range_are_inside_after_rounding_too():
    @spec
    class Share:
        value: Any = tunable(low=0.0, high=0.1)  # float32(0.1) is above 0.1

    assert Share(0.1).value == 0.1
    assert Share(0).value == 0


def test_structure_is_taken_in_every_form_its_type_allows():
    dense = Dense(np.int64(3), False, 2, 1, "hidden", ((1, 2.5), ()), (2, 1), len)
    assert dense.weights == ((1, 2.5), ())
    assert Net(()).layers == ()


def test_none_is_taken_only_where_it_is_the_default():
    # Files leave out what is None: from another default they would come back changed.
    @spec
    class Clip:
        at: int | None = 5
        of: int | None = None

    assert Clip(of=None) == Clip()
    with pytest.raises(InputError, match=r"Clip.at must be a whole number or nothing; got None\."):
        Clip(at=None)


def test_a_wrong_argument_name_or_count_is_named_by_python():
    with pytest.raises(TypeError, match="raet"):
        Momentum(raet=0.1)
    with pytest.raises(TypeError, match="positional"):
        Momentum(0.1, 0.9, 0.5)
    with pytest.raises(TypeError, match="units"):
        Dense()


def test_a_field_called_kind_is_refused():
    with pytest.raises(TypeError, match=r"Odd.kind needs another name: files keep the class's name under kind\."):

        @spec
        class Odd:
            kind: str = "x"


def test_a_spec_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Momentum().rate = 0.2  # type: ignore[misc]


@pytest.mark.parametrize(
    "replacement",
    [
        lambda _: 0,
        lambda _: None,
        lambda _: True,
        lambda _: "x",
        lambda x: -x,
        lambda x: object(),
        lambda x: jax.ShapeDtypeStruct((), "float32"),
    ],
)
def test_rebuilding_checks_nothing(replacement):
    rebuilt = jax.tree.map(replacement, net())
    assert isinstance(rebuilt, Net)
    assert rebuilt.layers == (Dense(3), Dense(2))


def test_the_leaves_are_the_tunables_by_name():
    leaves, _ = jax.tree_util.tree_flatten_with_path(net())
    assert {jax.tree_util.keystr(path): leaf for path, leaf in leaves} == {
        ".rule.rate": 0.1,
        ".rule.mu": 0.9,
        ".anything.factor": 0.1,
        ".anything.every": 30,
    }


def test_no_number_is_part_of_the_compiled_program_and_all_structure_is():
    @jit
    def scaled(value, x):
        return x * value.rule.rate * value.anything.factor

    x = jnp.ones(3)
    toml = tomllib.loads("whole = 1\nfraction = 1.0")
    rates = [1, 1.0, np.float64(1), np.float32(1), np.int64(1), toml["whole"], toml["fraction"], 0.5, jnp.float32(2)]
    for rate in rates:
        value = net(rule=Momentum(rate=rate), anything=StepDecay(factor=1))
        np.testing.assert_array_equal(scaled(traced(value), x), np.full(3, float(rate)))
    for field in ({"mu": 0}, {"mu": 0.5}):
        scaled(traced(net(rule=Momentum(**field))), x)
    assert compiles(scaled) == 1
    scaled(traced(Net((Dense(3), Dense(2, bias=False)))), x)
    assert compiles(scaled) == 2
    scaled(traced(Net((Dense(3), Dense(2, weights=((1.0,),))))), x)
    assert compiles(scaled) == 3
    scaled(traced(net(anything=StepDecay(every=7))), x)
    assert compiles(scaled) == 3


def test_traced_numbers_have_the_default_float_type():
    leaves = jax.tree.leaves(traced(net()))
    assert {leaf.dtype for leaf in leaves} == {jnp.result_type(float)}
    assert all(isinstance(leaf, jax.Array) and not leaf.weak_type for leaf in leaves)


def test_traced_follows_x64_where_it_is_switched_on():
    with jax.enable_x64(True):
        assert traced(Momentum()).rate.dtype == np.float64
    with jax.enable_x64(False):
        assert traced(Momentum()).rate.dtype == np.float32


def test_stacked_specs_map_over_their_numbers():
    population = stack([net(rule=Momentum(rate=10.0**-k)) for k in range(4)])
    assert population.rule.mu.shape == (4,)
    assert population.layers == (Dense(3), Dense(2))
    rates = jit(jax.vmap(lambda value: value.rule.rate * 2))(population)
    np.testing.assert_allclose(rates, [2, 0.2, 0.02, 0.002], rtol=1e-6)


def test_specs_of_different_structure_are_not_stacked():
    with pytest.raises(ValueError, match="stack needs specs of one structure; got 2 structures: group them by"):
        stack([Net((Dense(3),)), Net((Dense(4),)), Net((Dense(3),))])


def test_an_empty_stack_is_refused():
    with pytest.raises(ValueError, match=r"stack needs at least one spec; got none\."):
        stack([])


def test_equal_specs_are_equal_hash_alike_and_print_as_they_are_made():
    assert Momentum(1) == Momentum(1.0) == Momentum(np.float64(1))
    assert hash(net()) == hash(net())
    assert {net(): "found"}[net()] == "found"
    assert net() != net(rule=Momentum(0.2))
    assert Momentum() != StepDecay()
    assert repr(Momentum(0.5)) == "Momentum(rate=0.5, mu=0.9)"


def test_replaced_changes_fields_without_a_check_and_leaves_the_original():
    before = net()
    after = replaced(before, rule=replaced(before.rule, rate=-1), layers="anything")
    assert after.rule == replaced(Momentum(), rate=-1)
    assert after.rule.rate == -1
    assert after.layers == "anything"
    assert after.anything is before.anything
    assert before == net()


def test_replaced_works_inside_a_compiled_function():
    doubled = jit(lambda value: replaced(value, rate=2 * value.rate))(traced(Momentum()))
    np.testing.assert_allclose(doubled.rate, 0.2, rtol=1e-6)


def test_replaced_names_the_field_that_is_none():
    with pytest.raises(TypeError, match=r"Momentum has no field \['raet'\]; it has \['rate', 'mu'\]\."):
        replaced(Momentum(), raet=0.1)


def test_a_spec_may_be_made_from_traced_numbers():
    made = jit(lambda rate: Momentum(rate=rate, mu=rate / 2))(jnp.float32(-1))
    assert made.rate == -1


def test_only_instances_of_spec_classes_are_specs():
    class Heir(Momentum):
        pass

    assert is_spec(Momentum())
    for other in (Momentum, Heir(), NotASpec(), 3, None, "momentum", (Momentum(),)):
        assert not is_spec(other)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("BatchNorm", "batch_norm"),
        ("L2", "l2"),
        ("Adam", "adam"),
        ("ReLU", "relu"),
        ("LeakyReLU", "leaky_relu"),
        ("Conv2D", "conv2d"),
    ],
)
def test_files_know_a_class_by_its_name_in_small_letters(name, kind):
    assert kind_of(type(name, (), {})) == kind


def test_tunables_and_parts_tell_what_a_class_holds():
    assert {name: str(limits) for name, limits in tunables(StepDecay).items()} == {
        "factor": "(0, 1]",
        "every": "[1, inf)",
    }
    assert tunables(StepDecay)["every"].whole
    assert parts(Net) == {"layers": "layer", "rule": "update rule", "anything": "schedule"}
    assert tunables(Dense) == parts(Dense) == {}


def test_a_range_without_ends_is_written_open():
    @spec
    class Free:
        value: Any = tunable(0.0)

    assert str(tunables(Free)["value"]) == "(-inf, inf)"
