"""What initial weights do to a deep network: ten layers of 500 units, looked at before any training."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.activations.relu import ReLU
from thalweg.activations.tanh import Tanh
from thalweg.initializers.glorot_normal import GlorotNormal
from thalweg.initializers.he_normal import HeNormal
from thalweg.initializers.small_normal import SmallNormal
from thalweg.keys import role, root
from thalweg.lab.sheet import Claim, Sheet, Table, between
from thalweg.layers.activation import Activation, Function
from thalweg.layers.dense import Dense
from thalweg.network.sequential import Sequential
from thalweg.platform import jit
from thalweg.report.figures.style import Figure, axis, layout, line
from thalweg.report.series import Series
from thalweg.types import Array, Context, Initializer

DEPTH, UNITS, BATCH = 10, 500, 1000
BINS = 41
EDGE = 0.97  # a tanh beyond it is called saturated


class Setting(NamedTuple):
    """One way to begin."""

    title: str
    function: Function
    weights: Initializer


SETTINGS = (
    Setting("tanh, 0.01 normal", Tanh(), SmallNormal(0.01)),
    Setting("tanh, 1.0 normal", Tanh(), SmallNormal(1.0)),
    Setting("tanh, Glorot", Tanh(), GlorotNormal()),
    Setting("ReLU, Glorot", ReLU(), GlorotNormal()),
    Setting("ReLU, He", ReLU(), HeNormal()),
)


class Depths(NamedTuple):
    """One setting, layer by layer from the first."""

    title: str
    activation: np.ndarray  # (10,) standard deviation of each layer's outputs
    slope: np.ndarray  # (10,) standard deviation of dL/d(pre-activation)
    weight: np.ndarray  # (10,) standard deviation of dL/dW, a mean over the batch
    saturated: np.ndarray  # (10,) share of outputs beyond 0.97 in size
    forward: tuple[np.ndarray, np.ndarray]  # histograms of outputs: (10, bins) shares, (10, bins + 1) edges
    backward: tuple[np.ndarray, np.ndarray]  # histograms of dL/d(pre-activation)


def measure(setting: Setting, seed: int = 0) -> Depths:
    """Send a batch up through ten layers and a gradient of unit variance down again.

    The inputs are 1000 examples of 500 normal numbers; the gradient with respect to the last layer's outputs is
    drawn normal too, for each example.

    Args:
        setting: Activation and initial weights.
        seed: Of everything drawn.

    Returns:
        What arrives at each layer.
    """
    network = Sequential((Dense(UNITS, weights=setting.weights), Activation(setting.function)) * DEPTH)
    key = root(seed)
    outputs, slopes, weights = _through(network, key)
    stacked = {"forward": np.stack(outputs).astype(float), "backward": np.stack(slopes).astype(float)}
    return Depths(
        setting.title,
        activation=stacked["forward"].std(axis=(1, 2)),
        slope=stacked["backward"].std(axis=(1, 2)),
        weight=np.array([np.asarray(w, float).std() for w in weights]),
        saturated=(np.abs(stacked["forward"]) > EDGE).mean(axis=(1, 2)),
        forward=_histograms(stacked["forward"]),
        backward=_histograms(stacked["backward"]),
    )


def _pass(network: Sequential, key: Array) -> tuple[list[Array], list[Array], list[Array]]:
    params, state = network.init(role(key, "init"), (UNITS,))
    x = jax.random.normal(role(key, "inputs"), (BATCH, UNITS))
    down = jax.random.normal(role(key, "gradient"), (BATCH, UNITS))
    names = [name for name in network.names() if name.startswith("dense")]
    taps = {name: jnp.zeros((BATCH, UNITS)) for name in names}

    def sent(params, taps):
        context = Context(False, None, jnp.ones(BATCH))
        inner = network.trace(params, state, x, context=context, taps=taps)
        return jnp.sum(inner.outputs * down), inner.activations

    (by_params, by_taps), activations = jax.grad(sent, argnums=(0, 1), has_aux=True)(params, taps)
    outputs = [activations[name] for name in network.names() if name.startswith("activation")]
    return outputs, [by_taps[name] for name in names], [by_params[name]["w"] / BATCH for name in names]


_through = jit(_pass)


def _histograms(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (shares, edges) of each layer's values, over four deviations of that layer's own."""
    shares, edges = [], []
    for layer in values:
        reach = 4 * layer.std()
        counts, ends = np.histogram(np.clip(layer, -reach, reach), BINS, (-reach, reach))
        shares.append(counts / layer.size)
        edges.append(ends)
    return np.array(shares), np.array(edges)


