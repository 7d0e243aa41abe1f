"""One thing that was to be proved, and what is missing from it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Proof:
    """What was looked at, what was found, and what was not: sentences without a full stop."""

    subject: str
    found: str
    missing: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing
