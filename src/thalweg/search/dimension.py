"""One thing that a search varies."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from thalweg.errors import InputError, shown
from thalweg.search.condition import Condition
from thalweg.search.paths import name_of, same_place
from thalweg.search.ranges.choice import Choice
from thalweg.search.ranges.kinds import Over


@dataclass(frozen=True)
class Dimension:
    """Vary one setting, or several settings together.

    Args:
        paths: Of the settings in the experiment, as `--set` names them. All of them get the same value.
        over: The values they may get.
        when: Conditions, all of which must hold for the dimension to count; () for always.

    Raises:
        InputError: If there is no path, one is empty, is no name, or one comes twice.

    Example:
        >>> from thalweg.search.ranges.uniform import Uniform
        >>> drop = Dimension(("network.layers.2.drop", "network.layers.5.drop"), Uniform(0, 0.5))
        >>> drop.name
        'network.layers.2.drop, network.layers.5.drop'
    """

    paths: tuple[str, ...]
    over: Over
    when: tuple[Condition, ...] = ()

    def __post_init__(self):
        """Check the paths and the range."""
        if not isinstance(self.paths, tuple) or not self.paths:
            raise InputError(f'a dimension needs a tuple of paths, such as ("update.rate",); got {shown(self.paths)}.')
        for place, path in enumerate(self.paths):
            if not isinstance(path, str) or not path or path != path.strip() or "," in path or "=" in path:
                raise InputError(
                    f"a path must be the name of a setting, such as update.rate, and several be parted by commas; got "
                    f"{shown(path)}."
                )
            if any(same_place(path, other) for other in self.paths[:place]):
                raise InputError(f"the path {path} is given twice in one dimension. Leave one of them out.")

    @property
    def name(self) -> str:
        """What it is called: its paths, joined by commas."""
        return name_of(self.paths)

    @property
    def numeric(self) -> bool:
        """Whether its values lie on a line, so that a part of the range can be looked at more closely."""
        return not isinstance(self.over, Choice)

    def active(self, point: Mapping[str, Any]) -> bool:
        """Say whether it counts.

        Args:
            point: What the dimensions before it took, by their names.

        Returns:
            Whether all its conditions hold.
        """
        return all(condition.holds(point) for condition in self.when)
