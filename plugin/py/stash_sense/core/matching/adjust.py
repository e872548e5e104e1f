"""How a pack's calibration is fitted to one library: slope and offset on its log odds. Standard library only, since the status asks too."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Log odds of the pack's model → slope × log odds + offset. slope: above 0, so that the order of candidates stays. The default changes nothing."""

    slope: float = 1.0
    offset: float = 0.0

    def __post_init__(self) -> None:
        if not self.slope > 0:
            raise ValueError(f"the slope is {self.slope}, has to be above 0")

    def applied(self, logit: float) -> float:
        """The adjusted log odds."""
        return self.slope * logit + self.offset


NONE = Adjustment()  # the pack as it is


def fingerprint(block: Mapping[str, Any]) -> str:
    """Of the block "calibration" of a pack.json: an adjustment holds for the very model it was fitted on."""
    return hashlib.sha256(json.dumps(block, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
