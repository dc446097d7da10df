"""Every part keeps every contract: shapes, types, compiles, gradients, padding, files, misuse."""

import dataclasses
import json
import tomllib

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import tomlkit

from tests.contracts import cases
from tests.contracts.families import own
from thalweg import platform
from thalweg.catalogue import KINDS
from thalweg.errors import InputError
from thalweg.serialise import from_plain, to_plain
from thalweg.spec import kind_of, replaced, stack, traced, tunables
from thalweg.trees import weights_of

DTYPES = {False: np.float32, True: np.float64}


def _name(entry):
    return kind_of(type(entry[1].spec))


def every(entries=cases.ALL):
    return pytest.mark.parametrize(("family", "case"), [pytest.param(*e, id=_name(e)) for e in entries])


def where(wanted):
    return every([entry for entry in cases.ALL if wanted(*entry)])


def in_every_form(families):
    """The parts of some families, and those of another structure beside them."""
    entries = [(family, case) for family, case in cases.ALL if family in families]
    others = [(family, case._replace(spec=case.restructured)) for family, case in entries if case.restructured]
    return every(entries + others)


every_with_numbers = where(lambda family, case: case.other is not None)
every_value_with_numbers = every([entry for entry in cases.EVERY if entry[1].other is not None])
every_with_two_structures = where(lambda family, case: case.restructured is not None)
every_layer = where(lambda family, case: family == "layer")


@pytest.fixture(params=DTYPES, ids=lambda wide: np.dtype(DTYPES[wide]).name)
def dtype(request):
    with jax.enable_x64(request.param):
        yield DTYPES[request.param]


def close(actual, expected, rtol=1e-5):
    assert jax.tree.structure(actual) == jax.tree.structure(expected)
    for a, e in zip(jax.tree.leaves(actual), jax.tree.leaves(expected), strict=True):
        np.testing.assert_allclose(a, e, rtol=rtol, atol=1e-6)


def equal(actual, expected):
    assert jax.tree.structure(actual) == jax.tree.structure(expected)
    for a, e in zip(jax.tree.leaves(actual), jax.tree.leaves(expected), strict=True):
        np.testing.assert_array_equal(a, e)


# The table


@pytest.mark.parametrize("family", KINDS)
def test_the_table_is_complete(family):
    assert {type(case.spec) for case in {**cases.CASES, **cases.VALUES}[family]} == set(KINDS[family].values())


@pytest.mark.parametrize("family", cases.FAMILIES)
def test_files_may_name_every_part(family):
    named = {cls for kinds in KINDS.values() for cls in kinds.values()}
    assert set(cases.classes_of(family)) <= named


@pytest.mark.parametrize("family", cases.FAMILIES)
def test_a_file_is_called_as_the_spec_in_it(family):
    for cls, file in cases.classes_of(family).items():
        assert file.replace("_", "") == cls.__name__.lower()


@every(cases.EVERY)
def test_the_table_knows_every_number(family, case):
    names = set(tunables(type(case.spec)))
    assert set(case.ranges) == set(case.outside) == names
    assert (case.other is None) == (not names)
    if names:
        assert jax.tree.structure(case.other) == jax.tree.structure(case.spec)
        assert all(a != b for a, b in zip(jax.tree.leaves(case.other), jax.tree.leaves(case.spec), strict=True))


@every()
def test_it_keeps_its_familys_protocol(family, case):
    assert isinstance(case.spec, cases.FAMILIES[family][1])


# Numbers in, numbers out


@every()
def test_every_float_has_the_type_of_the_inputs(family, case, dtype):
    out = cases.use(family, traced(case.spec), cases.inputs(family, case.spec, dtype))
    floats = [leaf.dtype for leaf in jax.tree.leaves(out) if jnp.issubdtype(leaf.dtype, jnp.floating)]
    assert floats and set(floats) == {np.dtype(dtype)}


@every()
def test_untraced_numbers_and_jax_inputs_give_the_same(family, case, dtype):
    arrays = cases.inputs(family, case.spec, dtype)
    close(cases.use(family, case.spec, jax.tree.map(jnp.asarray, arrays)), cases.use(family, traced(case.spec), arrays))


