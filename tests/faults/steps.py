"""Faults of the steps: rate, rule, batch, schedule, clip, length."""

from tests.faults.setups import fault
from tests.faults.tasks import dense
from thalweg.clips.clip_norm import ClipNorm
from thalweg.schedules.exponential import Exponential
from thalweg.schedules.inverse_time import InverseTime
from thalweg.schedules.step_decay import StepDecay
from thalweg.updates.adadelta import Adadelta
from thalweg.updates.adagrad import Adagrad
from thalweg.updates.adam import Adam
from thalweg.updates.momentum import Momentum
from thalweg.updates.nesterov import Nesterov
from thalweg.updates.rmsprop import RMSprop
from thalweg.updates.sgd import SGD

HIGH, LOW, SHORT = "rate_too_high", "rate_too_low", "too_few_epochs rate_too_low"


def _rate(what, task, causes, faulty, healthy):
    return fault(what, task, causes, {"update": faulty}, both={"update": healthy})


RATES = (
    fault(
        "adam, rate x 300, two layers",
        "digits",
        HIGH,
        {"update": Adam(0.6)},
        both={"network": dense(64, 64, outputs=10)},
    ),
    _rate("sgd, rate x 100", "digits", HIGH, SGD(20.0), SGD(0.2)),
    _rate("adam, rate x 100", "circles", HIGH, Adam(1.0), Adam(0.01)),
    _rate("sgd, rate x 100", "diabetes", HIGH, SGD(5.0), SGD(0.05)),
    _rate("momentum, rate x 100", "blobs", HIGH, Momentum(2.0), Momentum(0.02)),
    _rate("adam, rate x 100", "digit images", HIGH, Adam(0.3), Adam(3e-3)),
    _rate("adam, rate x 300", "diabetes", HIGH, Adam(3.0), Adam(0.01)),
    _rate("rmsprop, rate x 100", "wine", HIGH, RMSprop(0.5), RMSprop(5e-3)),
    _rate("adam, rate x 100", "clusters", HIGH, Adam(0.3), Adam(3e-3)),
    _rate("sgd, rate x 100", "clusters", HIGH, SGD(10.0), SGD(0.1)),
    _rate("adam, rate x 30", "spiral", HIGH, Adam(0.3), Adam(0.01)),
    _rate("adam, rate x 100", "friedman", HIGH, Adam(0.5), Adam(5e-3)),
    _rate("nesterov, rate x 100", "moons", HIGH, Nesterov(3.0), Nesterov(0.03)),
    _rate("momentum, rate x 100", "waves", HIGH, Momentum(2.0), Momentum(0.02)),
    _rate("adam, rate x 300", "few amounts", HIGH, Adam(0.9), Adam(3e-3)),
    _rate("adam, rate / 1000", "digits", LOW, Adam(2e-6), Adam(2e-3)),
    _rate("sgd, rate / 100", "iris", f"{LOW} update_rule", SGD(1e-3), SGD(0.1)),
    _rate("momentum, rate / 1000", "circles", LOW, Momentum(3e-5), Momentum(0.03)),
    _rate("adam, rate / 300", "diabetes", LOW, Adam(1e-5), Adam(3e-3)),
    _rate("adam, rate / 100", "digit images", LOW, Adam(3e-5), Adam(3e-3)),
    _rate("adam, rate / 1000", "clusters", LOW, Adam(3e-6), Adam(3e-3)),
    _rate("sgd, rate / 1000", "wine", f"{LOW} update_rule", SGD(1e-4), SGD(0.1)),
    _rate("adam, rate / 100", "spiral", LOW, Adam(1e-4), Adam(0.01)),
    _rate("rmsprop, rate / 300", "friedman", LOW, RMSprop(1e-5), RMSprop(3e-3)),
    _rate("momentum, rate / 1000", "moons", LOW, Momentum(3e-5), Momentum(0.03)),
    _rate("adam, rate / 300", "waves", LOW, Adam(1.7e-5), Adam(5e-3)),
    _rate("adam, rate x 300", "mnist", HIGH, Adam(0.3), Adam(1e-3)),
    _rate("adam, rate x 1000", "titanic", HIGH, Adam(1.0), Adam(1e-3)),
    _rate("adam, rate / 300", "abalone", LOW, Adam(3e-6), Adam(1e-3)),
    _rate("sgd, rate x 100", "red wine", HIGH, SGD(3.0), SGD(0.03)),
    _rate("adam, rate x 300", "mpg", HIGH, Adam(0.9), Adam(3e-3)),
    _rate("adam, rate / 1000", "penguins", LOW, Adam(3e-6), Adam(3e-3)),
)

RULES = (
    _rate("adagrad, which stops too soon", "circles", f"update_rule {LOW}", Adagrad(1e-3), Adam(0.01)),
    _rate("adadelta at a low rate", "digits", f"update_rule {LOW}", Adadelta(1e-3), Adam(2e-3)),
    _rate("momentum 0.999", "diabetes", f"update_rule {HIGH}", Momentum(0.02, 0.999), Momentum(0.02)),
    _rate("plain sgd at 0.01", "spiral", f"update_rule {LOW} too_few_epochs", SGD(0.01), Adam(0.01)),
    _rate("adagrad, which stops too soon", "clusters", f"update_rule {LOW}", Adagrad(1e-4), Adam(3e-3)),
    _rate("momentum 0.999", "friedman", f"update_rule {HIGH}", Momentum(0.1, 0.999), Momentum(0.1)),
    _rate("momentum 0.999", "waves", f"update_rule {HIGH}", Momentum(0.02, 0.999), Momentum(0.02)),
)

BATCHES = (
    fault(
        "batch 1 at a high rate", "blobs", f"batch_too_small {HIGH} update_rule",
        {"training.batch": 1, "training.epochs": 5}, both={"update": Momentum(0.1)},
    ),
    fault(
        "batch 1 at a high rate", "diabetes", f"batch_too_small {HIGH}",
        {"training.batch": 1, "training.epochs": 15}, both={"update": SGD(0.3)},
    ),
    fault(
        "full batch, few steps", "digits", f"batch_too_large too_few_epochs {LOW}",
        {"training.batch": 5000},
    ),
    fault(
        "full batch, few steps", "diabetes", f"batch_too_large too_few_epochs {LOW}",
        {"training.batch": 5000},
    ),
    fault(
        "batch 1 at a high rate", "moons", f"batch_too_small {HIGH} update_rule",
        {"training.batch": 1, "training.epochs": 8}, both={"update": Momentum(0.1)},
    ),
    fault(
        "batch 1 at a high rate", "friedman", f"batch_too_small {HIGH}",
        {"training.batch": 1, "training.epochs": 10}, both={"update": SGD(0.2)},
    ),
    fault(
        "full batch, few steps", "clusters", f"batch_too_large too_few_epochs {LOW}",
        {"training.batch": 5000},
    ),
    fault(
        "full batch, few steps", "friedman", f"batch_too_large too_few_epochs {LOW}",
        {"training.batch": 5000},
    ),
)  # fmt: skip

LENGTHS = (
    fault("one epoch", "digits", SHORT, {"training.epochs": 1}),
    fault("three epochs", "diabetes", SHORT, {"training.epochs": 3}),
    fault("three epochs", "circles", SHORT, {"training.epochs": 3}),
    fault("three epochs", "spiral", SHORT, {"training.epochs": 3}),
    fault("one epoch", "clusters", SHORT, {"training.epochs": 1}),
    fault("two epochs", "friedman", SHORT, {"training.epochs": 2}),
    fault("one epoch", "waves", SHORT, {"training.epochs": 1}),
    fault("one epoch", "mnist", SHORT, {"training.epochs": 1}),
    fault("two epochs", "red wine", SHORT, {"training.epochs": 2}),
    fault(
        "patience of one epoch", "circles", f"patience_too_short too_few_epochs {LOW}",
        {"training.patience": 1}, both={"update": Adam(2e-3)},
    ),
    fault(
        "patience of one epoch", "few rows", f"patience_too_short too_few_epochs {LOW}",
        {"training.patience": 1},
    ),
    fault(
        "patience of one epoch", "spiral", f"patience_too_short too_few_epochs {LOW}",
        {"training.patience": 1}, both={"update": Adam(3e-3)},
    ),
    fault(
        "patience of one epoch", "few amounts", f"patience_too_short too_few_epochs {LOW}",
        {"training.patience": 1},
    ),
)  # fmt: skip

SCHEDULES = (
    fault("a rate that halves every step or so", "digits", f"schedule {LOW}", {"schedule": StepDecay(0.1, 0.01)}),
    fault("a rate gone by 1 / t", "circles", f"schedule {LOW}", {"schedule": InverseTime(1.0)}),
    fault("a rate that decays at once", "spiral", f"schedule {LOW}", {"schedule": StepDecay(0.1, 0.02)}),
    fault("a rate gone by 1 / t", "clusters", f"schedule {LOW}", {"schedule": InverseTime(1.0)}),
    fault("a rate that decays at once", "friedman", f"schedule {LOW}", {"schedule": Exponential(1e-30)}),
)

CLIPS = (
    fault(
        "gradient clipped to 1e-4", "digits", f"clip_too_tight {LOW}",
        {"clip": ClipNorm(1e-4)}, both={"update": SGD(0.2)},
    ),
    fault(
        "gradient clipped to 1e-3", "diabetes", f"clip_too_tight {LOW}",
        {"clip": ClipNorm(1e-3)}, both={"update": Momentum(0.01)},
    ),
    fault(
        "gradient clipped to 1e-4", "clusters", f"clip_too_tight {LOW}",
        {"clip": ClipNorm(1e-4)}, both={"update": SGD(0.1)},
    ),
    fault(
        "gradient clipped to 1e-4", "friedman", f"clip_too_tight {LOW}",
        {"clip": ClipNorm(1e-4)}, both={"update": Momentum(0.1)},
    ),
)  # fmt: skip

STEPS = (*RATES, *RULES, *BATCHES, *LENGTHS, *SCHEDULES, *CLIPS)
