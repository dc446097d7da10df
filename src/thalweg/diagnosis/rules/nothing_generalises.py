"""A network that learns its training rows and can tell nothing about others, where no simple model can either."""

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.finding import Finding
from thalweg.diagnosis.thresholds import NOTHING_LEARNED, NOTHING_ROWS


def nothing_generalises(case: Case) -> Finding | None:
    """Say that training rows are learned and validation rows are guessed, by the network and by all simple models.

    Where the check of rows and labels was made, it must have found nothing, either: beside one very frequent class no
    model seems better than a blind guess. Without it training rows must have been learned by heart. A validation part
    that is small, or a task without a blind guess to compare with, is not judged.

    Source: Karpathy, "A Recipe for Training Neural Networks", 2019; Zhang et al., "Understanding deep learning requires
    rethinking generalization", 2017: networks fit random labels.
    """
    blind = case.blind_baseline
    if blind is None or case.validation_rows < NOTHING_ROWS or case.short or len(case.baselines) < 2:
        return None
    known = max(case.sign * case.training_score)  # at any time
    learned = case.sign * (case.sign * known - blind.score)
    bound = NOTHING_LEARNED * (1 - blind.score) if case.larger_is_better else NOTHING_LEARNED * blind.score
    others = [case.score, *(baseline.score for baseline in case.baselines)]
    check = case.checks.get("labels related to inputs")
    unrelated = check is not None and check.judged and not check.passed
    if any(case.above_blind(score) for score in others) or not (unrelated if check is not None else learned >= bound):
        return None
    heart = learned >= bound
    return Finding(
        symptom="nothing_generalises",
        severity="warning",
        title="Training rows alone were learned" if heart else "The inputs tell nothing of the targets",
        evidence=(
            f"The training score came to {case.said(case.sign * known)}, the validation score to "
            f"{case.said(case.score)}; a blind guess has {case.said(blind.score)}, and no simple model does better."
        ),
        why=(
            "A network with enough parameters learns any labels by heart, also those that mean nothing." if heart
            else "Where neither the network nor a simple model finds anything, no setting will help."
        ),
        cause="the inputs tell nothing about the targets: rows and labels may have been paired wrongly, or be noise",
        remedy="Look at how rows and labels were paired, and for inputs that matter.",
    )  # fmt: skip
