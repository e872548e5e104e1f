"""What the browser tests do again and again."""

from __future__ import annotations

from typing import Any

from tests.browser.fake_stash import FakeStash

DESCRIPTION = "Running plugin task: Stash Sense: identify scene 12"


def faces_tab(open_page: Any, **how: Any) -> Any:
    """The scene page with its Faces tab open."""
    page = open_page("/scenes/12", **how)
    page.get_by_role("tab", name="Faces").click()
    page.locator(".ss-panel").wait_for()
    return page


def card(page: Any, name: str) -> Any:
    """The card of a person."""
    return page.get_by_role("region", name=name, exact=True)


def answered(page: Any, stash: FakeStash, mode: str) -> None:
    """Waits until the page has asked for `mode` and shows what came of it."""
    for _ in range(300):
        found = any(one["mode"] == mode for one in stash.asked)
        page.evaluate("new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))")
        if found:
            return
    raise AssertionError(f"the page never asked for {mode}")


def click_twice(button: Any) -> None:
    """Two clicks before anything can answer the first."""
    button.evaluate("(button) => { button.click(); button.click(); }")


def send(
    page: Any,
    kind: str,
    status: str,
    *,
    job: str = "1",
    progress: float | None = None,
    description: str = DESCRIPTION,
) -> None:
    """One event of Stash's job queue."""
    event = {"type": kind, "job": {"id": job, "status": status, "description": description, "progress": progress}}
    page.evaluate("(event) => sendJobEvent(event)", event)
