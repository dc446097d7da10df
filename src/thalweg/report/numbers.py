"""Numbers written for people."""

import math

from thalweg.train.scores import AFTERWARDS, METRICS, Metric

SHARES = frozenset(
    {"accuracy", "balanced_accuracy", "top_5_accuracy", "top_5_error", "exact_match"}
)  # metrics read in percent

UNITS = ("B", "kB", "MB", "GB", "TB")


def metric_of(name: str) -> Metric:
    """Return how to read a metric, those measured only after training included.

    Args:
        name: As in `Score.metric`.

    Returns:
        The metric; one with an unknown name is shown under that name, more being better.
    """
    known = METRICS.get(name) or AFTERWARDS.get(name)
    return known or Metric(name, name.replace("_", " "), (), True)


def count(number: int) -> str:
    """Return a whole number with its thousands apart: 494,020."""
    return f"{number:,}"


def amount(number: float | int, digits: int = 3) -> str:
    """Return a number with a few significant digits.

    Args:
        number: Any; NaN and infinities are said in words.
        digits: Significant digits.

    Returns:
        The text.

    Example:
        >>> amount(0.0012345), amount(48213.7), amount(3.2e-9), amount(float("nan"))
        ('0.00123', '48,214', '3.2e-9', 'not a number')
    """
    number = float(number)
    if math.isnan(number):
        return "not a number"
    if math.isinf(number):
        return "infinite" if number > 0 else "minus infinite"
    size = abs(number)
    if size and not 1e-4 <= size < 1e9:
        mantissa, exponent = f"{number:.{digits - 1}e}".split("e")
        plain = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        return _minus(f"{plain}e{int(exponent)}")
    places = max(0, digits - 1 - math.floor(math.log10(size))) if size else 0
    text = f"{number:,.{places}f}"
    return _minus(text.rstrip("0").rstrip(".") if "." in text else text)


def memory(size: int) -> str:
    """Return an amount of memory in the unit that suits it, a thousand to the next.

    Args:
        size: Bytes, at least 0.

    Returns:
        The text.

    Example:
        >>> memory(96), memory(1024), memory(814_120), memory(25_000_000_000)
        ('96 B', '1.02 kB', '814 kB', '25 GB')
    """
    power = min(len(UNITS) - 1, (len(str(size)) - 1) // 3)
    return f"{amount(size / 1000**power)} {UNITS[power]}"


def percent(share: float | int) -> str:
    """Return a share in percent; 100% and 0% are kept for shares that are exactly 1 and 0.

    Args:
        share: Mostly from 0 to 1.

    Returns:
        The text.

    Example:
        >>> percent(0.978), percent(1.0), percent(0.99996)
        ('97.8%', '100%', '99.996%')
    """
    if not math.isfinite(share):
        return amount(share)
    if share in {0.0, 1.0}:
        return f"{share:.0%}"
    for places in (1, 2, 3):
        text = f"{share:.{places}%}"
        if float(text[:-1]) not in {0.0, 100.0}:
            break
    return _minus(text)


def scored(metric: str, value: float | int) -> str:
    """Return a score as its metric is read: shares in percent, other numbers with three digits."""
    return percent(value) if metric in SHARES else amount(value)


def difference(metric: str, value: float | int) -> str:
    """Return the size of a difference of two scores, without its sign: "4.1 points" or "0.12"."""
    if metric not in SHARES:
        return amount(abs(value), 2)
    points = f"{abs(100 * value):.1f}"
    return "1 point" if points == "1.0" else f"{points} points"


def duration(seconds: float | int) -> str:
    """Return a length of time.

    Args:
        seconds: At least 0.

    Returns:
        The text.

    Example:
        >>> duration(0.0042), duration(7.31), duration(83), duration(7380)
        ('4.2 ms', '7.3 s', '1 min 23 s', '2 h 3 min')
    """
    if not math.isfinite(seconds):
        return "unknown"
    if seconds < 1:
        return f"{amount(1000 * seconds, 2)} ms" if seconds > 0 else "0 s"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def _minus(text: str) -> str:
    return text.replace("-", "\N{MINUS SIGN}", 1) if text.startswith("-") else text
