"""A calibration in figures for the settings page and in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stash_sense.core.calibration.evidence import LeftOut
from stash_sense.core.calibration.judge import LEAST_OF_A_KIND, LEAST_SCENES, Bound, Counts, Judgement, Reliability
from stash_sense.core.matching.calibrate import Bin
from stash_sense.usecases.reporting import counted

LISTED = 200  # scenes to look at that are kept
DIGITS = 4


def figures_of(
    tracks: int,
    counts: Counts,
    left_out: Mapping[LeftOut, int],
    check_cast: Sequence[Mapping[str, object]],
    judged: tuple[Judgement, float] | None = None,
) -> dict[str, Any]:
    """What the operation `calibration` shows. tracks: looked at. judged: with the share of right names that was wanted; None with too few names."""
    figures: dict[str, Any] = {
        "tracks": tracks,
        "scenes": counts.scenes,
        "right": counts.right,
        "wrong": counts.wrong,
        "said": counts.said,
        "left_out": {reason: number for reason, number in sorted(left_out.items()) if number},
        "needed": {"scenes": LEAST_SCENES, "right": LEAST_OF_A_KIND, "wrong": LEAST_OF_A_KIND},
        "check_cast": [dict(one) for one in check_cast[:LISTED]],
        "check_cast_total": len(check_cast),
    }
    if judged is not None:
        judgement, wanted = judged
        figures |= {
            "wanted": wanted,
            "noise": round(judgement.noise, DIGITS),
            "before": _reliability(judgement.before),
            "after": _reliability(judgement.after),
            "curve": [
                {
                    "bound": point.bound,
                    "precision": round(point.precision, DIGITS),
                    "recall": round(point.recall, DIGITS),
                    "names": point.names,
                }
                for point in judgement.curve
            ],
            "proposals": {"review_from": _bound(judgement.suggest), "auto_accept": _bound(judgement.auto)},
        }
    return figures


def too_few(counts: Counts) -> str:
    """The refusal, with what is there and what is needed."""
    return (
        f"Too little to calibrate on: {counted(counts.scenes, 'scene', 'scenes')} with {counts.right:,} right and {counts.wrong:,} wrong names; "
        f"needed are {LEAST_SCENES} scenes and {LEAST_OF_A_KIND} names of each kind. Nothing was changed. "
        "Tag the performers of more analysed scenes and reject wrong suggestions, then start this again."
    )


def sentence(counts: Counts, judgement: Judgement, check_cast: int, *, changed: bool) -> str:
    """What came of it. check_cast: scenes and people worth a look."""
    rests = f"{counted(counts.scenes, 'scene', 'scenes')} with {counted(counts.right + counts.wrong, 'name', 'names')}"
    if judgement.adjustment is None:
        said = f"The model pack's own calibration stays: on {rests} none was found that holds better."
    else:
        before, after = judgement.before.error, judgement.after.error
        said = (
            f"Calibrated on {rests}: stated probabilities are off by {100 * after:.1f} points on average now, "
            f"{100 * before:.1f} before, measured on scenes left out of the fit."
        )
    if changed:
        said += " Run “Re-match all scenes”, so that scenes analysed earlier state them too."
    if check_cast:
        said += f" {counted(check_cast, 'entry of a cast', 'entries of casts')} may be wrong: see the settings page."
    return said


def _reliability(reliability: Reliability) -> dict[str, Any]:
    return {
        "error": round(reliability.error, DIGITS),
        "loss": round(reliability.loss, DIGITS),
        "bins": [_bin(one) for one in reliability.bins],
    }


def _bin(one: Bin) -> dict[str, Any]:
    return {"stated": round(one.stated, DIGITS), "right": round(one.right, DIGITS), "names": one.count}


def _bound(bound: Bound | None) -> dict[str, Any] | None:
    if bound is None:
        return None
    return {
        "value": bound.per_cent,
        "precision": round(bound.precision, DIGITS),
        "low": round(bound.low, DIGITS),
        "names": bound.names,
    }
