"""All that a diagnosis looks at, as plain arrays."""

import math
from typing import Any, NamedTuple

import numpy as np

from thalweg.checks.result import CheckResult
from thalweg.classic.baseline import Baseline
from thalweg.diagnosis.thresholds import (
    FEWEST_ROWS,
    FEWEST_STEPS,
    LAST_THIRD,
    LOSS_SPREAD,
    MANY_STEPS,
    NO_BASELINE,
    STILL_FALLING,
    SURGE,
    TAIL,
    TELLING_ERRORS,
    VANISHING,
    WORSE_ERRORS,
)
from thalweg.experiment import Experiment
from thalweg.rates.layer_rates import LayerRates
from thalweg.train.history import History
from thalweg.train.scores import METRICS

SHARES = ("accuracy", "balanced_accuracy", "top_5_accuracy", "top_5_error", "exact_match")


def ended_broken(ending: str) -> bool:
    """Say whether training ended at a number that is no longer finite.

    Args:
        ending: Why it ended, as the loop gives it.

    Returns:
        False for any other ending, and for none.
    """
    return "no longer a finite number" in ending


class Case(NamedTuple):
    """One run of one member; curves have an entry an evaluation."""

    experiment: Any  # an Experiment; None for a run of another program
    task: str
    metric: str
    larger_is_better: bool  # of the metric
    ending: str
    checks: dict[str, CheckResult]  # by name
    baselines: tuple[Baseline, ...]  # those with a score
    validation_rows: int  # 0 where they were not counted
    epoch: np.ndarray
    step: np.ndarray
    training_loss: np.ndarray
    training_score: np.ndarray
    validation_loss: np.ndarray
    validation_score: np.ndarray
    best: int  # the evaluation whose weights were kept
    rate: float  # the base rate; NaN where it is not known
    ratio: float  # typical update ratio of the weights while the rate was near its peak; NaN if not measured
    gradients: dict[str, float]  # typical gradient norm of each weight tensor, from the input to the output
    penalty: float  # of the weights at the end; NaN if not measured
    probe_step: np.ndarray
    dead: dict[str, np.ndarray]  # share of dead units by layer, an entry a probe
    saturated: dict[str, np.ndarray]  # the same of saturated outputs
    class_weight: str = ""  # "balanced" where every class counts the same in training
    pretrained: bool = False  # whether the network began with trained weights

    @property
    def sign(self) -> float:
        """1 where a larger score is better, else -1."""
        return 1.0 if self.larger_is_better else -1.0

    def at(self, place: int) -> str:
        """Return where an evaluation lies: "epoch 3"; in steps where epochs were not counted."""
        if math.isfinite(self.epoch[place]):
            return f"epoch {self.epoch[place]:.3g}"
        return f"step {self.step[place]:,.0f}"

    @property
    def now(self) -> str:
        """When the last evaluation was made: "at the end"; of a run that goes on, "after epoch 3"."""
        return "at the end" if self.ending else f"after {self.at(-1)}"

    def until(self, count: int) -> "Case":
        """Return what was known after the first `count` evaluations; how the run ended was not."""
        scores = self.sign * self.validation_score[:count]
        early = self.probe_step <= self.step[count - 1]
        return self._replace(
            ending="",
            epoch=self.epoch[:count],
            step=self.step[:count],
            training_loss=self.training_loss[:count],
            training_score=self.training_score[:count],
            validation_loss=self.validation_loss[:count],
            validation_score=self.validation_score[:count],
            best=int(np.nanargmax(scores)) if np.isfinite(scores).any() else 0,
            ratio=math.nan,  # the medians of the whole run were not known
            gradients={},
            penalty=math.nan,
            dead={name: shares[early] for name, shares in self.dead.items() if early.any()},
            saturated={name: shares[early] for name, shares in self.saturated.items() if early.any()},
        )

    @property
    def score(self) -> float:
        """Validation score of the weights that were kept."""
        return float(self.validation_score[self.best])

    @property
    def first(self) -> float:
        """Training loss before training."""
        return float(self.training_loss[0])

    @property
    def last(self) -> float:
        """Training loss at the end, the median of the last evaluations."""
        return float(np.median(self.training_loss[-TAIL:]))

    @property
    def blind(self) -> float:
        """Loss of a blind guess, from the check of the initial loss; without it, the first loss."""
        check = self.checks.get("initial loss")
        return check.expected if check else self.first

    @property
    def steps(self) -> int:
        """How many steps were made; a large number where they were not counted."""
        return int(self.step[-1]) if math.isfinite(self.step[-1]) else MANY_STEPS

    @property
    def short(self) -> bool:
        """Whether the steps, or where nobody counted them the evaluations, were too few to judge a high loss by."""
        counted = math.isfinite(self.step[-1])
        return self.steps < FEWEST_STEPS if counted else len(self.epoch) < FEWEST_ROWS

    @property
    def still_falling(self) -> bool:
        """Whether the training loss fell over the last third of the run, by more than it rose within it."""
        tail = self.training_loss[-max(TAIL, math.ceil(LAST_THIRD * len(self.training_loss))) :]
        fall = float(tail[0] - tail[-1])
        return fall > max(STILL_FALLING * abs(float(tail[0])), float(np.max(np.diff(tail), initial=0.0)))

    @property
    def blown_up(self) -> bool:
        """Whether the run ended at a number that is not finite, or above its first loss."""
        return ended_broken(self.ending) or not self.last < max(self.first, self.blind)

    @property
    def surge(self) -> float:
        """A training loss far above the first and a blind guess's, whatever their signs."""
        most = max(self.first, self.blind)
        return most + (SURGE - 1) * abs(most)

    @property
    def vanishing(self) -> bool:
        """Whether the gradient of a weight tensor is tiny beside that of another."""
        norms = self.gradients.values()
        return bool(norms) and not min(norms) > VANISHING * max(norms)

    @property
    def improving(self) -> bool:
        """Whether the best score was among the last tenth of the evaluations."""
        return self.best >= len(self.epoch) - 1 - len(self.epoch) // 10

    @property
    def penalty_share(self) -> float:
        """The penalty at the end in units of the training loss, or of a tenth of a blind guess's; 0 if not known.

        Beside a loss near 0 any penalty is large, and does no harm.
        """
        return self.penalty / max(abs(self.last), abs(self.blind) / 10, 1e-30) if self.penalty > 0 else 0.0

    @property
    def steps_an_epoch(self) -> int:
        """Steps that an epoch takes."""
        return max(1, round(self.steps / float(self.epoch[-1]))) if self.epoch[-1] > 0 else 1

    @property
    def planned(self) -> int:
        """Steps that all epochs would have taken."""
        return self.steps_an_epoch * int(self.experiment.training.epochs)

    def failed(self, name: str) -> bool:
        """Say whether a check was made and did not pass, with more than a note."""
        check = self.checks.get(name)
        return check is not None and check.judged and not check.passed and check.severity != "note"

    @property
    def blind_baseline(self) -> Baseline | None:
        """The baseline that does not look at the inputs; None where there is none."""
        return next((b for b in self.baselines if b.name in ("majority class", "commoner answers", "mean")), None)

    def above_blind(self, score: float) -> bool:
        """Say whether a validation score is clearly better than the blind baseline's; False where there is none."""
        blind = self.blind_baseline
        return bool(blind and self.sign * (score - blind.score) > TELLING_ERRORS * self.error(score))

    def said(self, score: float) -> str:
        """Return a score as its metric is read: a share in percent, 100% and 0% without a fraction."""
        if not math.isfinite(score):
            return "none"
        if self.metric not in SHARES:
            return f"{score:.3g}"
        return f"{score:.0%}" if score in {0.0, 1.0} else f"{score:.1%}"

    def error(self, score: float) -> float:
        """Return about how far a validation score may be off by the luck of the rows: one standard error."""
        if not self.validation_rows:
            return _jitter(self.validation_score)
        n = self.validation_rows
        if self.metric in SHARES:
            p = (score * n + 1) / (n + 2)  # so that a perfect score has an error, too
            return math.sqrt(max(p * (1 - p), 0.0) / n)
        if self.metric == "r2":
            return (1 - score) * math.sqrt(2 / n)
        return LOSS_SPREAD * abs(score) / math.sqrt(n)

    def loss_error(self, loss: float) -> float:
        """Return one standard error of a mean validation loss."""
        if not self.validation_rows:
            return _jitter(self.validation_loss)
        return LOSS_SPREAD * loss / math.sqrt(self.validation_rows)

    @property
    def best_baseline(self) -> Baseline | None:
        """The best simple model; None where there is none."""
        return max(self.baselines, key=lambda baseline: self.sign * baseline.score, default=None)

    def better_baseline(self) -> Baseline | None:
        """Return the best simple model, if the network is clearly worse; None if it is not."""
        best = self.best_baseline
        if best is None:
            return None
        error = math.hypot(self.error(best.score), self.error(self.score))
        return best if self.sign * (best.score - self.score) > WORSE_ERRORS * error else None

    @property
    def beats_baselines(self) -> bool:
        """Whether the network is better than the best simple model by more than a standard error."""
        best = self.best_baseline
        return best is not None and self.sign * (self.score - best.score) > self.error(self.score)

    @property
    def poor(self) -> bool:
        """Whether the outcome is poor: below a simple model, or hardly better than a blind guess."""
        if self.baselines:
            return self.better_baseline() is not None
        return not self.last < NO_BASELINE * self.blind


