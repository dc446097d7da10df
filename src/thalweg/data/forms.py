"""What form data come in, and the examples of every form that is not a table."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np

from thalweg.data.arrays import from_arrays
from thalweg.data.builtin import BUILTIN, load_builtin
from thalweg.data.cifar import cifar_test_file, is_cifar, read_cifar
from thalweg.data.columns import Columns
from thalweg.data.idx import idx_test_file, is_idx, read_idx, read_idx_array
from thalweg.data.images.folder import is_image_folder, read_image_folder, read_image_inputs
from thalweg.data.npz import read_npz, read_npz_pair
from thalweg.data.source import Kind, Remark, Source, Task
from thalweg.data.tables.again import Ids
from thalweg.data.tables.frame import is_frame
from thalweg.data.tables.pick import has_table_ending
from thalweg.data.tables.targets import frame_labels
from thalweg.data.toy import TOY, load_toy
from thalweg.errors import InputError, choose, shown

Form = Literal["table", "built-in", "npz", "idx", "cifar", "images", "image table", "arrays"]


class Inputs(NamedTuple):
    """Examples without labels."""

    inputs: Columns | np.ndarray
    ids: Ids | None = None  # what names each row, where the data hold it
    remarks: tuple[Remark, ...] = ()


def form_of(data: Any, *, images: bool = False) -> Form:
    """Tell the form of data from what they are and what they are called.

    Args:
        data: A path or a built-in set's name as text; a DataFrame; an array or a pair of arrays.
        images: Whether images are looked for, so that a file or folder of no other form is one of images, or lists
            them if it is called as tables are.

    Returns:
        The form; a path of no other form is a table's.

    Raises:
        InputError: If a text is empty, or neither a file, nor a folder, nor the name of a built-in set; if the place
            may not be looked at.
    """
    if isinstance(data, str) and data in (*BUILTIN, *TOY):
        return "built-in"
    if isinstance(data, str | Path):
        if not str(data):
            raise InputError("the name of the data is empty; give a file, a folder or a built-in set such as digits.")
        try:
            form = _form_of_path(Path(data), may_be_a_name=isinstance(data, str))
            if not images or form != "table":
                return form
            return "image table" if has_table_ending(Path(data)) and not Path(data).is_dir() else "images"
        except OSError as error:
            raise InputError(f"cannot read {shown(str(data))}: {error.strerror or error}. Check the name.") from None
    if is_frame(data):
        return "table"
    pair = isinstance(data, tuple) and len(data) == 2 and not is_frame(data[0])
    return "arrays" if pair or isinstance(data, list) or hasattr(data, "__array__") else "table"


def read_form(
    form: Form,
    data: Any,
    *,
    target: str | None = None,
    task: Kind | None = None,
    known: Task | None = None,
    schema: Mapping[str, Any] | None = None,
    size: int | None = None,
) -> Source:
    """Read labelled examples of any form but a table, of image paths or not.

    Args:
        form: From `form_of`.
        data: The data.
        target: What the labels are called, where the form leaves it open.
        task: Their kind, where the user has said it.
        known: The task of earlier examples, which these are to share.
        schema: Of the earlier examples.
        size: Most pixels of the longer side of images in a folder, where there is no schema; None for 32.

    Returns:
        The examples, with a schema.

    Raises:
        InputError: If they cannot be read, or have a target of their own which is another.
    """
    if form == "npz":
        named = target if schema is None else schema.get("labels")
        source = read_npz(Path(data), target=named, task=task, known=known)
        return source._replace(schema={**source.schema, "labels": named})
    if form == "arrays":
        x, y = _pair(data)
        if is_frame(y):
            y = frame_labels(y, task=known.kind if known else task)
        return from_arrays(x, y, name="arrays", task=task, known=known, target=target or "target")
    source = _with_own_target(form, data, task, known, schema, size)
    if (target not in (None, source.task.target)) or (task not in (None, source.task.kind)):
        raise InputError(
            f"{data} has a target of its own, {source.task.target!r} ({source.task.kind}); leave out --target and "
            "--task."
        )
    return source


def read_form_inputs(form: Form, data: Any, schema: Mapping[str, Any]) -> Inputs:
    """Read the inputs alone, of any form but a table, of image paths or not.

    Args:
        form: From `form_of`.
        data: The data, with or without labels.
        schema: Of the data that the model was trained on.

    Returns:
        The inputs.

    Raises:
        InputError: If they cannot be read.
    """
    if form == "images":
        pixels, names, remarks = read_image_inputs(Path(data), schema)
        return Inputs(pixels, Ids("file", names), remarks)
    if form == "npz":
        return Inputs(_unlabelled(read_npz_pair(Path(data), target=schema.get("labels"))[0]))
    if form == "idx" and Path(data).is_file():
        return Inputs(_unlabelled(read_idx_array(Path(data))))
    if form == "arrays":
        return Inputs(_unlabelled(data[0] if isinstance(data, tuple) else data))
    return Inputs(_with_own_target(form, data, None, None, None, None).inputs)


def own_test_file(data: Any) -> Path | None:
    """Return the test part that a folder of idx or CIFAR files brings along; None for all other data."""
    if not isinstance(data, str | Path) or not Path(data).is_dir():
        return None
    folder = Path(data)
    if is_idx(folder):
        return idx_test_file(folder)
    return cifar_test_file(folder) if is_cifar(folder) else None


def require_fit(inputs: Columns | np.ndarray, schema: Mapping[str, Any], name: str) -> None:
    """Hold further examples against the first.

    Args:
        inputs: Of the further examples.
        schema: Of the first.
        name: Of the further examples, for the message.

    Raises:
        InputError: If one is a table and the other not, or their shapes differ.
    """
    wanted = None if schema.get("kind") == "table" else tuple(schema.get("shape", ()))
    shape = inputs.shape[1:] if isinstance(inputs, np.ndarray) else None
    if shape != wanted:
        first, other = ("a table" if form is None else f"examples of shape {form}" for form in (wanted, shape))
        raise InputError(f"{name}: wanted {first}, as the first data were; got {other}.")


def _form_of_path(path: Path, *, may_be_a_name: bool) -> Form:
    if may_be_a_name and len(path.parts) == 1 and not path.suffix and not path.exists():
        choose(str(path), (*BUILTIN, *TOY), what="file, folder or built-in set")
    if path.suffix.lower() == ".npz":
        return "npz"
    if is_idx(path):
        return "idx"
    if is_cifar(path):
        return "cifar"
    return "images" if is_image_folder(path) else "table"


def _unlabelled(x: Any) -> Columns | np.ndarray:
    """Hold inputs against the rules for labelled arrays; the labels made up for it go no further."""
    rows = len(x) if hasattr(x, "__len__") and np.ndim(x) else 0
    return from_arrays(x, np.zeros(rows), name="arrays", known=Task("regression", "none", ())).inputs


def _with_own_target(
    form: Form,
    data: Any,
    task: Kind | None,
    known: Task | None,
    schema: Mapping[str, Any] | None,
    size: int | None,
) -> Source:
    if form == "idx":
        return read_idx(Path(data), task=task, known=known)
    if form == "cifar":
        return read_cifar(Path(data), known=known)
    if form == "images":
        return read_image_folder(Path(data), size=size, known=known, schema=schema)
    source = load_builtin(data) if data in BUILTIN else load_toy(data)
    if known not in (None, source.task):
        raise InputError(f"the labels of {data!r} are not those of the first data; give more of the same.")
    if not Path(data).exists():
        return source
    said = f"{data!r} is the built-in set; write ./{data} for the file of that name."
    return source._replace(remarks=(*source.remarks, Remark("name", said, data)))


def _pair(data: Any) -> tuple[Any, Any]:
    if not isinstance(data, tuple):
        raise InputError("the inputs came without labels; give a pair (x, y).")
    return data
