"""A restricted Boltzmann machine on MNIST: what it draws, what its units see, how likely it makes new digits."""

from collections.abc import Callable
from pathlib import Path

from thalweg.errors import InputError
from thalweg.keys import root
from thalweg.lab.boltzmann_machine_figures import figures, galleries
from thalweg.lab.boltzmann_machine_runs import CHAINS, LONG, Found, Judged, load_images, measure
from thalweg.lab.sheet import Claim, Sheet, Table, between

HIDDEN, EPOCHS, BETAS = 500, 30, 14_500
# Mean log-likelihoods of binary MNIST test images, machines of 500 hidden units (Salakhutdinov and Murray, table 1).
PUBLISHED = (("CD-1", -125.5), ("CD-3", -105.5), ("CD-25", -86.3))
APART = 3.0  # nats that both estimates of a large machine's log Z may differ by
APART_SMALL = 2.0


def _silent(_: str) -> None:
    return None


def boltzmann_machine(
    data: Path,
    seed: int = 0,
    *,
    hidden: int = HIDDEN,
    epochs: int = EPOCHS,
    betas: int = BETAS,
    say: Callable[[str], None] = _silent,
) -> Sheet:
    """Train a machine on MNIST and judge it by annealed importance sampling, from both sides.

    Args:
        data: The folder of MNIST's idx files.
        seed: Of the first weights, the chains, the validation images, and the states drawn for grey pixels; 0 to
            4294967295.
        hidden: Hidden units, at least 1. Published numbers are held against a machine of 500.
        epochs: Of training, at least 1.
        betas: Inverse temperatures of each annealing, at least 3.
        say: Told how far it is.

    Returns:
        The sheet.

    Raises:
        InputError: If a number is out of its range, or the data cannot be read.

    Source: Salakhutdinov and Murray, "On the quantitative analysis of deep belief networks", 2008; Burda, Grosse and
    Salakhutdinov, "Accurate and conservative estimates of MRF log-likelihood using reverse annealing", 2015.
    """
    root(seed)
    for name, number in (("hidden", hidden), ("epochs", epochs)):
        if number < 1:
            raise InputError(f"--{name} must be 1 or more; got {number}.")
    if betas < 3:
        raise InputError(f"--temperatures must be 3 or more; got {betas}.")
    images = load_images(data, seed)
    found = measure(images, hidden=hidden, epochs=epochs, betas=betas, seed=seed, say=say)
    called = f"Path({str(data)!r}), {seed}, hidden={hidden}, epochs={epochs}, betas={betas}"
    return sheet_of(found, seed)._replace(
        python="from pathlib import Path; from thalweg.lab.boltzmann_machine import boltzmann_machine; "
        f"sheet = boltzmann_machine({called})",
        options=(str(data), "--hidden", str(hidden), "--epochs", str(epochs), "--temperatures", str(betas)),
    )


def sheet_of(found: Found, seed: int) -> Sheet:
    """Return what was measured as a sheet.

    Args:
        found: The measurements.
        seed: They were made with.

    Returns:
        The sheet, without the lines that make it again.
    """
    hidden = found.trained.machine.weights.shape[1]
    low = _lower(found.judged)
    return Sheet(
        name="boltzmann-machine",
        title="A restricted Boltzmann machine on digits",
        seed=seed,
        headline=f"A machine of {hidden} hidden units, trained for {found.epochs} epochs, gives test images a mean "
        f"log-likelihood of {low:.1f} nats; published of 500 units: {_published()}",
        words=_words(found),
        claims=_claims(found),
        tables=(_likelihoods(found), _course(found)),
        figures=figures(found),
        python="",
        source='Salakhutdinov and Murray, "On the quantitative analysis of deep belief networks", 2008; Burda, Grosse '
        'and Salakhutdinov, "Accurate and conservative estimates of MRF log-likelihood using reverse annealing", 2015.',
        galleries=galleries(found),
    )


def _published() -> str:
    return ", ".join(f"{name} {value:g}" for name, value in PUBLISHED)


