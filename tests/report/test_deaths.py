"""When rectified units died: by hand, and in a run that kills its layer at a known step."""

from typing import NamedTuple

import numpy as np
from tests.monitors.small import data, experiment
from tests.report.example import HOSTILE, history

from thalweg.keys import root
from thalweg.monitors.activations import activation_monitor
from thalweg.report.figures.deaths import death_figures
from thalweg.report.figures.layers import layer_figures
from thalweg.report.series import of_deaths
from thalweg.spec import replaced
from thalweg.train.controllers import Continue, Rescale
from thalweg.train.history import History
from thalweg.train.loop import Data, LoopState, Watch, run
from thalweg.train.plan import Plan
from thalweg.train.population import population, start
from thalweg.train.state import learner_of
from thalweg.updates.sgd import SGD


def looks(name, *active, begin=0):
    made = History()
    for k, units in enumerate(active):
        made = made.with_probe(({"active": {name: np.array([units], np.float32)}},), begin + 10 * k)
    return made


def test_a_unit_died_after_the_last_look_that_saw_it_active():
    # Never active; active throughout; last at step 10; silent at step 10 and back at 20, so alive.
    made = looks("relu", [0, 1, 1, 1], [0, 1, 1, 0], [0, 1, 0, 1])
    deaths = of_deaths(made)["relu"]
    assert deaths.last.tolist() == [-1, 20, 10, 20]
    assert deaths.dead().tolist() == [0.25, 0.25, 0.5]
    (figure,) = death_figures(made)
    assert figure.summary == "relu: 2 units of 4 dead at the end (50.0%), 25.0% of the layer between steps 10 and 20."
    assert figure.data[0]["y"].tolist() == [0.25, 0.25, 0.5] and len(figure.data) == 1


def test_what_is_said_of_layers_that_live_or_never_did():
    assert death_figures(looks("relu", [1, 0], [1, 1]))[0].summary == (
        "Every unit is active on some example of the probe set at the end."
    )
    assert death_figures(looks("relu", [1, 0], [1, 0]))[0].summary == (
        "relu: 1 unit of 2 dead at the end (50.0%), all of them from the first look on."
    )
    assert death_figures(History()) == ()


def test_the_loss_stands_beneath_and_names_are_shown_letter_by_letter():
    made = history(epochs=3)
    made = made._replace(probes=looks(HOSTILE, [1, 1], [1, 0], begin=12).probes)
    figure = {f.key: f for f in layer_figures(made)}["dead-units"]
    assert [trace["name"] for trace in figure.data][1:] == ["training loss"]
    assert figure.data[1]["yaxis"] == "y2" and figure.data[1]["x"].tolist() == [12, 24, 36]
    assert "<" not in figure.data[0]["name"]


def test_a_history_without_units_has_their_share():
    assert "dead-share" in {f.key for f in layer_figures(history(epochs=2))}


class Jump(NamedTuple):
    """Make the rate thousands of times as large from a step on."""

    step: int

    def decide(self, progress):
        return Rescale((3000.0,)) if progress.step == self.step else Continue()


def test_a_layer_whose_rate_jumps_dies_at_that_step():
    x, y = data()
    plan = Plan(np.arange(320), 32, 120, ((0, 0),))
    spec = replaced(experiment(), update=SGD(0.1))
    members = population([start(learner_of(spec), root(0), (x.shape[1],), plan.total)])
    parts = Data(x, y, np.ones(len(x), np.float32), np.arange(320, 400), np.arange(320), np.arange(100), "accuracy")
    watch = Watch((), (activation_monitor(spec.network),), (Jump(60),), look_share=np.inf)
    deaths = of_deaths(run(LoopState(members), parts, plan, watch).history)["activation_1"]
    assert deaths.at.tolist() == list(range(0, 121, 10))
    assert deaths.last.tolist() == [60] * 16  # all at work until the jump, none at the next look or later
    assert deaths.dead().tolist() == [0.0] * 7 + [1.0] * 6
