"""Suggestions as the panel shows them, and what the user says about them. Standard library only."""

from __future__ import annotations

from typing import Any

from stash_sense.core.finding_records import FindingRecord, SubjectRecord
from stash_sense.errors import RequestError
from stash_sense.usecases.reporting import Clock
from stash_sense.usecases.stores import Stores
from stash_sense.usecases.view import data_url

LONGEST_REASON = 200  # characters
GONE = "This suggestion is not in the list any more: what it was about is gone. Reload the page."


def findings_page(
    stores: Stores, *, rule: str | None, state: str, sort: str, page: int, per_page: int
) -> dict[str, Any]:
    """A page of one rule's findings, or of all. by_rule: how many are in this state, rules without one left out."""
    by_rule = stores.findings.by_rule(state)
    offset = (page - 1) * per_page
    items = stores.findings.page(rule=rule, state=state, sort=sort, offset=offset, count=per_page)
    return {
        "total": sum(by_rule.values()) if rule is None else by_rule.get(rule, 0),
        "by_rule": by_rule,
        "page": page,
        "per_page": per_page,
        "items": [finding_view(stores, one) for one in items],
    }


def dismiss(stores: Stores, finding_id: int, reason: str | None, clock: Clock) -> dict[str, Any]:
    """It is fine as it is. Raises RequestError if there is no such finding any more."""
    found = _get(stores, finding_id)
    if found.state == "closed":
        raise RequestError("This suggestion is settled already: its cause is gone. Reload the page.")
    if reason is not None and len(reason) > LONGEST_REASON:
        raise RequestError(f"The reason has {len(reason)} characters: at most {LONGEST_REASON} are kept.")
    with stores.transaction():
        stores.findings.dismiss(finding_id, reason, clock())
    return finding_view(stores, _get(stores, finding_id))


def restore(stores: Stores, finding_id: int, clock: Clock) -> dict[str, Any]:
    """Takes `dismiss` back. Raises RequestError if there is no such finding any more."""
    _get(stores, finding_id)
    with stores.transaction():
        stores.findings.restore(finding_id, clock())
    return finding_view(stores, _get(stores, finding_id))


def finding_view(stores: Stores, finding: FindingRecord) -> dict[str, Any]:
    """A finding as the panel shows it."""
    return {
        "finding_id": str(finding.id),
        "rule": finding.rule,
        "title": finding.title,
        "why": finding.why,
        "confidence": round(finding.confidence, 4),
        "evidence": finding.evidence,
        "actions": list(finding.actions),
        "subjects": [
            {"kind": one.kind, "id": one.object_id, "name": one.name, "crop": data_url(_crop(stores, one))}
            for one in finding.subjects
        ],
        "state": finding.state,
        "reason": finding.reason,
        "found_at": finding.found_at,
        "dismissed_at": finding.dismissed_at,
    }


def _crop(stores: Stores, subject: SubjectRecord) -> bytes | None:
    """The best face of a person; None for scenes, and where none is known."""
    if subject.kind == "performer":
        return stores.gallery.best_crop(f"performer:{subject.object_id}")
    if subject.kind == "unknown":
        return next((one.crop for one in stores.unknown_pages.crops(int(subject.object_id), 1)), None)
    return None


def _get(stores: Stores, finding_id: int) -> FindingRecord:
    if (found := stores.findings.get(finding_id)) is None:
        raise RequestError(GONE)
    return found