def read_case(
    history: History,
    *,
    checks: tuple[CheckResult, ...],
    experiment: Experiment,
    task: str,
    metric: str,
    ending: str,
    baselines: tuple[Baseline, ...],
    validation_rows: int,
    class_weight: str = "",
    pretrained: bool = False,
) -> Case:
    """Gather what the rules look at, of the first member.

    Args:
        history: At least one evaluation; records of monitors where there are any.
        checks: Results of the checks before training.
        experiment: What was trained.
        task: "classes", "regression" or "attributes".
        metric: A name in `train.scores.METRICS`.
        ending: Why training ended.
        baselines: Simple models' scores.
        validation_rows: How many rows the validation scores rest on.
        class_weight: "balanced" where every class counts the same in training.
        pretrained: Whether the network began with trained weights.

    Returns:
        The case.
    """
    table = history.evaluation_table()
    better = np.flatnonzero(table["better"][:, 0])
    probes = history.probe_table()
    steps = history.step_table()
    ratios = list(_medians(steps, "update_ratio").values())
    if isinstance(experiment.rates, LayerRates):
        ratios = [ratio for ratio in ratios if ratio > 0] or ratios  # layers that are frozen say nothing of the rate
    slopes, order = _medians(steps, "gradient_norm"), experiment.network.names()
    return Case(
        experiment=experiment,
        rate=float(experiment.update.rate),
        task=task,
        metric=metric,
        larger_is_better=METRICS[metric].larger_is_better,
        ending=ending,
        checks={check.name: check for check in checks},
        baselines=tuple(baseline for baseline in baselines if math.isfinite(baseline.score)),
        validation_rows=validation_rows,
        epoch=table["epoch"],
        step=table["step"],
        training_loss=table["training_loss"][:, 0],
        training_score=table["training_score"][:, 0],
        validation_loss=table["validation_loss"][:, 0],
        validation_score=table["validation_score"][:, 0],
        best=int(better[-1]) if len(better) else 0,
        ratio=float(np.median(ratios)) if ratios else math.nan,
        gradients={name: slopes[name] for name in sorted(slopes, key=lambda name: _place(name, order))},
        penalty=float(table["penalty"][-1, 0]),
        probe_step=probes.get("step", np.zeros(0, int)),
        dead=_shares(probes, "dead_share"),
        saturated=_shares(probes, "saturated_share"),
        class_weight=class_weight,
        pretrained=pretrained,
    )