def ten_layers(seed: int = 0) -> Sheet:
    """Look at activations and gradients in ten layers of 500 units, under five settings of the initial weights.

    Args:
        seed: Of inputs, weights and the gradient sent down; 0 to 4294967295.

    Returns:
        The sheet.

    Raises:
        InputError: If the seed is out of its range.

    Source: CS231n lecture 5, "Weight Initialization"; Glorot and Bengio, 2010; He et al., 2015.
    """
    depths = [measure(setting, seed) for setting in SETTINGS]
    small, _, _, glorot, he = depths
    return Sheet(
        name="ten-layers",
        title="Ten layers and their first weights",
        seed=seed,
        headline=f"With weights of 0.01 the tenth layer's outputs have a deviation of {small.activation[-1]:.0e}, with "
        f"He's {he.activation[-1]:.2f}: the first weights decide whether a signal gets through",
        words=(
            "Ten layers of 500 units, a batch of 1,000 normal inputs, nothing trained. A gradient of unit variance is "
            "sent down from the top. What arrives in each layer depends on the scale of the weights alone.",
            "With weights of 0.01 every layer shrinks what it is given, upwards and downwards. The gradient of a "
            "weight is the product of an activation and a gradient from above: one shrinks upwards, the other "
            "downwards, so that of the weights is equally tiny everywhere, and a first-to-last ratio of it shows "
            "nothing.",
            "With weights of 1 nearly every tanh is saturated. Gradients do not vanish, as one note says: the large "
            "weights make them grow downwards faster than the flat slopes shrink them.",
            f"Glorot's scale suits tanh. A rectified unit halves the second moment, so there it shrinks to "
            f"{glorot.activation[-1]:.2f}; He's factor of 2 makes up for it.",
        ),
        claims=_claims(depths),
        tables=tuple(_table(caption, field, depths) for caption, field in TABLES),
        figures=tuple(_figures(depths)),
        python=f"from thalweg.lab.ten_layers import ten_layers; sheet = ten_layers({seed})",
        source='CS231n lecture 5, "Weight Initialization"; the numbers of the gradients were derived beforehand.',
    )


TABLES = (
    ("Standard deviation of the outputs", "activation"),
    ("Standard deviation of dL/d(pre-activation)", "slope"),
    ("Standard deviation of dL/dW, mean over the batch", "weight"),
)


