"""The command line of scripts/build-gallery: arguments that go together, and what it shows."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from scripts.building import arguments, output

from stash_sense.core.catalogue.records import Plan, Source, SourcePlan, SourceStatus
from stash_sense.core.catalogue.values import Shortfall, Statement
from stash_sense.errors import RequestError
from stash_sense.usecases.build_gallery import FoundIds

BOX = ["--endpoint", "https://one.test/graphql", "--key-env", "ONE"]


def test_boxes_and_keys_come_in_pairs() -> None:
    args = arguments.parsed([*BOX, "--endpoint", "https://two.test/graphql", "--key-env", "TWO", "--scope", "all"])
    one, two = arguments.boxes(args, {"ONE": "k1", "TWO": "k2"})
    assert (one.name, one.api_key, one.per_minute, two.endpoint) == ("one.test", "k1", 240, "https://two.test/graphql")
    assert "k1" not in repr(one)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--scope", "all"], "name a stash-box"),
        (BOX, "--scope is missing"),
        ([*BOX[:2], "--scope", "all"], "each --endpoint needs its --key-env"),
        ([*BOX, "--scope", "linked"], "--scope linked goes by a library"),
        ([*BOX, "--scope", "all", "--rate", "0"], "0 is less than 1"),
        ([*BOX, "--scope", "some"], "invalid choice"),
    ],
)
def test_what_does_not_go_together_is_said(given: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        arguments.parsed(given)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_an_empty_key_is_said_by_the_name_of_its_variable() -> None:
    args = arguments.parsed([*BOX, "--scope", "all"])
    with pytest.raises(RequestError, match="The environment variable ONE is empty"):
        arguments.boxes(args, {})


def test_stash_may_be_named_by_its_graphql_address() -> None:
    args = arguments.parsed(["--stash", "http://nas:9999/graphql", "--stash-key-env", "KEY", "--scope", "linked"])
    access = arguments.access(args, {"KEY": "secret"})
    assert (access.base_url, access.api_key) == ("http://nas:9999", "secret")


def test_the_status_needs_no_box() -> None:
    assert arguments.parsed(["--status"]).status


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_a_bar() -> None:
    out, now = Terminal(), iter(range(0, 100, 10))
    bar = output.Bar(out, lambda: float(next(now)))
    bar(1, 4)
    bar(4, 4)
    bar.close()
    assert "\r[████████······················]  25%  1 of 4" in out.getvalue()
    assert out.getvalue().endswith("100%  4 of 4\x1b[K\n")


def test_elsewhere_a_line_now_and_then() -> None:
    times = iter([0.0, 0.0, 5.0, 20.0, 20.0, 21.0, 21.0])
    out = io.StringIO()
    bar = output.Bar(out, lambda: next(times))
    for done in (1, 2, 3, 4):
        bar(done, 4)
    bar.close()
    assert out.getvalue() == " 25%  1 of 4\n 75%  3 of 4\n100%  4 of 4\n"


SHORT = Statement(False, 9, 10, "2026-01-01T00:00:00Z", "pages", 3, (Shortfall("gender MALE", 1),))
WHOLE = Statement(True, 2, 2, "2026-01-01T00:00:00Z", "snapshot", 1)


def test_ids_of_several_boxes_come_as_one_list() -> None:
    body = output.found_body([FoundIds("one", WHOLE, ("b", "a")), FoundIds("two", None, ("c",))])
    assert (body["complete"], body["count"], body["ids"]) == (True, 3, ["a", "b", "c"])
    assert body["sources"][0]["statement"]["method"] == "snapshot"
    assert output.found_body([FoundIds("one", SHORT, ("a",))])["complete"] is False


def a_status(**source: object) -> SourceStatus:
    known = {"statement": WHOLE, "scope": "all"} | source
    box = Source("https://one.test/graphql", "one.test", "One", "stash-box", "high", **known)
    return SourceStatus(box, 2, 2, 1, 1, 5, 4, 0, 0, 0, {"no_face": 1}, "Up to date.")


@pytest.mark.parametrize(
    ("source", "complete"),
    [
        ({}, True),
        ({"statement": SHORT}, False),
        ({"statement": SHORT, "scope": "linked"}, True),
        ({"message": "It is away."}, False),
        ({"begun_at": "2026-01-01T00:00:00Z"}, False),
    ],
)
def test_complete_is_only_what_was_read_to_the_end(source: dict[str, object], complete: bool) -> None:
    body = output.status_body([a_status(**source)], {"https://one.test/graphql": ["a", "b"]})
    assert (body["complete"], body["count"]) == (complete, 2)
    assert body["sources"][0]["rejected"] == {"no_face": 1}


def test_a_status_is_told_in_lines() -> None:
    lines = output.status_lines([a_status()])
    assert lines[1:] == [
        "  everybody: complete, 2 of 2 at 2026-01-01T00:00:00Z",
        "  2 people read (0 wait), 1 merged or deleted, 1 known by 4 faces",
        "  5 pictures read, 0 not read, 0 errors",
        "  not used: no_face 1",
        "  Up to date.",
    ]
    assert output.status_lines([]) == ["Nothing has been built here yet."]


def test_a_plan_is_told_in_lines() -> None:
    plan = Plan((SourcePlan("https://one.test", 250, 4, 750, 0.05, 0.2), SourcePlan("https://two.test", 9, 1, 27, 2.5, 0.0)))  # fmt: skip
    assert output.plan_lines(plan) == [
        "https://one.test: 250 people, 4 requests, 750 pictures, 0.2 GB, 3 minutes",
        "https://two.test: 9 people, 1 requests, 27 pictures, 0.0 GB, 2.5 hours",
        "Together 5 requests, 777 pictures, 0.2 GB to download, 2.5 hours.",
    ]


def test_the_json_file_is_whole_or_not_there(tmp_path: Path) -> None:
    output.write_json(tmp_path / "out.json", {"ids": ["ä"]})
    assert json.loads((tmp_path / "out.json").read_text("utf-8")) == {"ids": ["ä"]}
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]


def test_a_json_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"out\.json cannot be written \(.+\): name another file with --json"):
        output.write_json(tmp_path / "missing" / "out.json", {"ids": []})