def _jitter(curve: np.ndarray) -> float:
    """Return how far a value is off by luck, as the second half of its own curve shows.

    median |v_(k+1) - 2 v_k + v_(k-1)| / (0.6745 sqrt(6)),    for values of standard deviation s it is s
    """
    known = curve[np.isfinite(curve)]
    bends = np.abs(np.diff(known[len(known) // 2 :], n=2))
    return float(np.median(bends)) / (0.6745 * math.sqrt(6)) if len(bends) else math.inf


def plain_name(baseline: Baseline) -> str:
    """Return a simple model's name without its settings, to be put in brackets."""
    return baseline.name.partition(" (")[0]


def _shares(probes: dict[str, np.ndarray], measure: str) -> dict[str, np.ndarray]:
    """Return a share by layer, an entry a probe, of the layers that have one."""
    found = {name.partition(f"/{measure}/")[2]: v[:, 0] for name, v in probes.items() if f"/{measure}/" in name}
    return {layer: shares for layer, shares in found.items() if not np.isnan(shares).all()}


def _place(tensor: str, order: tuple[str, ...]) -> int:
    """Return how far from the input a tensor's layer lies."""
    layer = tensor.partition("/")[0]
    return order.index(layer) if layer in order else len(order)


def _medians(table: dict[str, np.ndarray], measure: str) -> dict[str, float]:
    """Return each weight tensor's median of a measure over the steps whose rate is at least half the peak."""
    measured = {name.partition(f"/{measure}/")[2]: v[:, 0] for name, v in table.items() if f"/{measure}/" in name}
    rates = [v[:, 0] for name, v in table.items() if name.endswith("/rate")]
    if not rates or not np.isfinite(rates[0]).any():
        return {}
    near_peak = rates[0] >= 0.5 * np.nanmax(rates[0])
    finite = {name: v[near_peak & np.isfinite(v)] for name, v in measured.items() if name.endswith("/w")}
    return {name: float(np.median(values)) for name, values in finite.items() if len(values)}  # zeros have no ratio