def _claims(depths: list[Depths]) -> tuple[Claim, ...]:
    small, large, tanh, rectified, he = depths
    known = (0.213, 0.047, 0.011, 0.0024, 0.0005)
    fade = (small.slope[-1] / small.slope[0]) ** (1 / (DEPTH - 1))
    growth = (large.slope[0] / large.slope[-1]) ** (1 / (DEPTH - 1))
    return (
        *(
            between(
                f"{small.title}: outputs of layer {k} have deviation {value:g}.",
                small.activation[k - 1],
                0.93 * value,
                1.07 * value,
                expected=f"{value:g}",
            )
            for k, value in enumerate(known, 1)
        ),
        between("tanh, 0.01 normal: layer 10 has 3e-7.", small.activation[-1], 2.5e-7, 3.5e-7, expected="3e-7"),
        between("tanh, 0.01 normal: gradients shrink 4.5 times a layer downwards.", fade, 4.3, 4.7, expected="4.5"),
        between("tanh, 0.01 normal: they reach 1.3e-6.", small.slope[0], 1.1e-6, 1.6e-6, expected="1.3e-6"),
        between(
            "tanh, 0.01 normal: gradients of weights are alike in all layers, smallest to largest.",
            small.weight.min() / small.weight.max(),
            0.8,
            1.0,
        ),
        between("tanh, 0.01 normal: they are about 4e-8.", small.weight.mean(), 3e-8, 5e-8, expected="4e-8"),
        between("tanh, 1.0 normal: outputs have deviation .98.", large.activation[-1], 0.97, 0.99, expected="0.98"),
        between("tanh, 1.0 normal: 92% of units lie beyond .97.", large.saturated[-1], 0.9, 0.94, expected="0.92"),
        between("tanh, 1.0 normal: gradients grow 3.4 times a layer downwards.", growth, 3.2, 3.6, expected="3.4"),
        between("tanh, Glorot: layer 1 has deviation .63.", tanh.activation[0], 0.61, 0.65, expected="0.63"),
        between("tanh, Glorot: layer 10 has .23.", tanh.activation[-1], 0.21, 0.25, expected="0.23"),
        between("ReLU, Glorot: layer 1 has deviation .58.", rectified.activation[0], 0.56, 0.6, expected="0.58"),
        between(
            "ReLU, Glorot: layer 10 has .04.",
            rectified.activation[-1],
            0.02,
            0.05,
            expected="0.04; 0.02 to 0.05 for any one draw",
        ),
        # One draw in three dips below .8 or climbs above 1.3 in some layer; none comes near what Glorot's does.
        between(
            "ReLU, He: outputs keep their size; the smallest of all layers.",
            he.activation.min(),
            0.6,
            1.6,
            expected="0.8 to 1.3; 0.6 to 1.6 for any one draw",
        ),
        between(
            "ReLU, He: outputs keep their size; the largest of all layers.",
            he.activation.max(),
            0.6,
            1.6,
            expected="0.8 to 1.3; 0.6 to 1.6 for any one draw",
        ),
    )


def _table(caption: str, field: str, depths: list[Depths]) -> Table:
    rows = tuple((str(k + 1), *(f"{getattr(d, field)[k]:.3g}" for d in depths)) for k in range(DEPTH))
    return Table(caption, ("layer", *(d.title for d in depths)), rows)


def _figures(depths: list[Depths]) -> list[Figure]:
    layers = np.arange(1, DEPTH + 1)
    figures = [
        Figure(
            key,
            title,
            said,
            [line(Series(layers, getattr(d, key)), d.title, k) for k, d in enumerate(depths)],
            layout(axis("layer, from the input", dtick=1), axis("standard deviation", type="log", exponentformat="e")),
            True,
        )
        for key, title, said in (
            ("activation", "Outputs by layer", "They stay level with Glorot and tanh and with He and ReLU."),
            ("slope", "Gradients of pre-activations by layer", "Sent down from layer 10 at unit variance."),
            ("weight", "Gradients of weights by layer", "Small weights make them equally tiny in every layer."),
        )
    ]
    for d in depths:
        for key, title in (("forward", "outputs"), ("backward", "gradients of pre-activations")):
            figures.append(_histogram_figure(d, key, title))
    return figures


def _histogram_figure(d: Depths, key: str, title: str) -> Figure:
    shares, edges = getattr(d, key)
    middle = (edges[:, 1:] + edges[:, :-1]) / 2
    picked = (0, 3, 6, 9)
    return Figure(
        f"{key}-{SETTINGS.index(next(s for s in SETTINGS if s.title == d.title)) + 1}",
        f"{d.title}: {title}",
        "Each layer's values in units of that layer's own deviation, which is "
        + ", ".join(f"{edges[k, -1] / 4:.2g} in layer {k + 1}" for k in picked)
        + ".",
        [
            line(Series(middle[k] / (edges[k, -1] / 4), shares[k]), f"layer {k + 1}", place)
            for place, k in enumerate(picked)
        ],
        layout(axis("value, in deviations of its layer"), axis("share", rangemode="tozero"), height=280),
    )
