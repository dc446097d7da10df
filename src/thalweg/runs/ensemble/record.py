"""What a run's record holds of an ensemble: what was asked for, and which networks it is made of."""

from typing import Any, NamedTuple

MOST_MEMBERS = 100
FROM = ("seeds", "trials")  # where further members come from
AVERAGES = ("probabilities", "scores")


class EnsembleRecord(NamedTuple):
    """What was asked for."""

    members: int  # networks in all, the run's own among them
    of: str  # a name in `FROM`
    average: str  # a name in `AVERAGES`

    @property
    def possible(self) -> bool:
        """Whether the entries are within their limits: a file may say anything."""
        return 2 <= self.members <= MOST_MEMBERS and self.of in FROM and self.average in AVERAGES


class MemberRecord(NamedTuple):
    """A further network of an ensemble."""

    seed: int
    trial: int  # of the search that it was found by; -1 for none
    experiment: dict[str, Any]  # plain


def members_possible(members: tuple[MemberRecord, ...], ensemble: EnsembleRecord | None) -> bool:
    """Say whether the entries on further networks are within their limits.

    Args:
        members: As read from a file.
        ensemble: That they are of.

    Returns:
        False where there are more than were asked for, or a seed or trial is none.
    """
    most = ensemble.members - 1 if ensemble else 0
    return len(members) <= most and all(0 <= m.seed < 2**32 and m.trial >= -1 for m in members)
