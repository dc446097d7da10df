"""Functions as graphs: values forwards, gradients backwards, and what cannot be shown."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.checks.computational_graph import computational_graph
from thalweg.errors import InputError
from thalweg.lab.graph import NEURON, neuron


def product(x, y, z):
    return (x + y) * z


def test_a_sum_and_a_product_are_those_of_the_notes():
    # q = x + y = 3, f = q z = -12; df/dz = q = 3, df/dq = z = -4, and a sum hands its gradient on: df/dx = df/dy = -4.
    found = computational_graph(product, x=-2, y=5, z=-4)
    assert [(n.name, n.operation, float(n.value), float(n.gradient)) for n in found.nodes] == [
        ("x", "input", -2, -4), ("y", "input", 5, -4), ("z", "input", -4, 3), ("q", "+", 3, -4), ("f", "*", -12, 1),
    ]  # fmt: skip
    assert [(edge.node, edge.slope) for edge in found.nodes[3].edges + found.nodes[4].edges] == [
        (0, 1), (1, 1), (3, -4), (2, 3),
    ]  # fmt: skip


def test_it_prints_as_a_table():
    head, *rows = str(computational_graph(product, x=-2, y=5, z=-4)).splitlines()
    assert head.split() == ["node", "operation", "of", "value", "gradient", "local", "slopes"]
    assert rows[-2].split() == ["q", "+", "x,", "y", "3", "-4", "1,", "1"]


def test_a_sigmoid_is_taken_apart_as_in_the_notes():
    nodes = {node.name: node for node in computational_graph(neuron, **NEURON).nodes}
    said = {name: round(float(node.gradient), 2) for name, node in nodes.items() if node.operation == "input"}
    assert said == {"w0": -0.2, "x0": 0.39, "w1": -0.39, "x1": -0.59, "w2": 0.2}
    steps = [node.operation for node in list(nodes.values())[-4:]]
    assert steps == ["* -1", "exp", "1 +", "1 /"]
    assert [round(float(node.value), 2) for node in list(nodes.values())[-4:]] == [-1, 0.37, 1.37, 0.73]


def test_gradients_are_those_of_jax_whatever_the_function_calls():
    def mixture(x, y, w):
        inner = jax.jit(lambda a: jnp.tanh(a) + jax.nn.relu(a))  # the same program twice, in two places
        return jnp.sum(jnp.square(jnp.dot(w, inner(x) * jnp.ones(2)))) + jax.nn.softplus(inner(y)) * x * x

    given = {"x": jnp.array(0.7), "y": jnp.array(-1.3), "w": jnp.array([[0.1, 0.5], [-0.3, 0.8]])}
    found = computational_graph(mixture, **given)
    wanted = jax.grad(mixture, argnums=(0, 1, 2))(*given.values())
    for node, gradient in zip(found.nodes, wanted, strict=False):
        np.testing.assert_allclose(node.gradient, gradient, rtol=1e-6)
    np.testing.assert_allclose(found.nodes[-1].value, mixture(**given), rtol=1e-6)
    assert "relu" in {node.operation for node in found.nodes}  # with a derivative of its own: not taken apart


def test_a_derivative_of_ones_own_is_the_one_that_counts():
    @jax.custom_vjp
    def doubled(x):
        return 2 * x

    doubled.defvjp(lambda x: (2 * x, None), lambda _, g: (7 * g,))  # wrong on purpose
    found = computational_graph(lambda x: doubled(x) + 1, x=1.0)
    assert float(found.nodes[0].gradient) == 7 and found.nodes[1].edges[0].slope == 7


def test_what_hangs_on_a_comparison_has_no_slope_along_it():
    found = computational_graph(lambda x, y: jnp.where(x > 0, x, y), x=1.5, y=-1.0)
    choice = found.nodes[-1]
    assert [edge.slope for edge in choice.edges] == [None, 0, 1]
    assert [float(node.gradient) for node in found.nodes] == [1, 0, 0, 1]


def fails(x):
    raise ValueError("no such luck")


@pytest.mark.parametrize(
    ("function", "inputs", "said"),
    [
        (product, {}, "computational_graph needs a value for each of the function's arguments: f, x=-2.0, y=5.0."),
        (fails, {"x": 1}, "the function failed: ValueError: no such luck. Mend it, or the inputs."),
        (product, {"x": 1, "y": "a", "z": 2}, "the input 'y' must be a number or an array of numbers; got 'a'."),
        (lambda x: x * x if x > 0 else -x, {"x": 1}, "asks for a value before there is one, as an `if` on an argument "
         "does. Use jnp.where there."),
        (lambda x: x, {"x": 1}, "the function returns an input, or a constant: there is no operation to show."),
        (lambda x: 2 * x, {"x": np.ones(2)}, "the function must return one number, with a fraction; got an array of "
         "shape (2,). Take its sum or its mean."),
        (lambda x: (x, x), {"x": 1}, "must return one number, with a fraction; got something else."),
        (lambda x: sum(x * k for k in range(2, 130)), {"x": 1.0}, "operations; at most 200 can be shown. Take part of"),
        (lambda x: jax.lax.fori_loop(0, 3, lambda _, c: (2 * c[0], c[1] + 1), (x, x))[0], {"x": 1.0},
         "gives several values, and cannot be shown. Write it out."),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_said(function, inputs, said):
    with pytest.raises(InputError) as refused:
        computational_graph(function, **inputs)
    assert said in str(refused.value)
