"""Record a training loop of your own, in NumPy, PyTorch, Keras, JAX or whatever else, so that it can be diagnosed.

    with Recorder("trace.csv") as recorder:
        for step in range(1000):
            ...
            recorder.step(step, loss=loss, rate=rate, weights={"w": w}, gradients={"w": g})

Nothing is imported but NumPy. The file is a table of text, which `thalweg.traces.read.read_trace` reads back.

What it leaves out: it waits for the numbers that it is given, which a device may still be computing.
"""

import csv
import io
import math
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import numpy as np

from thalweg.errors import InputError, choose, shown
from thalweg.files import reason_of
from thalweg.traces.arrays import activity, named_arrays, one_number, plain, size
from thalweg.traces.own_file import HEADER
from thalweg.traces.scores import SCORES

EVERY_STEP = 200  # of so many first steps each is looked into
_TAIL = 2**16  # bytes at the end of a file among which its last line ends
_SCORES = tuple(f"{part}_{score}" for part in ("training", "validation") for score in SCORES)
_LOSSES = ("training_loss", "validation_loss")


class Recorder:
    """Write a run's numbers to a file while it goes.

    Each call of `step` and `evaluation` adds lines, which are handed to the system at once: a run that crashes loses
    nothing that was recorded before. So, other than the files of Thalweg's own runs, this one is not whole or nothing:
    a power cut may leave its last line short, which reading tolerates and `resume` takes away.

    Args:
        path: The file, such as "trace.csv"; its folder exists. An older trace in its place is replaced; any other file
            is refused.
        resume: Go on with the trace that is there, as after a restart from a checkpoint.
        every: Weights, gradients and activations are looked into at each of the first 200 steps, and then at each
            step that this divides; at the others they may be given and cost nothing.

    Raises:
        InputError: If the file cannot be written, something else is in its place, or `every` is no whole number from 1.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with Recorder(Path(folder) / "trace.csv") as recorder:
        ...         recorder.step(0, loss=2.5, gradients={"w": np.array([3.0, 4.0])})
        ...         recorder.evaluation(epoch=1, validation_loss=2.25)
        ...     print(recorder.path.read_text(), end="")
        step,epoch,measure,tensor,value
        0,,loss,,2.5
        0,,gradient_norm,w,5.0
        0,1.0,validation_loss,,2.25
    """

    def __init__(self, path: str | os.PathLike[str], *, resume: bool = False, every: int = 50) -> None:
        """Begin, or go on with, a file."""
        if not isinstance(every, int) or every < 1:
            raise InputError(f"Recorder wants every as a whole number from 1; got {shown(every)}.")
        self.path = Path(path)
        self.every = every
        self._last: int | None = None
        self._rate = math.nan
        self._before: dict[str, np.ndarray] = {}  # the weights of the step before
        try:
            self._file = _opened(self.path, resume=resume)
        except (OSError, ValueError) as error:
            raise _cannot_write(self.path, error) from None

    def due(self, step: Any) -> bool:
        """Say whether anything is made of arrays at a step, where gathering them costs something.

        Args:
            step: Its number, from 0.

        Returns:
            True where they are looked into, and at the step before, whose weights the next ones are compared with.
        """
        return self._looks(step) or self._looks(step + 1)

    def step(
        self,
        step: Any,
        *,
        loss: Any = None,
        rate: Any = None,
        epoch: Any = None,
        weights: Any = None,
        gradients: Any = None,
        updates: Any = None,
        activations: Any = None,
    ) -> None:
        """Record one step.

        Arrays are those of NumPy or of any other library, on any device. They are given by name, in the order of the
        network from its inputs on; groups of them may be groups here (`named_arrays` says how). What is None is left
        out.

            gradient norm = ||g||,  weight norm = ||w||,  update norm = ||u||,  update ratio = ||u|| / ||w||

        Args:
            step: Its number, from 0.
            loss: Of the step's batch.
            rate: Learning rate; written where it changes.
            epoch: How many times all examples have been seen.
            weights: After the step, at every step: the update is the difference to those of the step before. They are
                copied where they are compared with the next ones.
            gradients: Of the loss.
            updates: What was added to the weights, where it is known; then nothing is copied.
            activations: Outputs (n, ...) of hidden layers, best for some hundred examples and without dropout. A unit
                is an entry of the last axis, or of PyTorch's images of the second.

        Raises:
            InputError: If a number or an array is none, or the file cannot be written.
        """
        number = self._numbered(step)
        lines = [] if loss is None else [("loss", "", one_number(loss, "loss"))]
        if rate is not None and (told := one_number(rate, "rate")) != self._rate:
            self._rate = told
            lines.append(("rate", "", told))
        looks = self._looks(number)
        if looks and gradients is not None:
            lines += [("gradient_norm", n, size(plain(g, n))) for n, g in named_arrays(gradients, "gradients")]
        if weights is not None and self.due(number):
            lines += self._weights(number, weights, compared=updates is None)
        if looks and updates is not None:
            lines += self._updates(updates, weights)
        if looks and activations is not None:
            lines += _activations(activations)
        self._last = number
        self._write(number, epoch, lines)

    def evaluation(
        self,
        *,
        step: Any = None,
        epoch: Any = None,
        training_loss: Any = None,
        validation_loss: Any = None,
        **scores: Any,
    ) -> None:
        """Record an evaluation.

        Args:
            step: How many steps were made; by default, the step that was recorded last.
            epoch: How many times all examples have been seen.
            training_loss: Mean over the epoch, or better, over fixed training examples as the network is now.
            validation_loss: Mean over the validation examples.
            scores: `training_accuracy`, `validation_accuracy`, and the same with any other name of
                `thalweg.traces.scores.SCORES`.

        Raises:
            InputError: If no loss or score is given, one is no number or has a name that is not known, neither step nor
                epoch is known, or the file cannot be written.
        """
        told = {"training_loss": training_loss, "validation_loss": validation_loss}
        told |= {choose(name, _SCORES, what="score"): value for name, value in scores.items()}
        lines = [(name, "", one_number(value, name)) for name, value in told.items() if value is not None]
        if not lines:
            raise InputError(f"Recorder.evaluation wants a loss or a score, such as {', '.join(_LOSSES)}; got none.")
        number = self._last if step is None else self._numbered(step)
        if number is None and epoch is None:
            raise InputError("Recorder.evaluation wants step= or epoch=, for no step was recorded before; got neither.")
        self._write(number, epoch, lines)

    def close(self) -> None:
        """End the file; after that nothing can be recorded."""
        self._file.close()

    def __enter__(self) -> "Recorder":
        """Return the recorder itself, to be closed at the end of the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file, however the block ended."""
        self.close()

    def _looks(self, step: Any) -> bool:
        return bool(step < EVERY_STEP or step % self.every == 0)

    def _numbered(self, step: Any) -> int:
        number = one_number(step, "step")
        if not math.isfinite(number) or number != int(number):
            raise InputError(f"Recorder wants step as a whole number; got {shown(step)}.")
        return int(number)

    def _weights(self, step: int, weights: Any, *, compared: bool) -> Iterator[tuple[str, str, float]]:
        """Give the norms of the weights and of their update, and keep a copy for the next one."""
        before, kept = self._before, {}
        follows = self._last == step - 1
        for name, given in named_arrays(weights, "weights"):
            array = plain(given, name)
            old = before.get(name)
            if self._looks(step):
                yield "weight_norm", name, size(array)
                if compared and follows and old is not None and old.shape == array.shape:
                    yield from _update(name, size(array - old), size(old))
            if compared and self._looks(step + 1):
                kept[name] = np.array(array, copy=True)  # they may be changed in place
        self._before = kept

    def _updates(self, updates: Any, weights: Any) -> Iterator[tuple[str, str, float]]:
        lengths = {n: size(plain(w, n)) for n, w in named_arrays(weights or {}, "weights")}
        for name, update in named_arrays(updates, "updates"):
            yield from _update(name, size(plain(update, name)), lengths.get(name, 0.0))

    def _write(self, step: int | None, epoch: Any, lines: list[tuple[str, str, float]]) -> None:
        number = "" if epoch is None else one_number(epoch, "epoch")
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerows(["" if step is None else step, number, *line] for line in lines)
        try:
            self._file.write(text.getvalue().encode())
            self._file.flush()
        except (OSError, ValueError) as error:
            raise _cannot_write(self.path, error) from None


