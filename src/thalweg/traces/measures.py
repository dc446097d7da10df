"""What the names of columns and tags say of tensors: which is measured, and what of it."""

import re

from thalweg.traces.trace import ALL

_GAP = r"[ _./:-]"
_SHARE = rf"{_GAP}?(?:share|fraction|ratio|rate)"
_PATTERNS = {
    "gradient_norm": rf"grad(?:ient)?s?{_GAP}?(?:(?:\d+(?:\.\d+)?|l2){_GAP}?)?norms?",
    "weight_norm": rf"(?:weight|param(?:eter)?)s?{_GAP}?norms?",
    "update_norm": rf"updates?{_GAP}?norms?",
    "update_ratio": rf"updates?{_GAP}?(?:to{_GAP}(?:weight|param(?:eter)?|data)s?{_GAP})?ratios?",
    "dead_share": rf"dead{_GAP}?(?:(?:unit|neuron|relu)s?)?{_SHARE}",
    "saturated_share": rf"saturated{_GAP}?(?:units?)?{_SHARE}",
    "activation_mean": rf"act(?:ivation)?s?{_GAP}?means?",
    "activation_deviation": rf"act(?:ivation)?s?{_GAP}?(?:std(?:dev)?|sd|deviation)s?",
}
_COLUMNS = {
    measure: re.compile(
        rf"(?P<before>(?:.*{_GAP})?){pattern}(?:{_GAP}?(?:total|all|global))?(?:[./:](?P<after>.+))?", re.IGNORECASE
    )
    for measure, pattern in _PATTERNS.items()
}
_SAY_NOTHING = frozenset({"train", "training", "metrics", "global", "total", "all", "model", ""})

_CHANGES = {
    "gradient": frozenset({"grad", "grads", "gradient", "gradients"}),
    "update": frozenset({"update", "updates"}),
}
_STATES = {
    "activation": frozenset({"activation", "activations", "act", "acts", "output", "outputs"}),
    "weight": frozenset({"weight", "weights", "params", "parameters", "variables"}),
}
_TENSOR = re.compile(  # the last word of a tensor's name
    r"(?:(?:recurrent|depthwise|pointwise)_)?kernel(?:_?\d+)?|(?:\w+_)?(?:weight|bias)s?(?:_\w+)?|[wb]\d*|gamma|beta|scale"
    r"|offset|alpha|embeddings?|running_(?:mean|var)",
    re.IGNORECASE,
)
_HISTOGRAM = frozenset({"histogram", "histograms", "hist"})


def column_measure(name: str) -> tuple[str, str]:
    """Return what a column of numbers measures of a tensor.

    Args:
        name: The column's, such as "grad_norm/fc1.weight" or "fc1.weight_grad_norm".

    Returns:
        (a name in `trace.MEASURES`, the tensor); the tensor is `trace.ALL` where none is named. ("", "") where it is
        none of them.

    Example:
        >>> column_measure("grad_2.0_norm/fc1.weight"), column_measure("grad_norm"), column_measure("loss")
        (('gradient_norm', 'fc1.weight'), ('gradient_norm', 'all'), ('', ''))
    """
    for measure, pattern in _COLUMNS.items():
        if found := pattern.fullmatch(name.strip()):
            before = found["before"].strip(" _./:-")
            if before.lower() in _SAY_NOTHING:
                before = ""
            return measure, found["after"] or before or ALL
    return "", ""


def tag_kind(tag: str) -> tuple[str, str]:
    """Return of what a histogram is.

    Args:
        tag: Its name, such as "fc1.weight.grad" or "sequential/dense/kernel/histogram".

    Returns:
        (kind, name): "gradient", "update" or "weight" and the tensor, "activation" and the layer, or ("", "") where
        the tag does not tell.

    Example:
        >>> tag_kind("fc1.weight.grad"), tag_kind("dense/kernel/histogram"), tag_kind("activations/conv1")
        (('gradient', 'fc1.weight'), ('weight', 'dense/kernel'), ('activation', 'conv1'))
    """
    pieces = [piece for piece in tag.split("/") if piece and piece.lower() not in _HISTOGRAM]
    for kind, words in _CHANGES.items():
        for at, piece in enumerate(pieces):
            rest = "" if piece.lower() in words else _without(piece, words)
            if rest is not None:
                return kind, "/".join(name for name in (*pieces[:at], rest, *pieces[at + 1 :]) if name) or ALL
    if pieces and _TENSOR.fullmatch(re.split(r"[.:]", pieces[-1])[-1]):
        return "weight", "/".join(
            piece for piece in pieces if piece.lower() not in _STATES["weight"] or piece is pieces[-1]
        )
    for kind, words in _STATES.items():
        rest = [piece for piece in pieces if piece.lower() not in words]
        if len(rest) < len(pieces):
            return kind, "/".join(rest) or ALL
    return "", ""


def _without(piece: str, words: frozenset[str]) -> str | None:
    """Return a piece of a tag without the word that it begins or ends with; None where it does not."""
    for gap in "._-":
        first, _, rest = piece.partition(gap)
        if rest and first.lower() in words:
            return rest
        rest, _, last = piece.rpartition(gap)
        if rest and last.lower() in words:
            return rest
    return None
