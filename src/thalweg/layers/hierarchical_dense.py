"""The last layer for very many classes: a yes-or-no question at each node of a tree."""

import math
from typing import ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Integer, Key

from thalweg.errors import InputError, shown
from thalweg.initializers.auto import Auto
from thalweg.layers.class_tree import MOST, ClassTree, balanced_codes, class_tree
from thalweg.numerics import absolute
from thalweg.spec import part, spec, tunable
from thalweg.types import Array, Context, Initializer, Params, Scalar, Shape, State


@spec
class HierarchicalDense:
    """Give each class the product of the turns on its way through a binary tree, as the log of its probability.

        s_k     = w_k . x + b_k                        (k an inner node)
        log p_c = sum_(k on the path to c) log sigmoid(t_ck s_k),    t_ck = 1 where the path turns to 1, else -1

    The C - 1 inner nodes hold as many numbers as a `Dense` layer of C - 1 units, and the C probabilities add up to 1.
    In training the layer is told the targets, and gives the target's log p alone: loss and gradient look at the
    log2 C nodes on its path instead of all C. At inference it gives every class's. It is the last layer, and goes
    with the loss `HierarchicalSoftmax`.

    The update of the weights is as cheap under `SGD` with no penalty, clip or projection, which leaves nodes off the
    batch's paths as they are: then a step costs log C. Any other rule moves every weight at every step, which costs C,
    if far less than a flat layer's three matrix products. On a GPU the gradients of a node that examples share are
    added up in no fixed order.

    Shapes: x (n, ...) of d numbers an example -> (n, 1) in training, (n, C) at inference; params = {"w_rows":
    (C - 1, d), "b": (C - 1,)}, a row a node; state = {}.

    Args:
        classes: The number C of classes; 2 to 100,000.
        codes: For each class its turns from the root, such as ("0", "10", "11"): 1 to 64 signs, none of them the
            beginning of another, and no branch without a class. () makes a balanced tree. Short codes for frequent
            classes, as Huffman's, cost less; classes that are alike are best put under one node.
        weights: Draws the weights from fan_in = d and fan_out = C - 1.
        bias: What every entry of b starts at.

    Raises:
        InputError: If `classes` is outside its range, or the codes make no tree of so many (when the spec is made).

    Example:
        >>> params, state = HierarchicalDense(10).init(jax.random.key(0), (256,))
        >>> params["w_rows"].shape
        (9, 256)

    Source: Morin and Bengio, "Hierarchical probabilistic neural network language model", 2005; CS231n notes, "Neural
    Networks Part 2", "Losses", "Large number of classes".
    """

    classes: int
    codes: tuple[str, ...] = ()
    weights: Initializer = part(Auto(), family="initializer")
    bias: Scalar = tunable(0.0)

    log_probable: ClassVar[bool] = True  # what it gives are the logs of probabilities

    def __post_init__(self):
        """Check the number of classes, and that the codes make a tree."""
        if not 2 <= self.classes <= MOST:
            raise InputError(f"HierarchicalDense.classes must be from 2 to {MOST:,}; got {shown(self.classes)}.")
        if self.codes and len(self.codes) != self.classes:
            raise InputError(
                f"HierarchicalDense.codes must hold one code for each of {self.classes:,} classes, or none; got "
                f"{len(self.codes):,}."
            )
        if self.codes:
            try:
                class_tree(self.codes)
            except InputError as error:
                raise InputError(f"HierarchicalDense.codes: {error}") from None

    def tree(self) -> ClassTree:
        """Return the tree."""
        return class_tree(self.codes or balanced_codes(self.classes))

    def blind(self) -> np.ndarray:
        """Return the (C,) log-probabilities where every node's score is 0: minus ln 2 for each turn."""
        return -math.log(2) * self.tree().depths

    def init(self, key: Key[Array, ""], input_shape: Shape) -> tuple[Params, State]:
        """Draw the parameters for examples of `input_shape` (no batch axis).

        Args:
            key: Random key.
            input_shape: Shape of one example; of at least one number.

        Returns:
            (params, state).

        Raises:
            InputError: If an example of that shape holds no number.
        """
        d, nodes = math.prod(input_shape), self.classes - 1
        if d < 1:
            raise InputError(f"HierarchicalDense needs at least 1 feature an example; got input_shape={input_shape}.")
        w = self.weights(key, (d, nodes), fan_in=d, fan_out=nodes)
        # A row a node, so that the numbers of one node lie side by side in memory.
        return {"w_rows": jnp.transpose(w), "b": jnp.full(nodes, jnp.asarray(self.bias, w.dtype))}, {}

    def rows(self, targets: Integer[Array, " n"]) -> Integer[Array, "n depth"]:
        """Return the rows of the parameters that the outputs for these targets hang on, some perhaps twice.

        Args:
            targets: Classes (n,).

        Returns:
            The nodes on each one's path (n, depth), with node 0 where a path is shorter.
        """
        return jnp.asarray(self.tree().paths)[jnp.asarray(targets)]

    def apply(
        self, params: Params, state: State, x: Float[Array, "n ..."], *, context: Context
    ) -> tuple[Float[Array, "n outputs"], State]:
        """Return (log-probabilities, state).

        Args:
            params: What `init` gave, or what training made of it; or, where the targets are known, each example's
                own rows of these, as `rows` names them: {"w_rows": (n, depth, d), "b": (n, depth)}.
            state: {}.
            x: Examples (n, ...).
            context: Where it holds targets, classes (n,), only theirs are computed.

        Returns:
            The log-probabilities of all classes (n, C), or those of the targets (n, 1), NaN for a class outside
            0 .. C - 1; and the state as it was.

        Raises:
            InputError: If an example of `x` has not the d numbers that `init` was told of, or a target is not one
                class an example.
        """
        w, b = jnp.asarray(params["w_rows"]), jnp.asarray(params["b"])
        d, got = w.shape[-1], math.prod(x.shape[1:])
        if got != d:
            raise InputError(
                f"HierarchicalDense was initialised for {d} features an example; got {got} (input of shape {x.shape}). "
                f"Call init with input_shape={x.shape[1:]}."
            )
        x, targets = jnp.asarray(x).reshape(-1, d), context.targets
        if targets is None:
            return _every_class(self.tree(), w @ x.T + b[:, None]), state
        if targets.shape != x.shape[:1]:
            raise InputError(
                f"HierarchicalDense needs one class number an example, shape {x.shape[:1]}; got targets of shape "
                f"{targets.shape}."
            )
        targets = jnp.asarray(targets)
        if w.ndim == 2:
            rows = self.rows(targets)
            w, b = w[rows], b[rows]
        turns = jnp.asarray(self.tree().turns)[targets]
        # Multiplied and added up, for a product of many small matrices is slow on a CPU.
        scores = jnp.sum(w * x[:, None, :], axis=2) + b
        own = jnp.where(turns != 0, jax.nn.log_sigmoid(turns.astype(x.dtype) * scores), 0)
        known = (targets >= 0) & (targets < self.classes)
        return jnp.where(known, jnp.sum(own, axis=1), jnp.nan)[:, None], state


def _every_class(tree: ClassTree, scores: Float[Array, "nodes n"]) -> Float[Array, "n c"]:
    """Add up the logs of the turns to every class, from the root down, level by level."""
    # log sigmoid of s and of -s, of which the costly half is the same.
    shared = -jnp.log1p(jnp.exp(-absolute(scores)))
    left, right = jnp.minimum(-scores, 0) + shared, jnp.minimum(scores, 0) + shared

    def turned(nodes: np.ndarray, sides: np.ndarray) -> Array:
        return jnp.where((sides > 0)[:, None], right[nodes], left[nodes])

    reached = [jnp.zeros_like(scores[:1])]  # the log of the probability that a node is reached, of each level's nodes
    for above, begin, end in zip(tree.levels, tree.levels[1:], tree.levels[2:], strict=False):
        parents = tree.parents[begin:end]
        reached.append(reached[-1][parents - above] + turned(parents, tree.sides[begin:end]))
    last = tree.depths - 1
    ends, classes = np.take_along_axis(tree.paths, last[:, None], 1)[:, 0], np.arange(len(last))
    return (jnp.concatenate(reached)[ends] + turned(ends, tree.turns[classes, last])).T