def _update(name: str, update: float, weights: float) -> Iterator[tuple[str, str, float]]:
    yield "update_norm", name, update
    if weights != 0:  # a tensor of zeros has no ratio
        yield "update_ratio", name, update / weights


def _activations(activations: Any) -> Iterator[tuple[str, str, float]]:
    for name, given in named_arrays(activations, "activations"):
        outputs = plain(given, name)
        channels_second = hasattr(given, "detach") and outputs.ndim >= 4
        for measure, value in activity(outputs, 1 if channels_second else -1).items():
            yield measure, name, value


def _opened(path: Path, *, resume: bool) -> BinaryIO:
    """Return the file, its first line written and what is cut short at its end taken away."""
    first = f"{HEADER}\n".encode()
    held = path.stat().st_size if path.exists() else 0
    if held:
        if not path.is_file():
            raise InputError(f"cannot write {path}: it is a folder or a device. Name a file.")
        with path.open("rb") as file:
            if file.read(len(first)) != first:
                raise InputError(f"{path} is there already, and is no trace of thalweg.record. Choose another name.")
    file = path.open("r+b" if held and resume else "wb")
    if held and resume:
        file.seek(max(held - _TAIL, 0))
        begin = file.tell()
        file.truncate(begin + file.read().rfind(b"\n") + 1)
        file.seek(0, os.SEEK_END)
    else:
        file.write(first)
        file.flush()
    return file


def _cannot_write(path: Path, error: OSError | ValueError) -> InputError:
    if isinstance(error, InputError):
        return error
    if isinstance(error, OSError):
        return InputError(
            f"cannot write {path}: {reason_of(error)}. Free some space, make its folder, or choose another."
        )
    return InputError(f"cannot write {path}: it was closed, or no file can have this name. Keep it open to record.")
