"""Outcomes of runs that might have been, for the report's tests."""

import math

import numpy as np

from thalweg.checks.result import CheckResult
from thalweg.classic.baseline import Baseline
from thalweg.data.source import Remark
from thalweg.diagnosis.finding import Finding
from thalweg.runs.outcome import Comparison, DataSummary, Outcome, Score
from thalweg.train.history import Evaluation, History

HOSTILE = "</script><img src=x onerror=alert(1)>"


def history(epochs=24, steps_an_epoch=12, tensors=("dense_1/w", "dense_1/b", "dense_2/w", "dense_2/b"), seed=0):
    """Records of a run that learns: dense at first, then every tenth step."""
    random = np.random.default_rng(seed)
    total = epochs * steps_an_epoch
    steps = np.unique(np.concatenate([np.arange(min(total, 100)), np.arange(0, total, 10)]))
    loss = 2.2 * np.exp(-steps / (total / 4 + 1)) + 0.06
    records = {
        "0": {
            "data_loss": (loss * random.lognormal(0, 0.15, len(steps)))[None],
            "penalty": np.full((1, len(steps)), 0.02),
            "rate": (1e-3 * (1 + np.cos(np.pi * steps / max(total, 1))) / 2)[None],
            "gradient_norm": _tree(tensors, lambda k: (loss * 0.5**k * random.lognormal(0, 0.2, len(steps)))[None]),
            "update_ratio": _tree(tensors, lambda k: (2e-3 * 0.7**k * random.lognormal(0, 0.3, len(steps)))[None]),
        }
    }
    made = History().with_records(records, steps) if total else History()
    for epoch in range(epochs):
        falling = math.exp(-epoch / 5)
        made = made.with_evaluation(
            Evaluation(
                epoch=float(epoch + 1),
                step=(epoch + 1) * steps_an_epoch,
                running_loss=np.array([2.2 * falling + 0.08]),
                training_loss=np.array([2.0 * falling + 0.04]),
                training_score=np.array([1 - 0.8 * falling]),
                validation_loss=np.array([1.9 * falling + 0.1 + 0.004 * epoch]),
                validation_score=np.array([0.975 - 0.75 * falling]),
                penalty=np.array([0.02]),
                better=np.array([epoch < 18]),
                seconds=0.4 * epoch,
            )
        ).with_probe({"0": _probe(epoch), "1": _counted(epoch)}, (epoch + 1) * steps_an_epoch)
    return made


def classes(names=tuple("0123456789"), **changes):
    """A finished run on images of digits, the test part opened."""
    count = len(names)
    random = np.random.default_rng(1)
    confusion = np.diag(random.integers(30, 40, count)) + random.integers(0, 40, (count, count)) // 39
    outcome = Outcome(
        name="digits-1",
        data=DataSummary(
            name="digits",
            rows=(("training", 1077), ("validation", 360), ("test", 360)),
            target="digit",
            classes=tuple((name, 100 + k) for k, name in enumerate(names)),
            target_range=(),
            columns=(("pixels", "numeric", "centred and scaled by the training part's mean and deviation"),),
            features=64,
            fingerprint="8a1f" * 16,
        ),
        task="classes",
        metric="accuracy",
        status="finished",
        ending="no better validation accuracy for 6 epochs",
        scores=(
            Score("accuracy", 0.9722, 0.9556, 0.9861, "validation", 360),
            Score("accuracy", 0.9778, 0.9594, 0.9889, "test", 360),
            Score("cross_entropy", 0.0871, 0.0512, 0.1342, "test", 360),
        ),
        comparison=Comparison("test", tuple(tuple(int(n) for n in row) for row in confusion)),
        baselines=(
            Baseline("majority class", 0.1028, 1077, 0.0004),
            Baseline("linear", 0.9368, 1077, 0.31),
            Baseline("k nearest neighbours (k = 5)", 0.9302, 1000, 0.052, "", 1077),
        ),
        remarks=(
            Remark("task", "digit has 10 distinct whole numbers and is taken as classes; --task regression changes it"),
            Remark("constant", "3 columns never change and were left out", "pixels 0, 32, 39", "warning"),
        ),
        checks=(
            CheckResult(
                "initial loss",
                2.31,
                2.303,
                0.23,
                "nats",
                True,
                "error",
                "The loss before training is 2.31 nats, where a blind guess has 2.303.",
                "",
            ),
            CheckResult(
                "gradients", 3e-6, 0.0, 1e-4, "", True, "error", "Back-propagation agrees with differences to 3e-6.", ""
            ),
            CheckResult(
                "overfit a small batch",
                0.4,
                0.0,
                0.01,
                "nats",
                False,
                "warning",
                "20 rows are still at a loss of 0.4 after 300 steps; it should come near 0.",
                "Try a higher rate or a wider network.",
                "dense_1",
            ),
        ),
        findings=(
            Finding(
                "healthy",
                "good",
                "gradients reach every layer",
                "norms between 0.1 and 2 in every tensor",
                "",
                "",
                "nothing to do",
            ),
            Finding(
                "overfitting",
                "warning",
                "it begins to learn the training rows by heart",
                "after epoch 18 the validation loss rises from 0.16 to 0.21 while the training loss falls to 0.04",
                "the network will be surer of itself on new data than it should be",
                "more parameters than 1,077 rows can hold in check",
                "a stronger L2 penalty, or dropout of 0.2 after each hidden layer",
                "--set penalty.strength=0.001",
                "epochs 18 to 24",
            ),
        ),
        history=history(),
        best_epoch=18.0,
        best_step=216,
        experiment={
            "kind": "experiment",
            "network": {
                "kind": "sequential",
                "layers": [
                    {"kind": "dense", "units": 128, "weights": {"kind": "auto"}},
                    {"kind": "activation", "function": {"kind": "relu"}},
                    {"kind": "dense", "units": count, "weights": {"kind": "auto"}},
                ],
            },
            "loss": {"kind": "softmax_cross_entropy"},
            "update": {"kind": "adam", "rate": 0.001},
            "training": {"kind": "training", "batch": 128, "epochs": 100, "patience": 20},
        },
        layers=(("dense_1", "128", 8320), ("activation_1", "128", 0), ("dense_2", str(count), 129 * count)),
        seeds={"seed": 0, "split_seed": 0},
        versions={
            "thalweg": "0.1.0",
            "jax": "0.10.2",
            "jaxlib": "0.10.2",
            "numpy": "2.4.0",
            "python": "3.11.7",
            "machine": "x86_64",
            "cores": "2",
        },
        command="thalweg fit digits --open-test",
        openings=2,
        seconds=9.4,
        compile_seconds=2.1,
        examples_per_second=184_000.0,
    )
    return outcome._replace(**changes)