@every()
def test_64_bit_numpy_inputs_serve_where_jax_has_32(family, case):
    with jax.enable_x64(False):
        narrow, wide = (cases.inputs(family, case.spec, t) for t in (np.float32, np.float64))
        close(cases.use(family, case.spec, wide), cases.use(family, case.spec, narrow))


@every()
def test_compiled_equals_step_by_step(family, case, dtype):
    arrays = cases.inputs(family, case.spec, dtype)
    compiled = platform.jit(lambda spec, arrays: cases.use(family, spec, arrays))
    close(compiled(traced(case.spec), arrays), cases.use(family, traced(case.spec), arrays))


@every()
def test_a_stack_of_specs_and_inputs_gives_what_each_gives(family, case):
    specs = [traced(case.spec), traced(case.spec if case.other is None else case.other)]
    arrays = cases.inputs(family, case.spec, np.float32)
    given = [arrays, jax.tree.map(lambda leaf: np.flip(leaf, 0) if np.ndim(leaf) else leaf, arrays)]
    stacked = jax.tree.map(lambda *leaves: np.stack(leaves), *given)
    # Some parts hold no number and take no array: there is always the place.
    many = jax.vmap(lambda place, spec, arrays: (place, cases.use(family, spec, arrays)))
    _, found = platform.jit(many)(jnp.arange(2), stack(specs), stacked)
    for i, (spec, each) in enumerate(zip(specs, given, strict=True)):
        close(jax.tree.map(lambda leaf, i=i: leaf[i], found), cases.use(family, spec, each))


# Compiles


@every_with_numbers
def test_no_number_compiles_anew_and_each_one_counts(family, case):
    arrays = cases.inputs(family, case.spec, np.float32)

    def used(spec, arrays):
        drawn = spec.init(jax.random.key(0), cases.example_shape(spec)) if family == "layer" else ()
        return drawn, cases.use(family, spec, arrays)

    compiled = platform.jit(used)
    before = compiled(traced(case.spec), arrays)
    for name in tunables(type(case.spec)):
        changed = replaced(case.spec, **{name: np.float64(getattr(case.other, name))})
        after = compiled(traced(changed), arrays)
        pairs = zip(jax.tree.leaves(before), jax.tree.leaves(after), strict=True)
        assert any(not np.array_equal(a, b) for a, b in pairs), f"{name} changes nothing"
    compiled(traced(jax.tree.map(lambda _: 1, case.spec)), arrays)  # a whole number, as a file may hold
    assert platform.compiles(compiled) == 1


@every_with_two_structures
def test_another_structure_compiles_once(family, case):
    compiled = platform.jit(lambda spec, arrays: cases.use(family, spec, arrays))
    for spec in (case.spec, case.restructured, case.spec, case.restructured):
        compiled(traced(spec), cases.inputs(family, spec, np.float32))
    assert platform.compiles(compiled) == 2


# Padding


@every_layer
@pytest.mark.parametrize("garbage", [1e4, np.nan], ids=["large", "nan"])
def test_padding_changes_no_real_row_nor_state_nor_gradient(family, case, garbage, dtype):
    n, pad = cases.N, 3
    params, state, x, weight = cases.layer_inputs(case.spec, dtype)
    padded_x = np.concatenate([x, np.full((pad, *x.shape[1:]), garbage, dtype)])
    padded_weight = np.concatenate([weight, np.zeros(pad, dtype)])
    cotangent = np.arange(1, n + 1, dtype=dtype)

    def objective(params, x, weight):
        y, after = cases.apply_layer(case.spec, params, state, x, weight)
        return jnp.sum(cotangent * jnp.sum(y[:n].reshape(n, -1), axis=1)), (y[:n], after)

    compute = jax.value_and_grad(objective, argnums=(0, 1), has_aux=True)
    (_, plain), (plain_params, plain_x) = compute(params, x, weight)
    (_, padded), (padded_params, padded_grad_x) = compute(params, padded_x, padded_weight)
    close(padded, plain)
    close(padded_grad_x[:n], plain_x)
    if not (weights_of(params) and np.isnan(garbage)):  # 0 times NaN in a matrix product is NaN
        close(padded_params, plain_params)


