"""Which seconds of a video to look at."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

FIRST, LAST = 0.05, 0.95  # opening titles and end cards show nobody, or somebody else


def pick_seconds(duration_s: float | None, count: int, *, shift: float = 0.0) -> list[float]:
    """`count` instants spread evenly over 5–95 % of the video, ascending.

    shift: 0..1 of one step, for a second grid between the first one's instants (its last instant stays inside 95 %).
    Without a duration (None, 0, NaN) only the start can be asked for: [0.0].
    """
    if count < 1:
        raise ValueError(f"count is {count}, needs 1 or more")
    if not 0 <= shift <= 1:
        raise ValueError(f"shift is {shift}, needs 0 to 1")
    if duration_s is None or not 0 < duration_s < float("inf"):
        return [0.0]
    start, end = FIRST * duration_s, LAST * duration_s
    if count == 1:
        middle = (start + end) / 2
        return [middle + shift * (end - middle)]
    step = (end - start) / (count - 1)
    return [min(start + (position + shift) * step, end) for position in range(count - (shift > 0))]


def near(seconds: Sequence[float], duration_s: float | None, count: int, avoid: Sequence[float]) -> list[float]:
    """Up to `count` new instants around the times at which somebody was seen, ascending.

    seconds: where the person was seen. avoid: instants already looked at (those in `seconds` need not be repeated).
    Candidates lie a quarter, half and three quarters of the way to the neighbouring looked-at instants; nearest to a sighting first.
    """
    if count < 1 or not seconds or duration_s is None or not 0 < duration_s < float("inf"):
        return []
    known = sorted({*avoid, *seconds})
    spare = _spacing(known, duration_s)
    offers: list[tuple[float, float]] = []
    for seen in sorted(set(seconds)):
        below = max((at for at in known if at < seen), default=seen - spare)
        above = min((at for at in known if at > seen), default=seen + spare)
        offers += [(part, seen + part * (edge - seen)) for edge in (below, above) for part in (0.25, 0.5, 0.75)]
    chosen: list[float] = []
    apart = min(spare / 8, duration_s / 100)
    for _, at in sorted(offers):
        if 0 <= at <= duration_s and all(abs(at - other) >= apart for other in (*known, *chosen)):
            chosen.append(at)
        if len(chosen) == count:
            break
    return sorted(chosen)


def _spacing(known: Sequence[float], duration_s: float) -> float:
    """Typical distance of the instants already looked at."""
    gaps = sorted(later - earlier for earlier, later in pairwise(known))
    return gaps[len(gaps) // 2] if gaps else duration_s / 20
