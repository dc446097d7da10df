"""How often each rule was wrong: what it told of healthy runs that it was measured on.

The numbers are those of `python -m bench.diagnosis table`; see `bench/RESULTS.md`. What is not named was told of none.
"""

import math

RUNS = 594  # healthy runs, each diagnosed with its tries
FLAGGED = {"improvable": 5, "stopped_early": 1, "worse_than_baseline": 3}
_SURE = 1.959964  # standard deviations that hold 95%


def wilson(hits: float, trials: float) -> tuple[float, float]:
    """Return the 95% interval of a share.

        (p + z^2 / 2n -+ z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n)

    Args:
        hits: How often it was so; a fraction where each trial is a mean over several.
        trials: How often it could have been.

    Returns:
        (low, high), within [0, 1]; (0, 1) of no trials.

    Example:
        >>> [round(end, 3) for end in wilson(1.0, 100.0)]
        [0.002, 0.054]

    Source: Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
    """
    if not trials:
        return 0.0, 1.0
    p, z2 = hits / trials, _SURE**2
    middle, half = p + z2 / (2 * trials), _SURE * math.sqrt(p * (1 - p) / trials + z2 / (4 * trials**2))
    low, high = ((middle + side * half) / (1 + z2 / trials) for side in (-1, 1))
    return max(0.0, low), min(1.0, high)


def false_alarms(symptom: str) -> str:
    """Return how often a finding was told of healthy runs, in a sentence without its full stop.

    Args:
        symptom: Of the finding.

    Returns:
        The sentence, with the 95% interval.

    Example:
        >>> false_alarms("diverged").startswith("told of")
        True
    """
    flagged = FLAGGED.get(symptom, 0)
    low, high = wilson(float(flagged), float(RUNS))
    return (
        f"told of {flagged} of {RUNS} healthy runs that it was measured on ({flagged / RUNS:.1%}; 95% interval "
        f"{low:.1%} to {high:.1%})"
    )