def _words(found: Found) -> tuple[str, ...]:
    images, small = found.images, found.small.weights.shape[1]
    return (
        f"The machine saw {len(images.training):,} images and no label. Grey pixels are probabilities: at each epoch "
        "every pixel is drawn anew, on or off. Its own statistics come from "
        f"{CHAINS} chains that go on from batch to batch (PCD), and the rate falls evenly to 0.",
        "A machine gives a probability to each image, up to one number, Z, the sum over all images there could be. "
        f"Of a machine of {small} hidden units it is summed exactly, and annealing must come to the same. Of a large "
        "one it is estimated from two sides: annealing from a machine without weights finds too small a Z in the mean, "
        f"annealing back from samples of the machine too large a one. The samples are the ends of chains of {LONG:,} "
        "steps, half of which began at validation images.",
        f"The {len(images.test):,} test images were drawn on or off once, with this page's seed, and looked at only at "
        "the end. Of both likelihoods the lower one is reported.",
    )


def _lower(judged: Judged) -> float:
    return min(judged.likelihood, judged.likelihood_backward)


def _claims(found: Found) -> tuple[Claim, ...]:
    small, large, exact = found.small_judged, found.judged, found.small_exact
    units = found.small.weights.shape[1]
    history = found.trained.history
    published = (
        Claim(
            "Test images are more likely than under CD-3, mean log-likelihood, nats.",
            f"above {PUBLISHED[1][1]:g}; published: {_published()}",
            f"{_lower(large):.2f}",
            _lower(large) > PUBLISHED[1][1],
        ),
    )
    return (
        Claim(
            f"Of {units} hidden units, annealing agrees with the exact log Z, within its three standard errors.",
            f"{exact:.2f}",
            f"{small.forward.low:.2f} to {small.forward.high:.2f}",
            small.forward.low <= exact <= small.forward.high,
        ),
        between(
            "Annealed back, it comes to the same; difference in nats.",
            small.backward.log_z - small.forward.log_z, -APART_SMALL, APART_SMALL, form=".2f",
        ),
        between(
            "Both sides of the large machine's log Z are near each other; difference in nats.",
            large.backward.log_z - large.forward.log_z, -APART, APART, form=".2f",
        ),
        Claim(
            "Training makes training images more likely: pseudo-log-likelihood, nats.",
            f"above {history.pseudo_log_likelihood[0]:.1f}, after the first epoch",
            f"{history.pseudo_log_likelihood[-1]:.1f}",
            bool(history.pseudo_log_likelihood[-1] > history.pseudo_log_likelihood[0]),
        ),
        *(published if found.trained.machine.weights.shape[1] == HIDDEN else ()),
    )  # fmt: skip


def _likelihoods(found: Found) -> Table:
    rows = [(f"{name}, 500 hidden units, published", "", "", f"{value:g}") for name, value in PUBLISHED]
    for name, judged, exact in (
        (f"{found.trained.machine.weights.shape[1]} hidden units", found.judged, None),
        (f"{found.small.weights.shape[1]} hidden units", found.small_judged, found.small_exact),
    ):
        for way, one, likely in (
            ("annealed", judged.forward, judged.likelihood),
            ("annealed back", judged.backward, judged.likelihood_backward),
        ):
            rows.append((f"{name}, {way}", f"{one.log_z:.2f}", f"{one.standard_error:.2f}", f"{likely:.2f}"))
        if exact is not None:
            likely = judged.likelihood + judged.forward.log_z - exact
            rows.append((f"{name}, exact", f"{exact:.2f}", "0", f"{likely:.2f}"))
    return Table(
        "log Z and the mean log-likelihood of test images, nats",
        ("machine", "log Z", "standard error", "log-likelihood"),
        tuple(rows),
    )


def _course(found: Found) -> Table:
    history, last = found.trained.history, len(found.trained.history.rate)
    shown = sorted({1, *range(5, last + 1, 5), last}) if last < 60 else sorted({1, *range(10, last + 1, 10), last})
    return Table(
        "Training, on up to 2,000 images of each part",
        ("epoch", "reconstruction error", "pseudo-log-likelihood", "free energy", "of validation images", "gap"),
        tuple(
            (
                str(epoch),
                f"{history.reconstruction_error[epoch - 1]:.2f}",
                f"{history.pseudo_log_likelihood[epoch - 1]:.2f}",
                f"{history.free_energy[epoch - 1]:.2f}",
                f"{history.validation_free_energy[epoch - 1]:.2f}",
                f"{history.gap[epoch - 1]:.2f}",
            )
            for epoch in shown
        ),
    )
