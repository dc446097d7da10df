"""Do the inputs have a size that a network can start from?"""

import numpy as np

from thalweg.checks.result import CheckResult
from thalweg.checks.tolerances import OFF_CENTRE, RMS_HIGH, RMS_LOW
from thalweg.wording import agreeing, counted


def scaled_inputs(x: np.ndarray, names: tuple[str, ...]) -> CheckResult:
    """Measure the size of each input as the network sees it.

        rms_j = sqrt(mean_i x_ij^2),    1 for standardised inputs

    Weights are drawn for inputs of size about 1 around 0. Rare indicators and dark pixels are small, and healthy,
    so only a large input, one far from 0 for its spread, or all inputs together being tiny is a fault.

    Args:
        x: (n, d) training rows, preprocessed.
        names: Of the d inputs.

    Returns:
        A warning naming the worst input.

    Source: CS231n notes, "Neural Networks Part 2", "Data Preprocessing".
    """
    wide = x.astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        size = np.sqrt(np.mean(np.square(wide), axis=0))
        mean, std = wide.mean(axis=0), wide.std(axis=0)
        overall = float(np.sqrt(np.mean(np.square(size))))
    shifted = (np.abs(mean) > OFF_CENTRE) & (np.abs(mean) > OFF_CENTRE * std)
    wrong = (size > RMS_HIGH) | shifted
    worst = int(np.argmax(np.where(wrong, size, 0.0))) if wrong.any() else int(np.argmax(size))
    tiny = overall < RMS_LOW
    where = names[worst] if wrong.any() else ""
    if wrong.any():
        count = int(wrong.sum())
        spread = f"{where!r} has mean {mean[worst]:.3g} and standard deviation {std[worst]:.3g}"
        text = f"{count} of {counted(len(names), 'input')} {agreeing(count, 'is', 'are')} not scaled: {spread}."
    elif tiny:
        text = f"The inputs' root mean square is {overall:.2g}; about 1 is wanted."
    else:
        text = f"The largest input has root mean square {size[worst]:.3g}; about 1 is wanted."
    return CheckResult(
        name="scaled inputs",
        measured=overall if tiny else float(size[worst]),
        expected=1.0,
        tolerance=RMS_HIGH - 1.0,
        unit="root mean square",
        passed=not tiny and not wrong.any() and np.isfinite(overall).item(),
        severity="warning",
        text=text,
        advice="Centre and scale the inputs with the training rows' mean and deviation: --set preprocess=standardize.",
        where=where,
    )
