"""The scores that a trace may have, and how each is read."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Score(NamedTuple):
    """A score and the spellings of its name, without separators."""

    name: str
    larger_is_better: bool
    share: bool  # between 0 and 1, or in percent
    spellings: tuple[str, ...]


# In the order in which one of several is taken.
_ALL = (
    Score(
        "accuracy",
        True,
        True,
        (
            *("accuracy", "acc", "acc1", "top1", "top1acc", "top1accuracy", "acctop1", "accuracytop1"),
            *("binaryaccuracy", "categoricalaccuracy", "sparsecategoricalaccuracy", "multiclassaccuracy"),
        ),
    ),
    Score("balanced_accuracy", True, True, ("balancedaccuracy", "balancedacc")),
    Score("exact_match", True, True, ("exactmatch",)),
    Score("r2", True, False, ("r2", "r2score", "rsquared", "rsquare")),
    Score("f1", True, True, ("f1", "f1score", "macrof1", "f1macro")),
    Score("auc", True, True, ("auc", "auroc", "rocauc", "aucroc")),
    Score("iou", True, True, ("iou", "miou", "meaniou", "jaccard")),
    Score("dice", True, True, ("dice", "dicescore", "dicecoefficient", "dicecoef")),
    Score("average_precision", True, True, ("averageprecision", "map", "meanaverageprecision", "ap")),
    Score("error", False, True, ("error", "err", "errorrate", "top1error", "top1err", "err1", "classificationerror")),
    Score("mae", False, False, ("mae", "meanabsoluteerror", "absoluteerror")),
    Score("rmse", False, False, ("rmse", "rootmeansquarederror")),
    Score("mse", False, False, ("mse", "meansquarederror", "squarederror")),
    Score("perplexity", False, False, ("perplexity", "ppl")),
    Score(
        "top_5_accuracy",
        True,
        True,
        ("top5accuracy", "top5acc", "top5", "acc5", "topkcategoricalaccuracy", "sparsetopkcategoricalaccuracy"),
    ),
    Score("top_5_error", False, True, ("top5error", "top5err", "err5")),
    Score("precision", True, True, ("precision",)),
    Score("recall", True, True, ("recall", "sensitivity")),
)
SCORES: Mapping[str, Score] = MappingProxyType({score.name: score for score in _ALL})
SPELLINGS: Mapping[str, str] = MappingProxyType({s: score.name for score in _ALL for s in score.spellings})
LOSSES_TOO = ("mse", "mae", "rmse")  # in the order in which one is taken for the loss where a file names none
