"""What the name of a column says, however it is spelt."""

import itertools
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from thalweg.traces.measures import column_measure
from thalweg.traces.scores import SPELLINGS

UNDERSTOOD = (
    "epoch, step, loss, train_loss, val_loss, accuracy, train_accuracy, val_accuracy, and the same with r2, mae, mse, "
    "rmse, f1, auc or error; lr, grad_norm"
)
LATER = 10  # rank of what is taken only where nothing better is there

_SAID_OF = {
    "training": "train training trn",
    "validation": "val valid validation eval evaluation dev holdout",
    "test": "test testing",
}
_PARTS: Mapping[str, str] = MappingProxyType({word: part for part, said in _SAID_OF.items() for word in said.split()})
_SPELT = (  # of the loss, from the plainest; each line is taken only where none before it is there
    "loss losses",
    "totalloss lossvalue",
    "cost objective criterion nll nllloss negativeloglikelihood ce celoss crossentropy crossentropyloss xent",
    "bce bceloss logloss mseloss",
)
_LOSSES: Mapping[str, int] = MappingProxyType({name: rank for rank, line in enumerate(_SPELT) for name in line.split()})
_RATES = frozenset({"lr", "learningrate", "rate", "steprate"})
_STEPS = frozenset(
    "step steps globalstep iteration iterations iter iters it niter update trainerglobalstep numsteps".split()
)
_EPOCHS = frozenset({"epoch", "epochs", "currentepoch", "epochnumber", "trainepoch", "numepochs", "ep"})
_SINGLE = frozenset({"step", "steps", "batch", "iter", "iteration", "iterations"})
_OVER_AN_EPOCH = frozenset({"epoch", "epochs"})
_EMPTY = frozenset(
    "avg average mean metric metrics scalar scalars perf running vs by per score total history log logs model".split()
)
_NO_RATE = frozenset({"momentum", "decay", "wd", "loss", "beta", "scale"})
_FUSED = re.compile(r"(train(?:ing)?|val(?:id|idation)?|eval|test|dev)(.+)")


class Meaning(NamedTuple):
    """What a column is of."""

    what: str  # "epoch", "step", "rate", "loss", "score", "tensor", or "" where it is not understood
    part: str = ""  # "training", "validation", "test", or "" where the name does not say
    measure: str = ""  # the score's name, or the tensor's measure
    tensor: str = ""
    single: bool = False  # of single steps' batches
    rank: int = 0  # of several columns of one meaning the one with the least is taken


def meaning(name: str) -> Meaning:
    """Return what a column is of, by its name alone: in any case, with any separators.

    Args:
        name: Of the column, such as "val_loss", "eval/loss", "Loss/train", "trainAcc" or "lr-Adam".

    Returns:
        The meaning.

    Example:
        >>> meaning("Loss/train")
        Meaning(what='loss', part='training', measure='', tensor='', single=False, rank=0)
        >>> meaning("valAcc").measure, meaning("lr-Adam").what, meaning("wall time").what
        ('accuracy', 'rate', '')
    """
    measure, tensor = column_measure(name)
    if measure:
        return Meaning("tensor", measure=measure, tensor=tensor)
    words = list(dict.fromkeys(_words(name)))
    parts = {_PARTS[word] for word in words if word in _PARTS}
    rest = [word for word in words if word not in _PARTS]
    if not rest or len(parts) > 1:
        return Meaning("")
    part = next(iter(parts), "")
    whole = "".join(rest)
    if whole in _EPOCHS or whole in _STEPS:
        return Meaning("epoch" if whole in _EPOCHS else "step", rank=len(words) - 1)
    single = any(word in _SINGLE for word in rest) and not any(word in _OVER_AN_EPOCH for word in rest)
    plain = [word for word in rest if word not in _SINGLE and word not in _OVER_AN_EPOCH]
    told = _quantity(plain)
    if told is None:
        return Meaning("rate", rank=len(plain)) if _is_rate(plain) else Meaning("")
    what, measure, rank = told
    return Meaning(what, part, measure, single=single, rank=rank)


def no_loss(path: str, names: list[str], what: str = "column") -> str:
    """Say that a file names no loss.

    Args:
        path: The file.
        names: Those that there are.
        what: A word for what has these names.

    Returns:
        The sentences, with the names that are understood.

    Example:
        >>> no_loss("log.csv", ["epoch", "time"])[:80]
        'log.csv has no column that is named as a loss is. There are: epoch, time. Unders'
    """
    listed = ", ".join(name[:60] for name in names[:20]) + (f" and {len(names) - 20:,} more" if len(names) > 20 else "")
    return (
        f"{path} has no {what} that is named as a loss is. There are: {listed or 'none'}. "
        f"Understood are, with any separators: {UNDERSTOOD}. Rename one."
    )


def is_part(name: str) -> bool:
    """Say whether a folder is named for a part of the data, so that its files belong to a run and are none.

    Args:
        name: Of the folder.

    Returns:
        True or False.

    Example:
        >>> is_part("validation"), is_part("Loss_train"), is_part("test_of_a_large_rate")
        (True, True, False)
    """
    whats = meaning(name).what, meaning(f"{name}/loss").what
    return any(word in _PARTS for word in _words(name)) and (whats[0] in ("loss", "score") or whats[1] == "loss")


def _words(name: str) -> list[str]:
    text = name.rpartition(" - ")[2].replace("²", "2")  # a run's name comes before " - " in some exports
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-zA-Z])", "_", text).lower()
    words = []
    for word in re.findall(r"[^\W_]+", text):
        fused = _FUSED.fullmatch(word) if word not in _PARTS else None
        known = fused is not None and (fused[2] in _LOSSES or fused[2] in SPELLINGS)
        words += [fused[1], fused[2]] if fused is not None and known else [word]
    return words


def _quantity(words: list[str]) -> tuple[str, str, int] | None:
    """Return (what, measure, rank) of the words that are left of a name; words that say little may be left out."""
    fewer = [word for word in words if word not in _EMPTY]
    for tried in (words, fewer):
        joined = "".join(tried)
        left_out = len(words) - len(tried)
        if joined in _LOSSES:
            return "loss", "", _LOSSES[joined] + left_out
        if joined in SPELLINGS:
            return "score", SPELLINGS[joined], left_out
        if joined in _RATES:
            return "rate", "", left_out
    return None


def _is_rate(words: list[str]) -> bool:
    """Say whether a name is that of one optimiser's or one group's rate, such as "lr-Adam/pg1"."""
    named = "lr" in words or ("learning", "rate") in itertools.pairwise(words)
    return named and not _NO_RATE & set(words)
