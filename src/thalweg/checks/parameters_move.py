"""Is every parameter trained?"""

from thalweg.checks.first_steps import TensorStep
from thalweg.checks.result import CheckResult
from thalweg.checks.tolerances import FRESH_STEPS
from thalweg.errors import shown
from thalweg.wording import agreeing, counted

_NO_GRADIENT = (
    "Nothing that the loss sees hangs on it: look for a layer behind it that is dead, passes no gradient or leaves its "
    "inputs out, and for lax.stop_gradient. To freeze layers on purpose give them a rate of 0 by layer_rates."
)
_NO_STEP = "It has a gradient, but the update rule does not move it: look at the rule, and at a rate too small for it."


def parameters_move(tensors: dict[str, tuple[TensorStep, ...]], *, frozen: tuple[str, ...]) -> CheckResult | None:
    """Look for tensors that the first steps of the experiment's own rule leave where they are.

    Args:
        tensors: Of the first steps, by path; on the data's loss alone, for a penalty moves what the data do not.
        frozen: Names of the layers whose rate is 0 on purpose.

    Returns:
        An error where no tensor moves, a warning where some do not; None where there are none that should.
    """
    should = {path: steps for path, steps in tensors.items() if path.partition("/")[0] not in frozen}
    if not should:
        return None
    blind = [path for path, steps in should.items() if not any(step.gradient for step in steps)]
    stuck = [path for path, steps in should.items() if path not in blind and not any(step.change for step in steps)]
    still = [*blind, *stuck]
    apart = f", beside {counted(len(tensors) - len(should), 'frozen one')}" if len(should) < len(tensors) else ""
    text = f"{counted(len(should), 'tensor')} {agreeing(len(should), 'moves', 'move')} in the first steps{apart}."
    if still:
        told = [_told(which, why) for which, why in ((blind, "no gradient"), (stuck, "no step")) if which]
        text = f"{'; '.join(told)}, in {FRESH_STEPS} steps, of {counted(len(should), 'tensor')}{apart}."
    return CheckResult(
        name="parameters move",
        measured=float(len(still)),
        expected=0.0,
        tolerance=0.0,
        unit="tensors",
        passed=not still,
        severity="error" if len(still) == len(should) else "warning",
        text=text,
        advice=_NO_GRADIENT if blind else _NO_STEP,
        where=still[0] if still else "",
    )


def _told(paths: list[str], why: str) -> str:
    listed = ", ".join(map(shown, paths[:3])) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")
    return f"{listed} {agreeing(len(paths), 'gets', 'get')} {why}"