def regression(**changes):
    """A finished run on house prices, the test part still sealed."""
    random = np.random.default_rng(2)
    truth = random.gamma(4, 55_000, 700)
    predicted = truth + random.normal(0, 30_000, 700)
    outcome = classes(
        name="houses-3",
        data=DataSummary(
            name="houses",
            rows=(("training", 12_384), ("validation", 4_128), ("test", 4_128)),
            target="median_house_value",
            classes=(),
            target_range=(14_999.0, 206_855.8, 500_001.0, 115_395.6),
            columns=(
                *((f"column_{k}", "numeric", "standardised") for k in range(20)),
                ("ocean_proximity", "categorical", "one-hot: 5 levels and other"),
            ),
            features=26,
            fingerprint="03bc" * 16,
        ),
        task="regression",
        metric="r2",
        scores=(
            Score("r2", 0.8123, 0.7995, 0.8241, "validation", 4128),
            Score("rmse", 49_893.2, 48_100.0, 51_720.0, "validation", 4128),
        ),
        comparison=Comparison("validation", (), tuple(map(float, truth)), tuple(map(float, predicted))),
        baselines=(Baseline("mean", -0.0001, 12_384, 0.001), Baseline("linear", 0.6421, 12_384, 0.02)),
        command="",
        openings=0,
    )
    return outcome._replace(**changes)


def diverged(**changes):
    """A run that broke in its first epoch."""
    started = history(epochs=1)
    steps = dict(started.steps[0])
    steps["0/data_loss"] = np.where(steps["step"][:, None] < 8, steps["0/data_loss"], np.nan)
    return classes(
        status="diverged",
        ending="the loss was not a number at step 8; dense_1/w was the first tensor to break",
        scores=(),
        comparison=None,
        baselines=(),
        history=History((steps,), (), ()),
        best_epoch=math.nan,
        best_step=-1,
        openings=0,
    )._replace(**changes)


def _tree(tensors, values):
    tree = {}
    for place, tensor in enumerate(tensors):
        layer, _, leaf = tensor.partition("/")
        tree.setdefault(layer, {})[leaf] = values(place)
    return tree


def _probe(epoch):
    nan = np.array([np.nan])
    layers = {"dense_1": nan, "activation_1": np.array([0.05 + 0.004 * epoch]), "dense_2": nan}
    drift = {name: np.array([1.0 + 0.1 * k + 0.02 * epoch]) for k, name in enumerate(layers)}
    return {
        "mean": {name: np.array([0.1 * k]) for k, name in enumerate(layers)},
        "std": drift,
        "zero_share": {**layers, "activation_1": np.array([0.5])},
        "dead_share": layers,
        "saturated_share": dict.fromkeys(layers, nan),
        "gradient_norm": {name: value / 50 for name, value in drift.items()},
    }


def _counted(epoch):
    """Histograms of four bins that grow wider; one weight is infinite from the third look on."""
    counts, ends = np.array([[1.0, 3.0, 3.0, 1.0]]), np.array([[-1.0, 1.0]]) * (1 + epoch)
    one = {"counts": counts, "ends": ends, "not_finite": np.array([float(epoch > 1)])}
    none = {**one, "not_finite": np.zeros(1)}
    tensors = {"weight": {"dense_1/w": one, "dense_1/b": none}, "output": {"dense_1": none, "activation_1": none}}
    tensors["gradient"] = tensors["output"]
    return {
        f"{part}_{field}": {name: fields[field] for name, fields in found.items()}
        for part, found in tensors.items()
        for field in one
    }
