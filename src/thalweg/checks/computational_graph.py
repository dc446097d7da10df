"""A small function as a graph: each operation with its value, its local slopes and its gradient."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import ClosedJaxpr, Jaxpr, Literal, jaxpr_as_fun

from thalweg.errors import InputError, shown
from thalweg.types import Array

MOST = 200  # operations; more than that nobody reads
_SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "^", "gt": ">", "lt": "<", "ge": ">=", "le": "<="}
_CALLS = ("jit", "pjit", "closed_call")
_WORDS = {"neg": "* -1", "max": "maximum", "min": "minimum", "logistic": "sigmoid", "exp2": "2 ^", "select_n": "select"}


class Edge(NamedTuple):
    """Where an operation takes a value from."""

    node: int  # position in the graph
    slope: float | None  # of the operation's value along this one; None unless both are single numbers


class Node(NamedTuple):
    """An input, or an operation."""

    name: str  # the input's; "q", or "q1", "q2" ... for values in between; "f" for the result
    operation: str  # "input", "+", "* -1", "exp" ...
    value: np.ndarray
    gradient: np.ndarray  # of the result along this value, in its shape
    edges: tuple[Edge, ...]  # () for an input


class Graph(NamedTuple):
    """The nodes, each after those that it takes values from; the last one is the result."""

    nodes: tuple[Node, ...]

    def rows(self) -> tuple[tuple[str, ...], ...]:
        """Return the graph as a table: its head, then a row a node."""
        head = ("node", "operation", "of", "value", "gradient", "local slopes")
        return (head, *(self._row(node) for node in self.nodes))

    def _row(self, node: Node) -> tuple[str, ...]:
        told = any(edge.slope is not None for edge in node.edges)
        return (
            node.name,
            node.operation,
            ", ".join(self.nodes[edge.node].name for edge in node.edges),
            written(node.value),
            written(node.gradient),
            ", ".join("-" if edge.slope is None else f"{edge.slope:.4g}" for edge in node.edges) if told else "",
        )

    def __str__(self) -> str:
        """Return the table in columns, a line a row."""
        rows = self.rows()
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
        return "\n".join(lines)


class _Place(NamedTuple):
    """A value of the graph, where another would be a constant."""

    place: int


class _Operation(NamedTuple):
    text: str
    function: Callable[..., Any]  # of the operands
    operands: tuple[int, ...]  # positions, inputs first, each once


def computational_graph(function: Callable[..., Any], **inputs: Any) -> Graph:
    """Run a function forwards and backwards, and keep what went through each of its operations.

        df/dx = sum over the operations q that take x of  df/dq dq/dx

    A call that has a derivative of its own, such as `jax.nn.relu`, is one operation.

    Args:
        function: Pure; of numbers or arrays by name, returns one number.
        **inputs: A value for each of its arguments, by name.

    Returns:
        The graph.

    Raises:
        InputError: If it is given no input, or one that is no number or array of numbers; if the function fails, asks
            for values while it is traced, returns something else than one number, or takes more than 200 operations; or
            if an operation gives several values, as a loop does.

    Example:
        >>> print(computational_graph(lambda x, y, z: (x + y) * z, x=-2, y=5, z=-4))
        node  operation  of    value  gradient  local slopes
        x     input            -2     -4
        y     input            5      -4
        z     input            -4     3
        q     +          x, y  3      -4        1, 1
        f     *          q, z  -12    1         -4, 3

    Source: CS231n notes, "Backpropagation, Intuitions", "Compound expressions with chain rule".
    """
    given = _checked(inputs)
    operations = _operations(_traced(function, given), len(given))
    values, pulls = list(given.values()), []
    for operation in operations:
        value, pull = jax.vjp(operation.function, *(values[place] for place in operation.operands))
        values.append(value)
        pulls.append(pull)
    gradients = [jnp.zeros(value.shape) for value in values]
    gradients[-1] = jnp.ones(())
    for place in reversed(range(len(given), len(values))):
        operation, pull = operations[place - len(given)], pulls[place - len(given)]
        if _smooth(values[place]):
            for operand, share in zip(operation.operands, pull(gradients[place]), strict=True):
                if _smooth(values[operand]):
                    gradients[operand] = gradients[operand] + share
    return _graph(tuple(given), operations, pulls, values, gradients)


def written(value: np.ndarray) -> str:
    """Return a value in few letters.

    Args:
        value: A number, or an array.

    Returns:
        The number with four digits; the numbers of up to four; the shape of larger arrays.

    Example:
        >>> written(np.array(0.73106)), written(np.array([1.0, 2.0])), written(np.zeros((3, 5)))
        ('0.7311', '[1 2]', '3 x 5 numbers')
    """
    if value.ndim == 0:
        return f"{float(value):.4g}"
    if value.size <= 4:
        return f"[{' '.join(f'{float(entry):.4g}' for entry in value.ravel())}]"
    return f"{' x '.join(map(str, value.shape))} numbers"


def _checked(inputs: Mapping[str, Any]) -> dict[str, Array]:
    if not inputs:
        raise InputError("computational_graph needs a value for each of the function's arguments: f, x=-2.0, y=5.0.")
    given = {}
    for name, value in inputs.items():
        array = np.asarray(value)
        if array.dtype.kind not in "iuf":
            raise InputError(f"the input {name!r} must be a number or an array of numbers; got {shown(value)}.")
        given[name] = jnp.asarray(array, jnp.result_type(float))
    return given


def _traced(function: Callable[..., Any], given: dict[str, Array]) -> ClosedJaxpr:
    names = tuple(given)
    try:
        program, shape = jax.make_jaxpr(
            lambda *values: function(**dict(zip(names, values, strict=True))), return_shape=True
        )(*given.values())
    except jax.errors.ConcretizationTypeError:
        raise InputError(
            "the function asks for a value before there is one, as an `if` on an argument does. Use jnp.where there."
        ) from None
    except Exception as error:  # whatever the user's own lines raise
        raise InputError(f"the function failed: {type(error).__name__}: {error}. Mend it, or the inputs.") from error
    if getattr(shape, "shape", None) != () or shape.dtype.kind != "f":
        got = f"an array of shape {shape.shape}" if getattr(shape, "shape", ()) else "something else"
        raise InputError(f"the function must return one number, with a fraction; got {got}. Take its sum or its mean.")
    return program


def _operations(program: ClosedJaxpr, inputs: int) -> list[_Operation]:
    found: list[_Operation] = []
    known: dict[Any, Any] = {variable: _Place(place) for place, variable in enumerate(program.jaxpr.invars)}
    (end,) = _unfolded(program, known, inputs, found)
    if len(found) > MOST:
        raise InputError(f"the function takes {len(found):,} operations; at most {MOST} can be shown. Take part of it.")
    if not isinstance(end, _Place) or end.place < inputs:
        raise InputError("the function returns an input, or a constant: there is no operation to show.")
    return found[: end.place - inputs + 1]


def _unfolded(program: ClosedJaxpr, known: dict[Any, Any], inputs: int, found: list[_Operation]) -> list[Any]:
    """List the operations of a program, with those of programs within it in their place; return its results."""
    known = known | dict(zip(program.jaxpr.constvars, program.consts, strict=True))

    def meant(atom: Any) -> Any:
        return atom.val if isinstance(atom, Literal) else known[atom]

    for equation in program.jaxpr.eqns:
        inner = equation.params.get("jaxpr")
        if equation.primitive.name in _CALLS and isinstance(inner, ClosedJaxpr):
            given = dict(zip(inner.jaxpr.invars, map(meant, equation.invars), strict=True))
            known |= dict(zip(equation.outvars, _unfolded(inner, given, inputs, found), strict=True))
            continue
        if len(equation.outvars) != 1:
            name = equation.primitive.name
            raise InputError(f"the operation {name!r} gives several values, and cannot be shown. Write it out.")
        variables = list(dict.fromkeys(atom for atom in equation.invars if not isinstance(atom, Literal)))
        meanings = [known[variable] for variable in variables]
        operands = tuple(dict.fromkeys(meaning.place for meaning in meanings if isinstance(meaning, _Place)))
        step = jaxpr_as_fun(ClosedJaxpr(_alone(program.jaxpr, equation, variables), ()))
        text = _text(equation, [meant(atom) for atom in equation.invars])
        found.append(_Operation(text, _filled(step, meanings, operands), operands))
        known[equation.outvars[0]] = _Place(inputs + len(found) - 1)
    return [meant(atom) for atom in program.jaxpr.outvars]


def _alone(jaxpr: Jaxpr, equation: Any, variables: list[Any]) -> Jaxpr:
    return Jaxpr((), variables, equation.outvars, [equation], jaxpr.effects, jaxpr.debug_info)


def _filled(step: Callable[..., Any], meanings: list[Any], operands: tuple[int, ...]) -> Callable[..., Any]:
    """Return an operation as a function of its operands alone; what else it takes is constant."""

    def apply(*values: Any) -> Any:
        at = dict(zip(operands, values, strict=True))
        (result,) = step(*(at[m.place] if isinstance(m, _Place) else jnp.asarray(m) for m in meanings))
        return result

    return apply


def _text(equation: Any, meanings: list[Any]) -> str:
    name, parameters = equation.primitive.name, equation.params
    called = parameters.get("call_jaxpr")
    if called is not None:  # a function with a derivative of its own
        return str(called.jaxpr.debug_info.func_name)
    if name == "integer_pow":
        return f"^ {parameters['y']}"
    sign = str(_SIGNS.get(name) or _WORDS.get(name) or name.replace("_", " "))
    constants = [m for m in meanings if not isinstance(m, _Place)]
    if name not in _SIGNS or len(constants) != 1 or np.ndim(constants[0]):
        return sign
    number = f"{float(constants[0]):.4g}"
    return f"{sign} {number}" if isinstance(meanings[0], _Place) else f"{number} {sign}"


def _smooth(value: Array) -> bool:
    return jnp.issubdtype(value.dtype, jnp.floating)


def _number(value: Array) -> bool:
    return value.ndim == 0 and _smooth(value)


def _graph(
    names: tuple[str, ...],
    operations: list[_Operation],
    pulls: list[Callable[..., Any]],
    values: Sequence[Array],
    gradients: Sequence[Array],
) -> Graph:
    between = len(operations) - 1
    called = [*names, *(["q"] if between == 1 else [f"q{k}" for k in range(1, between + 1)]), "f"]
    nodes = []
    for place, (value, gradient) in enumerate(zip(values, gradients, strict=True)):
        text, edges = "input", ()
        if place >= len(names):
            operation, pull = operations[place - len(names)], pulls[place - len(names)]
            single = _number(value)
            slopes = pull(jnp.ones_like(value)) if single else (None,) * len(operation.operands)
            edges = tuple(
                Edge(operand, None if slope is None or not _number(values[operand]) else float(slope))
                for operand, slope in zip(operation.operands, slopes, strict=True)
            )
            text = operation.text
        nodes.append(Node(called[place], text, np.asarray(value), np.asarray(gradient), edges))
    return Graph(tuple(nodes))
