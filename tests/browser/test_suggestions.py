"""The tab of suggestions: by rule with true totals, evidence side by side, dismissed and taken back, addresses that lead back."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser import answers
from tests.browser.fake_stash import FakeStash, Json, RefusedError
from tests.browser.steps import card, click_twice, send
from tests.browser.unknown import PAGE

pytestmark = pytest.mark.browser

TAB = f"{PAGE}?tab=suggestions"
SPITEFUL = "<img src=x onerror=alert(1)>"


def a_side(number: int, name: str, **changes: Any) -> Json:
    return {
        "performer_id": str(number), "name": name, "disambiguation": None, "aliases": [], "birth_date": "1990-01-31", "country": None,
        "gender": "FEMALE", "scenes": 1200, "urls": 2, "stash_ids": 1, **changes,
    }  # fmt: skip


def a_pair(number: int = 1, name: str = "Jane Doe") -> Json:
    title = f"{name} and {name} (2) may be one person"
    return {
        "finding_id": str(number), "rule": "duplicate_performers", "title": title, "why": f"Both were born on 1990-01-31; both are called {name}.",
        "confidence": 0.9608, "actions": ["merge_performers"], "state": "open", "reason": None, "found_at": "2026-11-27T12:00:00Z",
        "dismissed_at": None,
        "evidence": {"points": [], "performers": [a_side(4, name, aliases=["JD", "Janey"]), a_side(9, name, scenes=0, birth_date=None)]},
        "subjects": [
            {"kind": "performer", "id": "4", "name": name, "crop": answers.KNOWN},
            {"kind": "performer", "id": "9", "name": f"{name} (2)", "crop": None},
        ],
    }  # fmt: skip


def a_bare_scene(number: int) -> Json:
    return {
        "finding_id": str(number), "rule": "untagged_scenes", "title": f"“Scene {number}” has neither performers nor tags",
        "why": "Nothing says who or what is in it.", "confidence": 1.0, "actions": ["edit_scene"], "state": "open", "reason": None,
        "found_at": "2026-11-27T12:00:00Z", "dismissed_at": None, "evidence": {"scene_id": str(number), "people_seen": False},
        "subjects": [{"kind": "scene", "id": str(number), "name": f"Scene {number}", "crop": None}],
    }  # fmt: skip


class Plugin:
    """Keeps findings as the plugin does, in pages of three."""

    def __init__(self, stash: FakeStash, *findings: Json) -> None:
        self.findings = list(findings)
        stash.operations |= {
            "findings": self.page,
            "dismiss": lambda args: self.say(args, "dismissed"),
            "restore": lambda args: self.say(args, "open"),
            "status": answers.status(runs=[]),
            "unknown_people": {"total": 0, "page": 1, "per_page": 24, "ignored": 0, "items": [], "batches": []},
        }

    def page(self, args: Json) -> Json:
        here = [one for one in self.findings if one["state"] == args["state"]]
        counts = {rule: sum(one["rule"] == rule for one in here) for rule in {one["rule"] for one in here}}
        shown = [one for one in here if args["rule"] in (None, one["rule"])]
        start = (args["page"] - 1) * 3
        return {
            "total": len(shown),
            "by_rule": counts,
            "page": args["page"],
            "per_page": 3,
            "items": shown[start : start + 3],
        }

    def say(self, args: Json, state: str) -> Json:
        place = next((at for at, one in enumerate(self.findings) if one["finding_id"] == args["finding_id"]), None)
        if place is None:
            raise RefusedError(
                "This suggestion is not in the list any more: what it was about is gone. Reload the page."
            )
        said = {"state": state, "reason": args.get("reason"), "dismissed_at": "2026-11-27T12:00:00Z"}
        self.findings[place] = {**self.findings[place], **said}
        return {"finding": self.findings[place]}


def said(stash: FakeStash, *modes: str) -> list[Json]:
    return [one for one in stash.asked if one["mode"] in modes]


def test_a_pair_is_shown_side_by_side_with_what_it_rests_on(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash, a_pair())
    page = open_page(PAGE)
    page.get_by_role("tab", name="Suggestions").click()
    pair = card(page, "Jane Doe and Jane Doe (2) may be one person")
    pair.wait_for()
    assert pair.get_by_text("Both were born on 1990-01-31; both are called Jane Doe.").count() == 1
    assert pair.get_by_text("96 %").count() == 1
    sides = pair.locator(".ss-side")
    assert sides.count() == 2
    assert "JD, Janey" in sides.first.inner_text()
    assert "1,200" in sides.first.inner_text()
    links = [link.get_attribute("href") for link in pair.get_by_role("link").all()]
    assert links == ["/performers/4", "/performers/9"]


def test_rules_have_true_totals_and_addresses_lead_back(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash, a_pair(), *(a_bare_scene(number) for number in range(10, 17)))
    page = open_page(TAB)
    choice = page.get_by_role("combobox", name="Show")
    choice.wait_for()
    assert choice.locator("option").all_inner_texts() == [
        "everything (8)",
        "Double performers (1)",
        "Scenes without performers and tags (7)",
    ]
    choice.select_option("untagged_scenes")
    page.get_by_text("Page 1 of 3").wait_for()
    page.get_by_role("button", name="Next").click()
    page.get_by_text("Page 2 of 3").wait_for()
    assert page.url.endswith("?tab=suggestions&rule=untagged_scenes&page=2")
    page.reload()
    page.get_by_role("link", name="Scene 13").wait_for()
    page.go_back()
    page.get_by_role("link", name="Scene 10").wait_for()
    assert page.get_by_text("Page 1 of 3").count() == 1
    page.go_back()
    page.get_by_text("may be one person").wait_for()


def test_a_suggestion_is_dismissed_with_a_reason_taken_back_and_restored(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash, a_pair())
    page = open_page(TAB)
    pair = card(page, "Jane Doe and Jane Doe (2) may be one person")
    pair.get_by_role("button", name="Dismiss…").click()
    pair.get_by_role("button", name="Twins or relatives").click()
    pair.get_by_text("Dismissed: Twins or relatives.").wait_for()
    assert pair.locator(".ss-sides").evaluate("(sides) => getComputedStyle(sides).opacity") == "0.5"
    click_twice(pair.get_by_role("button", name="Undo"))
    pair.get_by_text("Back in the list.").wait_for()
    assert [one["mode"] for one in said(stash, "dismiss", "restore")] == ["dismiss", "restore"]
    pair.get_by_role("button", name="Dismiss…").click()
    pair.get_by_role("button", name="Two different people").click()
    pair.get_by_text("Dismissed: Two different people.").wait_for()
    assert said(stash, "dismiss")[-1] == {"mode": "dismiss", "reason": "Two different people", "finding_id": "1"}
    page.get_by_role("button", name="Dismissed ones").click()
    pair.get_by_text("Dismissed: Two different people, ").wait_for()
    pair.get_by_role("button", name="Restore").click()
    pair.get_by_text("Back in the list.").wait_for()
    assert "state=dismissed" in page.url


def test_what_is_gone_meanwhile_is_said_on_its_card(open_page: Any, stash: FakeStash) -> None:
    plugin = Plugin(stash, a_bare_scene(10))
    page = open_page(TAB)
    scene = card(page, "“Scene 10” has neither performers nor tags")
    scene.wait_for()
    assert scene.get_by_text("%").count() == 0, "a fact has no probability"
    plugin.findings.clear()
    scene.get_by_role("button", name="Dismiss…").click()
    scene.get_by_role("button", name="Not now").click()
    assert scene.get_by_role("alert").inner_text().startswith("This suggestion is not in the list any more")


def test_names_are_shown_as_they_are(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash, a_pair(1, SPITEFUL))
    page = open_page(TAB)
    card(page, f"{SPITEFUL} and {SPITEFUL} (2) may be one person").wait_for()
    assert page.locator("img[src=x]").count() == 0


def test_nothing_errors_and_the_task(open_page: Any, stash: FakeStash) -> None:
    plugin = Plugin(stash)
    page = open_page(TAB)
    page.get_by_text("Nothing to suggest.").wait_for()
    page.get_by_role("button", name="Look for suggestions").click()
    page.get_by_text("Look for suggestions: waiting").wait_for()
    plugin.findings.append(a_pair())
    stash.jobs.clear()
    send(page, "REMOVE", "FINISHED", description="Running plugin task: Look for suggestions")
    page.get_by_text("may be one person").wait_for()

    def refuse(args: Json) -> Json:
        raise RefusedError("Stash Sense has not been set up yet: run the task “Set up or repair”.")

    working = stash.operations["findings"]
    stash.operations["findings"] = refuse
    page.get_by_role("button", name="Dismissed ones").click()
    page.get_by_role("alert").wait_for()
    assert page.get_by_role("button", name="Set up or repair").count() == 1
    stash.operations["findings"] = working
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("You have dismissed nothing.").wait_for()


def test_a_page_that_is_no_more_and_a_rule_without_findings_show_a_way_on(open_page: Any, stash: FakeStash) -> None:
    Plugin(stash, a_pair())
    page = open_page(f"{TAB}&page=7")
    page.get_by_role("button", name="First page").click()
    page.get_by_text("may be one person").wait_for()
    page.get_by_role("combobox", name="Show").wait_for()
    page.goto(page.url.split("?")[0] + "?tab=suggestions&rule=no_reference")
    page.get_by_text("Nothing of this kind.").wait_for()
    page.get_by_role("button", name="Show everything").click()
    page.get_by_text("may be one person").wait_for()


@pytest.mark.parametrize("width", [420, 1280])
def test_nothing_is_wider_than_the_page(open_page: Any, stash: FakeStash, width: int) -> None:
    Plugin(stash, a_pair(1, "W" * 80), a_bare_scene(10))
    page = open_page(TAB, width=width)
    page.locator(".ss-side").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
