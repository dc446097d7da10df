"""What shortcuts are worth: networks of 20 and of 56 layers with them and without, their gradients and their losses."""

import math

from thalweg.keys import root
from thalweg.lab.digits import load_digits
from thalweg.lab.residual_figures import lengths_figure, loss_figure
from thalweg.lab.residual_runs import RATES, ROWS, STEPS, WIDTH, Runs, run_network
from thalweg.lab.sheet import Claim, Sheet, Table, between
from thalweg.report.numbers import amount, count

SHALLOW, DEEP = 20, 56


def residual(seed: int = 0) -> Sheet:
    """Train plain and residual networks of 20 and 56 layers on digits, at three rates each.

        y = x + F(x) in a block of two convolutions; without shortcuts, y = F(x)

    All claims held for each seed from 0 to 9.

    Args:
        seed: Of the split, the order of digits and the first weights; 0 to 4294967295.

    Returns:
        The sheet.

    Raises:
        InputError: If the seed is out of its range.

    Source: He et al., "Deep residual learning for image recognition", 2016, sections 1 and 4.2.
    """
    root(seed)  # refuses a seed out of range before anything is drawn by it
    digits = load_digits(ROWS, [seed])
    networks = tuple(
        run_network(digits, depth=depth, shortcuts=shortcuts, seed=seed)
        for shortcuts in (False, True)
        for depth in (SHALLOW, DEEP)
    )
    _, plain, _, deep = networks
    return Sheet(
        name="residual",
        title="What shortcuts are worth",
        seed=seed,
        headline=f"Of two networks of {DEEP} layers and {count(deep.parameters)} parameters, the one with shortcuts "
        f"gets {deep.best.validation:.0%} of new digits right, the one without {plain.best.validation:.0%}",
        words=_words(*networks),
        claims=_claims(*networks),
        tables=(_table(networks),),
        figures=(loss_figure(networks), lengths_figure(networks)),
        python=f"from thalweg.lab.residual import residual; sheet = residual({seed})",
        source='He et al., "Deep residual learning for image recognition", 2016; of gradients: Yang et al., "A mean '
        'field theory of batch normalization", 2019.',
    )


def _words(shallow: Runs, plain: Runs, _: Runs, deep: Runs) -> tuple[str, ...]:
    rates = ", ".join(f"{rate:g}" for rate in RATES)
    return (
        f"Networks of 3 x 3 convolutions, {WIDTH} to {4 * WIDTH} filters wide, learn {ROWS:,} handwritten digits of "
        f"8 x 8 pixels in {STEPS} steps. Each convolution is batch-normalised. The rate begins at {rates} and falls to "
        "0 along a cosine; a network is judged by the best of the three. With shortcuts or without it has the same "
        "layers and as many parameters.",
        f"A network of {DEEP} layers can do whatever one of {SHALLOW} can, by layers that hand on what they get. "
        f"The plain one does not find that: its loss, {plain.best.end:.2g} on the training digits themselves, stays "
        f"above the {shallow.best.end:.2g} of {SHALLOW} layers. It is not that it fits too closely; it does not fit.",
        "With shortcuts each block of two convolutions learns what is to be added to its input, and handing on takes "
        f"nothing but numbers near 0. {DEEP} layers then train as well as {SHALLOW}, to a loss of {deep.best.end:.2g}.",
        "The gradients at the first step show what is in the way. In the plain network they grow layer by layer on "
        "their way down, as batch normalisation after random weights makes them: at the first convolution they are "
        f"{amount(plain.growth, 2)} times as long as at the last, so that a step throws about the one or hardly moves "
        "the other. A shortcut hands the gradient down past the convolutions, and with them it is "
        f"{amount(deep.growth, 2)} times.",
        "That is the start alone: what holds a plain network back later, this page does not show. The paper found "
        "healthy gradients in its own plain networks, and left open why they train so slowly.",
    )


def _claims(shallow: Runs, plain: Runs, small: Runs, deep: Runs) -> tuple[Claim, ...]:
    return (
        Claim(
            "With shortcuts or without the parameters are as many.",
            f"{plain.parameters:,}, those of the plain network of {DEEP} layers",
            f"{deep.parameters:,}",
            deep.parameters == plain.parameters,
        ),
        Claim(
            f"Deeper is worse without shortcuts: the training loss of {DEEP} layers at the end.",
            f"more than twice {shallow.best.end:.2g}, that of {SHALLOW} layers",
            f"{plain.best.end:.2g}",
            plain.best.end > 2 * shallow.best.end,
        ),
        between(
            f"A plain network of {DEEP} layers does not train, at whichever rate; its smallest loss.",
            plain.best.end, 0.5, math.inf, form=".2g", expected="more than 0.5; ln 10 = 2.3 is chance",
        ),
        between(
            f"With shortcuts {DEEP} layers train.",
            deep.best.end, 0.0, 0.05, form=".2g", expected="a loss below 0.05",
        ),
        between(
            f"As well as {SHALLOW} do; the difference of their losses.",
            deep.best.end - small.best.end, -math.inf, 0.02, form=".2g", expected="at most 0.02",
        ),
        between(
            "What it has learned holds for new digits: validation digits right.",
            deep.best.validation, 0.93, 1.0, form=".1%", expected="more than 93%",
        ),
        Claim(
            f"More than {SHALLOW} plain layers get right.",
            f"more than {shallow.best.validation:.1%}",
            f"{deep.best.validation:.1%}",
            deep.best.validation > shallow.best.validation,
        ),
        between(
            f"In {DEEP} plain layers gradients grow on their way down: first convolution against last.",
            plain.growth, 100.0, math.inf, form=".3g", expected="more than 100 times as long",
        ),
        between(
            "With shortcuts far less.",
            deep.growth / plain.growth, 0.0, 0.1, form=".2g", expected="less than a tenth of that",
        ),
    )  # fmt: skip


def _table(networks: tuple[Runs, ...]) -> Table:
    return Table(
        f"Each network at each rate, after {STEPS} steps",
        ("network", "parameters", "rate at the first step", "loss at the end", "training digits right", "new ones"),
        tuple(
            (
                n.title,
                count(n.parameters),
                f"{c.rate:g}",
                f"{c.end:.2g}" if math.isfinite(c.end) else "no number",
                f"{c.training:.1%}",
                f"{c.validation:.1%}",
            )
            for n in networks
            for c in n.courses
        ),
    )
