"""All that one run came to: what the report shows and the command line prints."""

from typing import Any, NamedTuple

from thalweg.checks.result import CheckResult
from thalweg.classic.baseline import Baseline
from thalweg.data.source import Remark
from thalweg.diagnosis.finding import Finding
from thalweg.diagnosis.repair import Repair
from thalweg.network.work import LayerWork
from thalweg.runs.ensemble.summary import EnsembleSummary
from thalweg.runs.folds_summary import FoldsSummary
from thalweg.runs.inside import Inside
from thalweg.runs.search_record import SearchSummary
from thalweg.train.history import History


class Score(NamedTuple):
    """A score on one part, with its 95% interval over resampled rows."""

    metric: str  # a name in `train.scores.METRICS`, "average_precision" or "mean_average_precision"
    value: float
    low: float
    high: float
    part: str  # "validation" or "test"
    rows: int
    test_time_flips: bool = False  # whether predictions were means over each image and its mirror image


class Comparison(NamedTuple):
    """Truth against prediction on one part."""

    part: str
    confusion: tuple[tuple[int, ...], ...] = ()  # classes: rows true, columns predicted, counts
    truth: tuple[float, ...] = ()  # regression: at most 2,000 rows, in the unit of the data
    predicted: tuple[float, ...] = ()  # beside `truth`
    # Attributes: rows of each by answer and prediction: no and no, no and yes, yes and no, yes and yes.
    answers: tuple[tuple[int, int, int, int], ...] = ()


class AttributeRows(NamedTuple):
    """One attribute and its answers in the training part."""

    name: str
    no: str  # the answer that counts as no
    yes: str
    no_rows: int
    yes_rows: int


class DataSummary(NamedTuple):
    """The data in numbers."""

    name: str
    rows: tuple[tuple[str, int], ...]  # (part, count): training, validation, test
    target: str
    classes: tuple[tuple[str, int], ...]  # (class, training rows); () for the other tasks
    target_range: tuple[float, ...]  # regression: least, mean, greatest, standard deviation over training rows
    columns: tuple[tuple[str, str, str], ...]  # (name, role, what was done with it), at most 500
    features: int  # numbers an example after preprocessing
    fingerprint: str
    attributes: tuple[AttributeRows, ...] = ()


class Selection(NamedTuple):
    """Which inputs a network looks at, as its first layer's weights say."""

    inputs: tuple[str, ...]  # names of those that a unit weighs by more than the tolerance
    among: int  # inputs that there are
    tolerance: float  # largest size of a weight that counts as none: a hundredth of the largest
    columns: tuple[str, ...] = ()  # of the table, that these inputs are made of; () where inputs are no columns' own
    among_columns: int = 0


class Outcome(NamedTuple):
    """One run, complete."""

    name: str  # of the run
    data: DataSummary
    task: str  # "classes", "regression" or "attributes"
    metric: str  # what best weights and early stopping went by
    status: str  # "finished", "diverged" or "interrupted"
    ending: str  # why training ended, in words
    scores: tuple[Score, ...]  # the metric first, then others; validation, and test where it was opened
    comparison: Comparison | None
    baselines: tuple[Baseline, ...]
    remarks: tuple[Remark, ...]
    checks: tuple[CheckResult, ...]
    findings: tuple[Finding, ...]
    history: History
    best_epoch: float
    best_step: int
    experiment: dict[str, Any]  # plain spec
    layers: tuple[tuple[str, str, int], ...]  # (layer, output shape, parameters)
    seeds: dict[str, int]  # "seed", "split_seed"
    versions: dict[str, str]  # "thalweg", "jax", "jaxlib", "numpy", "python", "machine", "device", "cores"
    command: str  # as typed, "" from Python
    openings: int  # of the sealed test part, over all runs known
    seconds: float  # of training
    compile_seconds: float
    examples_per_second: float
    work: tuple[LayerWork, ...] = ()  # by layer; () in a run of a version that did not count
    memory: dict[str, int] = {}  # noqa: RUF012  # bytes that training keeps at once, by what they hold
    peak_memory: dict[str, int] = {}  # noqa: RUF012  # bytes in use at once, at most: "process", and "device" on a GPU
    selection: Selection | None = None  # under a penalty that makes weights 0
    odd: tuple[str, ...] = ()  # choices of layers that nobody would make on purpose
    receptive_fields: tuple[str, ...] = ()  # by layer; () where none has windows
    left_out: tuple[str, ...] = ()  # layers whose windows do not reach the end of their inputs
    repairs: tuple[Repair, ...] = ()  # of what was found while it was trained
    inside: Inside | None = None  # of a network on images
    search: SearchSummary | None = None  # that chose its settings
    ensemble: EnsembleSummary | None = None  # whose first member the network is; the scores are those of all together
    folds: FoldsSummary | None = None  # what the same settings come to in each fold