@in_every_form({"layer"})
def test_what_the_padding_holds_does_not_change_one_bit(family, case):
    params, state, x, _ = cases.layer_inputs(case.spec, np.float32, n=cases.N + 3)
    weight = np.array([1] * cases.N + [0] * 3, np.float32)
    other = np.concatenate([x[: cases.N], 1e3 * x[cases.N :] + 1])
    for training in (True, False):
        y, after = cases.apply_layer(case.spec, params, state, x, weight, training)
        z, then = cases.apply_layer(case.spec, params, state, other, weight, training)
        equal((y[: cases.N], after), (z[: cases.N], then))


@every_layer
def test_inference_maps_each_example_by_itself(family, case):
    params, state, x, weight = cases.layer_inputs(case.spec, np.float32)
    together, after = cases.apply_layer(case.spec, params, state, x, weight, training=False)
    alone = [cases.apply_layer(case.spec, params, state, row[None], weight[:1], training=False)[0] for row in x]
    close(together, jnp.concatenate(alone))
    equal(after, state)


@every_layer
def test_shapes_and_structures_hold_from_step_to_step(family, case):
    shape = cases.example_shape(case.spec)
    params, state = case.spec.init(jax.random.key(0), shape)
    y, after = cases.apply_layer(case.spec, params, state, jnp.ones((cases.N, *shape)), jnp.ones(cases.N))
    assert y.shape[0] == cases.N
    assert jax.tree.map(jnp.shape, after) == jax.tree.map(jnp.shape, state)


# Values


@every(cases.EVERY)
def test_rebuilding_checks_nothing(family, case):
    for leaf in (object(), None, True, "text", -1e9, jax.ShapeDtypeStruct((), "float32")):
        rebuilt = jax.tree.map(lambda _, leaf=leaf: leaf, case.spec)
        assert type(rebuilt) is type(case.spec)
        assert all(getattr(rebuilt, name) is leaf for name in tunables(type(rebuilt)))


def forms(case):
    """The part, and the same with other numbers and in another structure: not all of its fields are the defaults."""
    return [spec for spec in (case.spec, case.other, case.restructured) if spec is not None]


@every(cases.EVERY)
def test_files_give_it_back(family, case):
    for spec in forms(case):
        plain = to_plain(spec)
        for read in (plain, json.loads(json.dumps(plain)), tomllib.loads(tomlkit.dumps(plain))):
            assert from_plain(read, family, KINDS, given=own.GIVEN) == spec


@every(cases.EVERY)
def test_its_kind_alone_stands_for_its_defaults(family, case):
    required = [f.name for f in dataclasses.fields(case.spec) if f.default is dataclasses.MISSING]
    if not required:
        assert from_plain(kind_of(type(case.spec)), family, KINDS) == type(case.spec)()
    else:
        with pytest.raises(InputError, match=f"needs {', '.join(required)}"):
            from_plain(kind_of(type(case.spec)), family, KINDS)


@every(cases.EVERY)
def test_equal_specs_hash_and_print_alike_and_others_differ(family, case):
    copies = [from_plain(to_plain(spec), family, KINDS, given=own.GIVEN) for spec in forms(case)]
    for spec, copy in zip(forms(case), copies, strict=True):
        assert copy == spec and hash(copy) == hash(spec) and repr(copy) == repr(spec)
    assert len(set(copies)) == len({repr(copy) for copy in copies}) == len(copies)


@every(cases.EVERY)
def test_its_repr_is_the_call_that_makes_it(family, case):
    names = own.NAMED | {cls.__name__: cls for members in KINDS.values() for cls in members.values()}
    for spec in forms(case):
        assert eval(repr(spec), names) == spec


@every_value_with_numbers
def test_a_number_outside_its_range_is_refused(family, case):
    cls = type(case.spec)
    fields = {f.name: getattr(case.spec, f.name) for f in dataclasses.fields(cls)}
    for name, limits in case.ranges.items():
        for value in [*case.outside[name], float("nan"), float("inf"), float("-inf")]:
            with pytest.raises(InputError) as caught:
                cls(**{**fields, name: value})
            assert str(caught.value) == f"{cls.__name__}.{name} must be in {limits}; got {value}."
        for value in ("0.5", None, True, 1j, [1.0]):
            with pytest.raises(InputError, match=rf"{cls.__name__}\.{name} must be a number; got "):
                cls(**{**fields, name: value})


@every(cases.EVERY)
def test_a_misspelt_field_is_refused(family, case):
    with pytest.raises(TypeError, match="unexpected keyword argument 'ratte'"):
        type(case.spec)(ratte=0.1)
