"""All begin, a third goes on at each rung, and the least loss is never stopped."""

from tests.search.records import RATE, all_stages, known, record
from thalweg.search.strategies.successive_halving import SuccessiveHalving


def test_a_third_goes_on_at_each_rung():
    stages, records = all_stages(SuccessiveHalving(27, 18), RATE, lambda point: point["update.rate"])
    asked = [(stage.name, len(stage.proposals), {(p.epochs, p.until) for p in stage.proposals}) for stage in stages]
    assert asked == [
        ("rung 1", 27, {(18, 2)}),
        ("rung 2", 9, {(18, 6)}),
        ("rung 3", 3, {(18, 0)}),
    ]
    rates = sorted((one.proposal.point["update.rate"] for one in records[:27]), reverse=True)
    assert sorted((one.proposal.point["update.rate"] for one in records[36:]), reverse=True) == rates[:3]
    for one in records[27:]:
        assert records[one.proposal.of].proposal.point == one.proposal.point


def test_rungs_are_as_many_as_trials_and_epochs_allow():
    assert SuccessiveHalving(27, 100).rungs == (3, 11, 33, 100)
    assert SuccessiveHalving(2, 100).rungs == (100,)
    assert SuccessiveHalving(27, 2).rungs == (2,)
    assert SuccessiveHalving(9, 9, reduction=2).rungs == (1, 2, 4, 9)


def test_a_trial_of_the_least_loss_is_never_stopped():
    strategy = SuccessiveHalving(20, 9)
    stage = strategy.next(known(RATE))
    records = []
    for number, one in enumerate(stage.proposals):
        loss = 0.01 if number in (3, 5) else 1.0 + number  # with the two lowest scores
        score = 0.0 if number in (3, 5) else 1.0
        curve = ((0.0, 2.0, 2.0, 0.1), (1.0, 1.0, loss, score))
        given = {"stage": "rung 1", "epochs": 9, "until": 1, "ending": "", "loss": loss, "curve": curve}
        records.append(record(number, one.point, score, **given))
    going = {one.of for one in strategy.next(known(RATE, records)).proposals}
    assert {3, 5} < going and len(going) == 9  # a third, seven, and a tenth, two


def test_only_what_rests_goes_on():
    strategy = SuccessiveHalving(9, 9)
    stage = strategy.next(known(RATE))
    ended = [
        record(
            k, one.point, 1.0, stage="rung 1", epochs=9, until=1, ending="its loss was 4 times the first", failed=True
        )
        for k, one in enumerate(stage.proposals)
    ]
    assert strategy.next(known(RATE, ended)) is None
    ended[4] = ended[4]._replace(ending="", failed=False)
    assert [one.of for one in strategy.next(known(RATE, ended)).proposals] == [4]
