"""AdaBoost: one member after the other, each trained where those before it were wrong."""

from typing import NamedTuple

import numpy as np

from thalweg.diagnosis.attempts import prepared_for
from thalweg.ensembles.members import Weights, best_weights, member_predictions
from thalweg.errors import InputError, RunFailed
from thalweg.experiment import Experiment
from thalweg.search.engine.train_trials import Engine, train_trials
from thalweg.search.engine.trial import Result, Trial


class Round(NamedTuple):
    """What a member's mistakes make of the rows' weights."""

    error: float  # the share of the weight that lies on rows it gets wrong
    vote: float  # alpha, how much the member counts
    weight: np.ndarray  # (n,) of the next round, of sum 1


class Boosted(NamedTuple):
    """Members that vote, and how they did from round to round."""

    weights: tuple[Weights, ...]
    votes: tuple[float, ...]  # of each
    errors: tuple[float, ...]  # of each member, weighted as its round was
    training: tuple[float, ...]  # share of the training rows that the first 1, 2, ... members get wrong
    validation: tuple[float, ...]  # the same of the validation rows
    remark: str  # why there are fewer members than rounds; "" if there are not


def after_round(weight: np.ndarray, wrong: np.ndarray, classes: int) -> Round:
    """Return a member's vote, and the weights of the next round.

        e = sum_i w_i [wrong_i] / sum_i w_i,    alpha = log((1 - e) / e) + log(K - 1)
        w_i <- w_i exp(alpha [wrong_i]), brought to a sum of 1

    So of two classes, a member's mistakes have half of the weight in the next round. Without a mistake alpha would be
    infinite; there e counts as half a row's share of n, which keeps the vote finite.

    Args:
        weight: (n,) of this round, at least 0, some above 0.
        wrong: (n,) bool, whether the member is wrong.
        classes: K, at least 2.

    Returns:
        The round; its vote is above 0 where the member is better than chance: e < 1 - 1/K.

    Raises:
        InputError: If there are fewer than two classes.

    Example:
        >>> found = after_round(np.full(4, 0.25), np.array([True, False, False, False]), 2)
        >>> round(found.vote, 4), found.weight.round(4).tolist()
        (1.0986, [0.5, 0.1667, 0.1667, 0.1667])

    Source: Zhu, Zou, Rosset and Hastie, "Multi-class AdaBoost", 2009, algorithm 2 (SAMME).
    """
    if classes < 2:
        raise InputError(f"AdaBoost tells two classes or more apart; got {classes}.")
    share = np.asarray(weight, np.float64) / np.sum(weight, dtype=np.float64)
    error = float(share[wrong].sum())
    held = min(max(error, 0.5 / len(share)), 1 - 1e-12)
    vote = float(np.log((1 - held) / held) + np.log(classes - 1))
    after = share * np.exp(vote * wrong)
    return Round(error, vote, after / after.sum())


def vote_shares(guesses: np.ndarray, votes: np.ndarray, classes: int) -> np.ndarray:
    """Return the share of the votes that each class gets.

        s_c = sum_j alpha_j [member j says c] / sum_j alpha_j

    Args:
        guesses: (m, n) the class that each of m members names.
        votes: (m,) how much each counts, above 0.
        classes: How many.

    Returns:
        (n, C) of sum 1. They are scores: the largest wins, but it is no probability of being right.

    Example:
        >>> vote_shares(np.array([[0, 1], [1, 1]]), np.array([3.0, 1.0]), 2).tolist()
        [[0.75, 0.25], [0.0, 1.0]]

    Source: Zhu, Zou, Rosset and Hastie, "Multi-class AdaBoost", 2009, algorithm 2, step 3.
    """
    return np.tensordot(np.asarray(votes, np.float64) / np.sum(votes), np.eye(classes)[guesses], axes=1)


