"""Open data of any kind by what they are called: a file, a built-in set, a frame, arrays."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from thalweg.data.forms import Form, Inputs, form_of, read_form, read_form_inputs, require_fit
from thalweg.data.images.paths import image_columns
from thalweg.data.images.table import read_image_table, read_image_table_inputs, read_image_table_like
from thalweg.data.source import Kind, Remark, Source, Task
from thalweg.data.tables.again import columns_from_schema
from thalweg.data.tables.labelled import labelled_like, labelled_table
from thalweg.data.tables.names import Choices, ColumnName
from thalweg.data.tables.pick import has_table_ending, pick_table
from thalweg.errors import InputError, choose

_KINDS: dict[str, Kind] = {"classes": "classes", "regression": "regression", "attributes": "attributes"}


def open_source(
    data: Any,
    *,
    target: ColumnName | Sequence[ColumnName] | None = None,
    task: str | None = None,
    header: str = "infer",
    drop: Sequence[ColumnName] = (),
    categorical: Sequence[ColumnName] = (),
    numeric: Sequence[ColumnName] = (),
    group: ColumnName | None = None,
    time_column: ColumnName | None = None,
    id: ColumnName | None = None,
    weight_column: ColumnName | None = None,
    label_column: ColumnName | Sequence[ColumnName] | None = None,
    image_size: int | None = None,
) -> Source:
    """Open labelled data of any kind.

    Args:
        data: A table in a file (text, .parquet) or a DataFrame; an .npz file; idx or CIFAR files; a folder of class
            folders of images; a table in a file that lists images; the name of a built-in or toy set; or a pair
            (inputs, labels) of arrays, or of a DataFrame and labels.
        target: The column of a table to be predicted: its name, or its position from 0 (-1 is the last); several are
            attributes. In an .npz file, the name of the array of labels.
        task: "classes" or "regression", where what the labels look like is wrong; "attributes" for several yes/no
            answers a row.
        header: Whether the first row of a text table names its columns: "yes", "no" or "infer".
        drop: Columns to leave out.
        categorical: Columns to take as categories, whatever they hold.
        numeric: Columns to take as numbers.
        group: Column that names groups; the rows of a group go to one part.
        time_column: Column of times; later rows go to later parts.
        id: Column that names rows; no input.
        weight_column: Column that says how much each row counts.
        label_column: The column of labels, or several of attributes, instead of `target`, of a table that has the
            paths of images in another column, relative to its folder; the images are the inputs.
        image_size: Most pixels of the longer side that images in files are read at, 1 to 4,096; None for 32.

    Returns:
        The labelled examples.

    Raises:
        InputError: If the data cannot be found or read, do not hold what the other arguments say, or have no columns
            where an argument is about columns or image files; if both `target` and `label_column` are given.

    Example:
        >>> open_source("iris").task.classes
        ('setosa', 'versicolor', 'virginica')
    """
    kind = None if task is None else _KINDS[choose(task, _KINDS, what="task")]
    choices = Choices(drop, categorical, numeric, group, time_column, id, weight_column)
    form = form_of(data)
    if target is not None and label_column is not None:
        raise InputError(
            "--target and --label-column both say which column is to be predicted. Give --label-column for a table of "
            "image paths, --target for any other."
        )
    if image_size is not None and form != "images" and label_column is None:
        raise InputError(
            f"--image-size is for images in files: a folder of class folders, or a table of their paths with "
            f"--label-column; the data are {_called(form)}. Leave it out."
        )
    if form != "table":
        _refuse_about_columns(choices, header, label_column, form)
        if isinstance(target, list | tuple):
            raise InputError(
                f"--target: only a table has columns for several targets; the data are {form}. Name one, with --task "
                "attributes where each of its rows holds several answers."
            )
        return read_form(form, data, target=None if target is None else str(target), task=kind, size=image_size)
    if label_column is not None:
        return read_image_table(
            data, label_column=label_column, task=kind, header=header, choices=choices, size=image_size
        )
    picked = pick_table(data, header=header, attributes=kind == "attributes")
    if picked.labels is not None and target is not None:
        raise InputError("the labels came beside the DataFrame, so --target cannot apply; leave one of them out.")
    wanted = target if picked.labels is None else picked.labels
    source = labelled_table(picked.table, name=picked.name, target=wanted, task=kind, choices=choices)
    listed = image_columns(picked.table.frame) if isinstance(data, str | Path) else ()
    if not listed:
        return source
    text = f"{listed[0]!r} names image files; to learn from the images, give --label-column instead of --target."
    return source._replace(remarks=(*source.remarks, Remark("image_paths", text, listed[0])))


def open_like(data: Any, *, task: Task, schema: Mapping[str, Any]) -> Source:
    """Open labelled data in the way of earlier data: a test or validation file, or one to score a model on.

    Args:
        data: As for `open_source`.
        task: Of the earlier data; labels are coded by its classes.
        schema: Of the earlier data.

    Returns:
        The labelled examples.

    Raises:
        InputError: If the data cannot be read so, or a label is none of the classes.
    """
    lists = isinstance(data, str | Path) and has_table_ending(Path(data))
    form = form_of(data, images=lists and schema.get("kind") == "image")
    _require_form(form, schema)
    if form == "image table":
        return read_image_table_like(Path(data), known=task, schema=schema)
    if form == "table":
        picked = pick_table(data, header=_header(schema), attributes=task.kind == "attributes")
        return labelled_like(picked.table, name=picked.name, task=task, schema=schema)
    source = read_form(form, data, known=task, schema=schema)
    require_fit(source.inputs, schema, source.name)
    return source


def open_inputs(data: Any, *, schema: Mapping[str, Any], mode: str = "default") -> Inputs:
    """Open examples to be predicted, labels there or not.

    Args:
        data: As for `open_source`, or the inputs alone.
        schema: Of the data that the model was trained on.
        mode: About columns. "strict" refuses those that the model does not know; "lenient" takes missing ones, and
            cells that cannot be read, as missing.

    Returns:
        The inputs in the order of the rows.

    Raises:
        InputError: If the data cannot be read so.
    """
    choose(mode, ("default", "strict", "lenient"), what="mode")
    form = form_of(data, images=schema.get("kind") == "image")
    _require_form(form, schema)
    if form == "table":
        read = columns_from_schema(pick_table(data, header=_header(schema)).table, schema, mode=mode)
        return Inputs(read.columns, read.ids, read.remarks)
    if form == "image table":
        return Inputs(*read_image_table_inputs(Path(data), schema, mode=mode))
    given = read_form_inputs(form, data, schema)
    require_fit(given.inputs, schema, "the inputs")
    return given


def _header(schema: Mapping[str, Any]) -> str:
    """Read a further file as the first was: guessing anew could make its first row the header, or the reverse."""
    return "yes" if schema.get("header") else "no"


def _require_form(form: Form, schema: Mapping[str, Any]) -> None:
    tables = schema.get("kind") == "table"
    if tables != (form == "table") and form != "built-in":
        got, wanted = ("a table", "arrays or images") if form == "table" else ("arrays or images", "a table")
        raise InputError(f"the first data were {wanted}; these are {got}. Give data of the same form.")


def _called(form: Form) -> str:
    return "a table" if form == "table" else form


def _refuse_about_columns(choices: Choices, header: str, label_column: Any, form: Form) -> None:
    asked = [field for field, value in choices._asdict().items() if value is not None and value not in ((), [])]
    asked += ["header"] * (header != "infer") + ["label_column"] * (label_column is not None)
    if asked:
        flags = ", ".join("--" + field.replace("_", "-") for field in asked)
        raise InputError(f"{flags}: only a table in a file or frame has columns to choose; the data are {form}.")
