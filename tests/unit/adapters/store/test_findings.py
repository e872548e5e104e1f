"""Findings open, close, and stay dismissed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from stash_sense.adapters.store.database import open_database
from stash_sense.adapters.store.findings import FindingStore


@pytest.fixture
def findings(tmp_path: Path) -> Iterator[FindingStore]:
    with closing(open_database(tmp_path)) as db:
        yield FindingStore(db)


def rows(findings: FindingStore) -> list[tuple[str, ...]]:
    return findings.db.execute("SELECT subject, state, created_at, updated_at FROM finding ORDER BY subject").fetchall()


def test_a_finding_is_open_until_its_cause_is_gone(findings: FindingStore) -> None:
    assert findings.replace("rule", {"a": {"x": 1}, "b": {}}, "t1") == 2
    assert findings.replace("rule", {"a": {"x": 1}}, "t2") == 1
    assert rows(findings) == [("a", "open", "t1", "t1"), ("b", "closed", "t1", "t2")]
    assert findings.replace("rule", {"a": {"x": 1}, "b": {}}, "t3") == 2
    assert rows(findings) == [("a", "open", "t1", "t1"), ("b", "open", "t1", "t3")]


def test_a_dismissed_one_stays_so_until_it_says_something_else(findings: FindingStore) -> None:
    findings.replace("rule", {"a": {"x": 1}}, "t1")
    findings.db.execute("UPDATE finding SET state = 'dismissed'")
    assert findings.replace("rule", {"a": {"x": 1}}, "t2") == 0
    assert findings.replace("rule", {}, "t3") == 0
    assert rows(findings) == [("a", "dismissed", "t1", "t1")]
    assert findings.replace("rule", {"a": {"x": 2}}, "t4") == 1
    assert rows(findings) == [("a", "open", "t1", "t4")]


def test_rules_do_not_meddle_with_each_other(findings: FindingStore) -> None:
    findings.replace("one", {"a": {}}, "t1")
    findings.replace("two", {}, "t2")
    assert rows(findings) == [("a", "open", "t1", "t1")]