def train_boosted(engine: Engine, experiment: Experiment, rounds: int, seed: int = 0) -> Boosted:
    """Train small networks one after the other, each with the weights that those before it have left the rows.

    The first round's weights are the engine's own. A step's loss is the mean of its examples' by weight, so that over
    an epoch rows count by their weights but for what the batches' sums differ. A member is a network at its best
    evaluation; its mistakes on the training rows decide. Boosting ends early where a member is no better than chance,
    and is left out, or makes no mistake, after which nothing would change.

    Args:
        engine: The data of classes, the workers, and whether to leave off.
        experiment: Of every member: best a network too small to be right alone, trained for few epochs.
        rounds: Members at most, at least 1.
        seed: Of the first member; each next one's is one more.

    Returns:
        The members, in the order of their rounds.

    Raises:
        InputError: If there is no round, the data have no classes, or the experiment does not fit them.
        RunFailed: If there is no member: the first was no better than chance, or went astray.

    Source: Freund and Schapire, "A decision-theoretic generalization of on-line learning and an application to
    boosting", 1997, figure 2; Zhu, Zou, Rosset and Hastie, "Multi-class AdaBoost", 2009, algorithm 2 (SAMME).
    """
    task = engine.ground.source.task
    if task.kind != "classes":
        raise InputError(f"AdaBoost needs classes; these data have {task.kind}.")
    if rounds < 1:
        raise InputError(f"AdaBoost needs 1 round or more; got {rounds}.")
    prepared = prepared_for(engine.ground, experiment)
    classes, y = len(task.classes), engine.ground.source.targets
    parts = prepared.split.train, prepared.split.validation
    given = np.asarray(engine.ground.weight, np.float64)
    weight, guesses = given[parts[0]] / given[parts[0]].sum(), []
    members, found, remark = [], [], ""
    for number in range(rounds):
        result = _trained(engine, experiment, _over(given, parts[0], weight), (seed + number) % 2**32, number)
        if result is None:
            remark = "it was told to leave off"
        elif result.failed or result.rest is None:
            remark = result.ending
        if result is None or remark:
            break
        member = best_weights(result)
        guess = member_predictions(prepared.experiment.objective(), [member], prepared.x)[0].argmax(axis=1)
        now = after_round(weight, guess[parts[0]] != y[parts[0]], classes)
        if now.error >= 1 - 1 / classes:
            remark = f"member {number + 1} was wrong on {now.error:.3g} of the weight, no better than chance"
            break
        members.append(member)
        guesses.append(guess)
        found.append(now)
        weight = now.weight
        if now.error == 0:
            remark = f"member {number + 1} made no mistake" if number + 1 < rounds else ""
            break
    if not members:
        raise RunFailed(f"AdaBoost has no member: {remark}.")
    votes = np.array([one.vote for one in found])
    training, validation = (_staged(np.stack(guesses)[:, part], votes, y[part], classes) for part in parts)
    return Boosted(tuple(members), tuple(votes.tolist()), tuple(r.error for r in found), training, validation, remark)


def _over(given: np.ndarray, rows: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return the weights of all rows, those of the training part with the mean that they had, for the rate's sake."""
    whole = given.copy()
    whole[rows] = weight * given[rows].sum()
    return whole


def _trained(engine: Engine, experiment: Experiment, weight: np.ndarray, seed: int, number: int) -> Result | None:
    dtype = engine.ground.weight.dtype
    ground = engine.ground._replace(weight=weight.astype(dtype))
    told: list[Result] = []
    train_trials(engine._replace(ground=ground), [Trial(number, experiment, seed)], told.append)
    return told[0] if told else None


def _staged(guesses: np.ndarray, votes: np.ndarray, y: np.ndarray, classes: int) -> tuple[float, ...]:
    shares = np.cumsum(votes[:, None, None] * np.eye(classes)[guesses], axis=0)
    return tuple(float(np.mean(stage.argmax(axis=1) != y)) for stage in shares)
