"""Findings open, close, come back, and stay dismissed; pages of many are read as fast as of few."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from stash_sense.adapters.store.database import open_database
from stash_sense.adapters.store.findings import ORDERS, FindingStore
from stash_sense.core.curation.values import Finding, Subject


@pytest.fixture
def findings(tmp_path: Path) -> Iterator[FindingStore]:
    with closing(open_database(tmp_path)) as db:
        yield FindingStore(db)


def a_finding(number: int, rule: str = "rule", **changes: Any) -> Finding:
    values: dict[str, Any] = {
        "subjects": (Subject("performer", str(number), f"Performer {number}"),),
        "confidence": 0.9,
        "title": f"Title {number}",
        "why": "Why.",
        "evidence": {"x": 1},
        "actions": ("merge_performers",),
        **changes,
    }
    return Finding(rule=rule, **values)


def rows(findings: FindingStore) -> list[tuple[str, ...]]:
    return findings.db.execute("SELECT subject, state, created_at, updated_at FROM finding ORDER BY subject").fetchall()


def numbered(findings: FindingStore, **how: Any) -> list[str]:
    """The performers of a page."""
    asked = {"rule": None, "state": "open", "sort": "confidence", "offset": 0, "count": 100, **how}
    return [one.subjects[0].object_id for one in findings.page(**asked)]


# --- Open and closed --------------------------------------------------------------------------------------------------------


def test_a_finding_is_open_until_its_cause_is_gone(findings: FindingStore) -> None:
    one, two = a_finding(1), a_finding(2)
    assert findings.replace("rule", [one, two], "t1") == 2
    assert findings.replace("rule", [one], "t2") == 1
    assert rows(findings) == [("performer:1", "open", "t1", "t1"), ("performer:2", "closed", "t1", "t2")]
    assert findings.replace("rule", [one, two], "t3") == 2
    assert rows(findings) == [("performer:1", "open", "t1", "t1"), ("performer:2", "open", "t1", "t3")]


def test_what_it_says_is_refreshed(findings: FindingStore) -> None:
    findings.replace("rule", [a_finding(1)], "t1")
    findings.replace("rule", [a_finding(1, title="Other", why="Because.", confidence=0.5, evidence={"x": 2})], "t2")
    (one,) = findings.page(rule="rule", state="open", sort="confidence", offset=0, count=9)
    assert (one.title, one.why, one.confidence, one.evidence) == ("Other", "Because.", 0.5, {"x": 2})
    assert rows(findings) == [("performer:1", "open", "t1", "t2")]


def test_rules_do_not_meddle_with_each_other(findings: FindingStore) -> None:
    findings.replace("one", [a_finding(1, "one")], "t1")
    findings.replace("two", [], "t2")
    assert rows(findings) == [("performer:1", "open", "t1", "t1")]
    assert findings.by_rule("open") == {"one": 1}


def test_a_run_cut_short_closes_nothing(findings: FindingStore) -> None:
    findings.replace("rule", [a_finding(1), a_finding(2)], "t1")
    findings.put(a_finding(1), findings.next_turn("rule"), "t2")  # and then the process was killed
    assert findings.count(rule="rule", state="open") == 2
    assert findings.replace("rule", [a_finding(2)], "t3") == 1
    assert [one[:2] for one in rows(findings)] == [("performer:1", "closed"), ("performer:2", "open")]


def test_what_would_be_said_again_is_kept(findings: FindingStore) -> None:
    findings.replace("rule", [a_finding(1), a_finding(2)], "t1")
    turn = findings.next_turn("rule")
    findings.keep("rule", "performer", "2", turn)
    findings.close_others("rule", turn, "t2")
    assert [one[:2] for one in rows(findings)] == [("performer:1", "closed"), ("performer:2", "open")]
    turn = findings.next_turn("rule")
    findings.keep("rule", "performer", "1", turn)  # over already: there is nothing to keep
    findings.close_others("rule", turn, "t3")
    assert findings.count(rule="rule", state="open") == 0


# --- Dismissed ----------------------------------------------------------------------------------------------------------------


def test_a_dismissed_one_stays_so_whatever_it_says_and_if_it_goes_and_comes(findings: FindingStore) -> None:
    findings.replace("rule", [a_finding(1)], "t1")
    (one,) = findings.page(rule=None, state="open", sort="newest", offset=0, count=1)
    findings.dismiss(one.id, "sisters", "t2")
    for turn, said in enumerate([[a_finding(1, evidence={"x": 2})], [], [a_finding(1)]], 2):
        for finding in said:
            findings.put(finding, turn, f"t{turn}")
        findings.close_others("rule", turn, f"t{turn}")
    stored = findings.get(one.id)
    assert stored is not None
    assert (stored.state, stored.reason, stored.dismissed_at) == ("dismissed", "sisters", "t2")
    assert (findings.by_rule("open"), findings.by_rule("dismissed")) == ({}, {"rule": 1})


def test_one_that_may_come_back_does_so_when_it_says_something_else(findings: FindingStore) -> None:
    findings.replace("rule", [a_finding(1)], "t1")
    findings.dismiss(1, "I know", "t2")
    assert findings.replace("rule", [a_finding(1)], "t3") == 0
    assert findings.replace("rule", [], "t4") == 0
    assert rows(findings) == [("performer:1", "dismissed", "t1", "t2")]
    assert findings.replace("rule", [a_finding(1, evidence={"x": 2})], "t5") == 1
    stored = findings.get(1)
    assert stored is not None
    assert (stored.state, stored.reason, stored.dismissed_at) == ("open", None, None)


def test_restoring_opens_it_again_if_its_cause_is_still_there(findings: FindingStore) -> None:
    findings.replace("rule", [a_finding(1), a_finding(2)], "t1")
    findings.dismiss(1, None, "t2")
    findings.dismiss(2, None, "t2")
    findings.replace("rule", [a_finding(1)], "t3")
    findings.restore(1, "t4")
    findings.restore(2, "t4")
    assert [one[1] for one in rows(findings)] == ["open", "closed"]
    findings.restore(2, "t5")
    assert rows(findings)[1][3] == "t4", "what was not dismissed is not touched"


# --- About what -----------------------------------------------------------------------------------------------------------------


def test_what_is_gone_takes_its_findings_with_it(findings: FindingStore) -> None:
    pair = a_finding(1, subjects=(Subject("performer", "1", "A"), Subject("performer", "2", "B")))
    scene = a_finding(3, subjects=(Subject("scene", "2", "Tea"), Subject("performer", "3", "C")))
    findings.replace("rule", [pair, scene], "t1")
    findings.dismiss(1, "sisters", "t2")
    assert findings.objects("performer") == {"1", "2", "3"}
    findings.prune("performer", ["2"])
    assert [one[0] for one in rows(findings)] == ["performer:3 scene:2"]
    assert findings.objects("performer") == {"3"}
    findings.prune("scene", ["2"])
    assert rows(findings) == []
    assert findings.db.execute("SELECT COUNT(*) FROM finding_subject").fetchone() == (0,)


def test_subjects_keep_the_rule_s_order_and_names_are_brought_up_to_date(findings: FindingStore) -> None:
    for name in ("Tea", "Tea for two"):
        subjects = (Subject("scene", "9", name), Subject("performer", "3", "C"))
        findings.replace("rule", [a_finding(3, subjects=subjects)], "t1")
    (one,) = findings.page(rule=None, state="open", sort="newest", offset=0, count=1)
    assert [(it.kind, it.object_id, it.name) for it in one.subjects] == [
        ("scene", "9", "Tea for two"),
        ("performer", "3", "C"),
    ]


# --- Pages ----------------------------------------------------------------------------------------------------------------------


def test_pages_go_by_confidence_weight_or_age(findings: FindingStore) -> None:
    findings.replace("a", [a_finding(1, "a", confidence=0.6), a_finding(2, "a", confidence=0.9)], "t1")
    findings.replace("b", [a_finding(3, "b", confidence=0.9, weight=5.0)], "t2")
    assert numbered(findings) == ["3", "2", "1"]
    assert numbered(findings, sort="newest") == ["3", "2", "1"]
    assert numbered(findings, sort="oldest") == ["1", "2", "3"]
    assert numbered(findings, rule="a") == ["2", "1"]
    assert numbered(findings, offset=1, count=1) == ["2"]
    assert numbered(findings, state="dismissed") == []


@pytest.mark.parametrize("sort", ORDERS)
@pytest.mark.parametrize("rule", [None, "rule"])
def test_no_page_sorts_all_findings(findings: FindingStore, sort: str, rule: str | None) -> None:
    where = "state = 'open'" + (" AND rule = 'rule'" if rule else "")
    plan = findings.db.execute(
        f"EXPLAIN QUERY PLAN SELECT id FROM finding WHERE {where} ORDER BY {ORDERS[sort]} LIMIT 25 OFFSET 50"
    ).fetchall()
    assert [row[3].split(" (")[0] for row in plan] == [
        row[3].split(" (")[0] for row in plan if "USING COVERING INDEX" in row[3]
    ]
