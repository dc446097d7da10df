"""Groups that lie in two files, where a split of one file would have kept them together."""

import numpy as np

from thalweg.data.source import Remark, Source
from thalweg.errors import shown
from thalweg.wording import agreeing, counted

SHOWN = 5


def shared_groups(first: Source, second: Source, *, names: tuple[str, str]) -> tuple[Remark, ...]:
    """Say which groups are in two files; by their names, for each file numbers its groups for itself.

    Args:
        first: Of one file.
        second: Of the other, read by the schema of the first.
        names: What the files are to the user, such as ("data", "test data").

    Returns:
        A warning where groups are shared, a note where the second file does not tell its groups, else nothing.
    """
    column = str(first.schema.get("group"))
    if first.groups is None:
        return ()
    if second.groups is None:
        text = f"the {names[1]} have no column {column!r}, so nobody can tell whether they share groups with the "
        return (Remark("shared_groups", f"{text}{names[0]}.", column),)
    both = sorted(_present(first) & _present(second))
    if not both:
        return ()
    listed = ", ".join(map(shown, both[:SHOWN])) + (f" and {len(both) - SHOWN:,} more" if len(both) > SHOWN else "")
    text = (
        f"{counted(len(both), 'group')} of the column {column!r} {agreeing(len(both), 'is', 'are')} "
        f"in the {names[0]} and in the {names[1]}: {listed}. "
        "Scores on rows of a known group flatter the network: give each group to one file."
    )
    return (Remark("shared_groups", text, column, "warning"),)


def _present(source: Source) -> set[str]:
    return {source.group_names[number] for number in np.unique(np.asarray(source.groups)).tolist()}
