"""Tables of image paths: one column names image files, another or several hold their labels.

What they leave out: inputs beside the image. Further columns are no inputs; they can say weight, group or time.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from thalweg.data.images.collect import wanted_shape
from thalweg.data.images.listed import labelled_images, listed_images
from thalweg.data.images.paths import name_columns, path_column
from thalweg.data.labels import Labels, RowName
from thalweg.data.source import Kind, Remark, Source, Task
from thalweg.data.tables.again import Ids, named_like_the_first
from thalweg.data.tables.names import Choices, ColumnName, resolve
from thalweg.data.tables.pick import WANTED, has_table_ending, pick_table
from thalweg.data.tables.raw import RawTable
from thalweg.data.tables.targets import encode_columns, find_targets, infer_columns, require_targets, targets_of
from thalweg.errors import InputError, shown
from thalweg.wording import agreeing


def read_image_table(
    data: Any,
    *,
    label_column: ColumnName | Sequence[ColumnName],
    task: Kind | None = None,
    header: str = "infer",
    choices: Choices | None = None,
    size: int | None = None,
) -> Source:
    """Read the images that a table lists, with their labels.

    The column of paths is found: the only one, without those of another use, whose cells all end as image files do.
    Paths are relative to the table's folder. All images are brought to one size, as those of a folder are; rows
    without a label, a path or a usable image are left out, counted and named.

    Args:
        data: The file of the table: .csv, .tsv, .txt or .parquet.
        label_column: The column of labels, by name or position; several are attributes.
        task: Their kind, where the user has said it.
        header: For a text file, whether its first row names the columns: "yes", "no" or "infer".
        choices: What the user said about other columns: those to drop, of groups, times and weights.
        size: Most pixels of the longer side of an image, 1 to 4,096; None for 32.

    Returns:
        Images uint8 (n, height, width, channels). The schema tells the columns, too.

    Raises:
        InputError: If the data are no file of a table or cannot be read, a choice is about inputs, there is no such
            column, none or several could hold the paths, a path leads out of the table's folder, the labels cannot be
            used, or no image can.
    """
    path, choices = _table_file(data), choices or Choices()
    _refuse_about_inputs(choices)
    table, name, _ = pick_table(path, header=header)
    targets = find_targets(label_column, table, task=task, flag="--label-column")
    asked = resolve(choices, table.frame.columns, targets=targets, flag="--label-column")
    group, time, weight = asked.group, asked.time_column, asked.weight_column
    used = {*targets, group, time, weight, *asked.drop}
    column = path_column(table, without=used)

    def code(cells: Any, row_name: RowName) -> Labels:
        return infer_columns(cells, task, row_name=lambda row: f"{table.path}, {row_name(row)}")

    source = labelled_images(
        path,
        table,
        column,
        code,
        name=name,
        targets=targets,
        shape=None,
        group=group,
        time=time,
        weight=weight,
        size=size,
    )
    said = [Remark("header", f"{table.path}: {table.header_said}", table.path)] if table.header_said else []
    unused = [name for name in table.frame.columns if name not in {column, *used}]
    if unused:
        verb = agreeing(len(unused), "is", "are")
        text = f"{name_columns(unused)} {verb} left out: the images in {column!r} are the only inputs."
        said.append(Remark("unused_column", text, table.path))
    described = {
        "header": table.header,
        "names": table.frame.columns,
        "path": column,
        "target": ", ".join(targets),
        "targets": targets,
        "weight_column": weight,
    }
    return source._replace(
        remarks=(*table.remarks, *said, *source.remarks),
        schema={**source.schema, "group": group, "table": described},
    )


def read_image_table_like(path: Path, *, known: Task, schema: Mapping[str, Any]) -> Source:
    """Read the images of a further table, with labels of a task that is already known.

    Args:
        path: The file of the table.
        known: The task; it names the columns of labels.
        schema: Of the earlier images, from a table or not.

    Returns:
        Images of the earlier ones' shape; the schema is theirs.

    Raises:
        InputError: If the table cannot be read, has no column of labels, none or several columns of paths or one that
            leads out of its folder, a label that is not among the known, or no usable image.
    """
    table, name, _ = pick_table(path, header=_header(schema))
    targets = targets_of(known)
    table, column = _like_the_first(table, schema, targets)
    require_targets(targets, table)

    def code(cells: Any, row_name: RowName) -> Labels:
        return encode_columns(cells, known, path=table.path, row_name=row_name)

    source = labelled_images(
        path,
        table,
        column,
        code,
        name=name,
        targets=targets,
        shape=wanted_shape(schema),
        group=_present(schema.get("group"), table),
        time=None,  # a whole file is one part, whenever its rows were
        weight=_present((schema.get("table") or {}).get("weight_column"), table),
    )
    return source._replace(remarks=(*table.remarks, *source.remarks), schema=dict(schema))


def read_image_table_inputs(
    path: Path, schema: Mapping[str, Any], *, mode: str = "default"
) -> tuple[np.ndarray, Ids, tuple[Remark, ...]]:
    """Read the images of a further table, labels there or not.

    Args:
        path: The file of the table.
        schema: Of the earlier images, from a table or not.
        mode: "strict" refuses columns that the earlier table did not have.

    Returns:
        (images (n, height, width, channels) uint8, their paths as they are written, what is to be said).

    Raises:
        InputError: If the table cannot be read, has none or several columns of paths or one that leads out of its
            folder, unknown columns that `mode` minds, or no usable image.
    """
    first = schema.get("table") or {}
    table, _, _ = pick_table(path, header=_header(schema))
    table, column = _like_the_first(table, schema, first.get("targets") or [first.get("target")])
    unknown = [name for name in table.frame.columns if name not in {column, *first.get("names", ())}]
    remarks = table.remarks
    if unknown and mode == "strict":
        raise InputError(
            f"{table.path} has columns that the model does not know: {name_columns(unknown)}. Leave them out."
        )
    if unknown:
        text = f"the model does not use {agreeing(len(unknown), 'column', 'columns')} {name_columns(unknown)}: ignored."
        remarks = (*remarks, Remark("unknown_column", text, table.path))
    found = listed_images(path, table, column, wanted_shape(schema), np.ones(table.frame.height, bool))
    ids = Ids(column, tuple(table.frame[column].gather(found.rows).to_list()))
    return found.images.pixels, ids, (*remarks, *found.remarks)


def _table_file(data: Any) -> Path:
    if isinstance(data, str | Path) and has_table_ending(Path(data)) and not Path(data).is_dir():
        return Path(data)
    got = shown(str(data)) if isinstance(data, str | Path) else f"a {type(data).__name__}"
    raise InputError(
        f"--label-column is for a file of image paths, which are relative to its folder: {WANTED}; got {got}. Give "
        "such a file, or leave out --label-column."
    )


def _refuse_about_inputs(choices: Choices) -> None:
    asked = [f"--{name}" for name in ("categorical", "numeric") if len(getattr(choices, name))]
    asked += ["--id"] * (choices.id is not None)
    if asked:
        raise InputError(
            f"{', '.join(asked)} cannot go with --label-column: the images are the only inputs, and their paths name "
            "the rows. Choose one of them."
        )


def _present(column: str | None, table: RawTable) -> str | None:
    return column if column in table.frame.columns else None


def _header(schema: Mapping[str, Any]) -> str:
    """Read a further file as the first was, if that was a table."""
    first = schema.get("table")
    return "infer" if first is None else "yes" if first["header"] else "no"


def _like_the_first(table: RawTable, schema: Mapping[str, Any], targets: Sequence[str | None]) -> tuple[RawTable, str]:
    """Return the table under the first one's names, and its column of paths."""
    first = schema.get("table")
    if first is not None:
        table = table._replace(frame=named_like_the_first(table, {**first, "columns": [{"name": first["path"]}]}))
        if first["path"] in table.frame.columns:
            return table, first["path"]
    return table, path_column(table, without={*targets})
