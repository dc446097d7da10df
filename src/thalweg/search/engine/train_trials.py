"""Train trials of any structures on all cores."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

import jax
import numpy as np

from thalweg.diagnosis.attempts import Ground
from thalweg.errors import InputError, RunFailed
from thalweg.platform import backend
from thalweg.runs.machine import usable_cores
from thalweg.search.engine.crew import Crew, batches_of, epoch_made, filled, halved, manned
from thalweg.search.engine.group import Group, group_of, grouped
from thalweg.search.engine.memory import SHARE, free_memory
from thalweg.search.engine.trial import Result, Trial
from thalweg.train.history import History
from thalweg.train.population import advance_bytes

MOST = 16  # trials in one population: with more, nothing is gained one after the other
MOST_SIDE_BY_SIDE = 256  # where the members of a population are computed at once
_SECONDS = 0.1  # between looks at whether a worker failed

Told = Callable[[Result], None]


class Engine(NamedTuple):
    """What trials are trained on, and by how many workers."""

    ground: Ground  # of fold 0, where there are folds
    workers: int = 0  # threads, each with a population of its own; 0 for one a core, or one on a GPU
    width: int = 0  # trials in one population at most; 0 for what suits the device
    stop: Callable[[], bool] = lambda: False  # whether to leave off
    further: tuple[Ground, ...] = ()  # of folds 1, 2, ...: of one source, their examples of one shape

    @property
    def grounds(self) -> tuple[Ground, ...]:
        """The ground of each fold."""
        return (self.ground, *self.further)


def train_trials(engine: Engine, trials: Iterable[Trial], told: Told) -> bool:
    """Train trials; on a CPU what comes of each is, bit for bit, what would come of it alone, whatever the order.

    Trials of one structure are members of populations of one compiled program. Members that end or fail leave, and
    others take their places. On a CPU each core works on a population of its own, one member after the other; on a GPU
    one population's members go side by side. Populations take half of the memory that is free at most, as measured on
    the compiled program, and are halved where it runs out nevertheless.

    Args:
        engine: The data, the workers, and whether to leave off.
        trials: What to train; the first ones begin first.
        told: Gets what came of each trial as it ends or rests, one at a time, in the order in which that happens.

    Returns:
        Whether all came to an end; false where it was told to leave off.

    Raises:
        RunFailed: If one trial alone needs more memory than there is.
    """
    wanted = list(trials)
    workers = engine.workers or (usable_cores() if backend() == "cpu" else 1)
    workers = min(workers, max(1, len(wanted)))
    work = _Work(engine, wanted, workers, told)
    settings = _settings()
    with ThreadPoolExecutor(workers, thread_name_prefix="trials") as pool:
        futures = [pool.submit(work.until_done, settings) for _ in range(workers)]
        try:
            while not all(future.done() for future in futures):
                done, _ = wait(futures, _SECONDS, FIRST_EXCEPTION)
                if any(future.exception() for future in done):
                    break
        finally:
            work.ended = True  # a worker that still goes on leaves off after its next steps
    for future in futures:
        future.result()
    return not engine.stop()


class _Kind(NamedTuple):
    """Trials of one structure, and what is known of them."""

    waiting: deque[Trial]
    lock: threading.Lock
    group: list[Group]  # once somebody has prepared it
    width: list[int]  # of its populations


class _Work:
    """What several workers share."""

    def __init__(self, engine: Engine, trials: list[Trial], workers: int, told: Told) -> None:
        most = engine.width or (MOST if backend() == "cpu" else MOST_SIDE_BY_SIDE)
        groups = grouped(trials, [len(ground.prepared.split.train) for ground in engine.grounds]).values()
        self.kinds = [_Kind(q, threading.Lock(), [], [min(most, -(-len(q) // workers))]) for q in groups]
        self.engine, self.workers, self.ended = engine, workers, False
        self._told, self._telling = told, threading.Lock()

    def told(self, result: Result) -> None:
        with self._telling:
            self._told(result)

    def stop(self) -> bool:
        return self.ended or self.engine.stop()

    def until_done(self, settings: "_Settings") -> None:
        """Train trials of one structure after the other, each time of that of which most wait."""
        with _as_set(settings):
            while not self.stop():
                kind = max(self.kinds, key=lambda kind: len(kind.waiting), default=None)
                if kind is None or not kind.waiting:
                    return
                with kind.lock:  # of several who come at once, one prepares and compiles
                    crew = self._opened(kind)
                while crew is not None and crew.taken.any() and not self.stop():
                    crew = self._further(crew, kind)

    def _opened(self, kind: _Kind) -> Crew | None:
        """Return a population of trials that wait, as wide as there is memory for; None if nothing fits the data."""
        if not kind.group:
            try:
                kind.group.append(group_of(self.engine.grounds, kind.waiting[0]))
            except IndexError:  # others have taken the last
                return None
            except InputError as error:
                self._refuse(kind, str(error))
                return None
            except jax.errors.JaxRuntimeError as error:
                self._narrow(kind, 1, error)
        try:
            crew = manned(kind.group[0], kind.waiting, kind.width[0], self.told, self.stop)
        except jax.errors.JaxRuntimeError as error:
            self._narrow(kind, kind.width[0], error)
            return self._opened(kind)
        while crew is not None and len(crew.places) > 1 and not self._fits(crew):
            crew = halved(crew, kind.waiting)
            kind.width[0] = len(crew.places)
        if not kind.waiting:
            kind.group.clear()  # a crew holds on to what it needs; the data of all structures would fill the memory
        return crew

    def _fits(self, crew: Crew) -> bool:
        free = free_memory()
        return free is None or advance_bytes(crew.members, batches_of(crew)) * self.workers <= SHARE * free

    def _refuse(self, kind: _Kind, why: str) -> None:
        while kind.waiting:
            self.told(Result(kind.waiting.popleft(), why, True, History(), np.nan, np.nan, None))

    def _further(self, crew: Crew, kind: _Kind) -> Crew:
        """Train an epoch, and let trials that wait take the places of those that ended."""
        try:
            crew = epoch_made(crew)
            crew = filled(crew, kind.waiting)
        except jax.errors.JaxRuntimeError as error:
            self._narrow(kind, len(crew.places), error)
            return halved(crew, kind.waiting)
        # Side by side, places that are free cost as much as those that are taken.
        roomy = backend() != "cpu" and 1 < len(crew.places) >= 2 * crew.taken.sum() > 0
        return halved(crew, kind.waiting) if roomy else crew

    def _narrow(self, kind: _Kind, width: int, error: Exception) -> None:
        """Have the next populations be half as wide as one for which memory ran out; raise any other error."""
        if "RESOURCE_EXHAUSTED" not in str(error):
            raise error
        if width == 1:
            raise RunFailed(
                "one trial alone needs more memory than there is. Make its network narrower, or its batch smaller."
            ) from None
        kind.width[0] = min(kind.width[0], (width + 1) // 2)


class _Settings(NamedTuple):
    """What JAX keeps for each thread."""

    wide: bool
    device: Any  # None where nobody chose one


def _settings() -> _Settings:
    config: Any = jax.config
    return _Settings(bool(config.jax_enable_x64), config.jax_default_device)


@contextmanager
def _as_set(settings: _Settings) -> Iterator[None]:
    """Work with another thread's settings."""
    own = _settings()
    with ExitStack() as stack:
        if settings.wide != own.wide:
            stack.enter_context(jax.enable_x64(settings.wide))
        if settings.device != own.device:
            stack.enter_context(jax.default_device(settings.device))
        yield
