"""Chromium on a page with Stash's own libraries; skipped in one line where Chromium or node_modules are missing."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.browser.fake_stash import FakeStash
from tests.browser.site import ROOT, build_bundle, page, styles

ADDRESS = "http://stash.test"
# Stash's own policy (server.go): pictures from data: or http(s) only, no blob:.
POLICY = (
    "default-src data: 'self' 'unsafe-inline'; connect-src data: 'self'; img-src data: *; "
    "script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'"
)


def files_of_plugin(kind: str) -> list[Path]:
    """The files under `javascript:` or `css:` in stash-sense.yml, in order."""
    block = re.search(rf"^  {kind}:\n((?:    - .+\n)+)", (ROOT / "stash-sense.yml").read_text("utf-8"), re.MULTILINE)
    assert block, f"stash-sense.yml has no list {kind}"
    return [ROOT / line.strip().removeprefix("- ") for line in block.group(1).splitlines()]


@pytest.fixture(scope="session")
def bundle() -> Path:
    """The libraries of the test page as one script."""
    built = build_bundle()
    if built is None:
        pytest.skip("browser tests skipped: no node_modules (npm ci)")
    return built


@pytest.fixture(scope="session")
def browser(bundle: Path) -> Iterator[Any]:
    playwright_api = pytest.importorskip(
        "playwright.sync_api", reason="browser tests skipped: Playwright is not installed"
    )
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        pytest.skip("browser tests skipped: no Chromium")
    with playwright_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield started
        started.close()


@pytest.fixture
def stash() -> FakeStash:
    return FakeStash()


Open = Callable[..., Any]


@pytest.fixture
def open_page(browser: Any, bundle: Path, stash: FakeStash) -> Iterator[Open]:
    """open_page(path, width=…, before=script, after=script) → Playwright page. Afterwards: the page has written no error and sent nothing elsewhere."""
    contexts: list[Any] = []
    complaints: list[str] = []

    def content(path: str, before: str, after: str) -> tuple[str, str]:
        match path:
            case "/page.js":
                return "text/javascript", bundle.read_text("utf-8")
            case "/plugin.js":
                return "text/javascript", "\n".join(file.read_text("utf-8") for file in files_of_plugin("javascript"))
            case "/plugin.css":
                return "text/css", "\n".join(file.read_text("utf-8") for file in files_of_plugin("css"))
            case "/page.css":
                return "text/css", styles()
            case _:
                return "text/html", page(javascript="/plugin.js", css="/plugin.css", before=before, after=after)

    def opened(path: str, *, width: int = 1100, height: int = 900, before: str = "", after: str = "") -> Any:
        context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
        contexts.append(context)
        tab = context.new_page()
        tab.set_default_timeout(5000)
        tab.on(
            "console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None
        )
        tab.on("pageerror", lambda error: complaints.append(str(error)))

        def serve(route: Any) -> None:
            if not route.request.url.startswith(ADDRESS):
                complaints.append(f"asked {route.request.url}")
                route.abort()
                return
            kind, body = content("/" + route.request.url.removeprefix(ADDRESS).split("?")[0].lstrip("/"), before, after)
            route.fulfill(
                body=body, headers={"Content-Type": f"{kind}; charset=utf-8", "Content-Security-Policy": POLICY}
            )

        context.route(re.compile(r"^https?:"), serve)
        tab.expose_function("askStash", stash.answer)
        tab.goto(ADDRESS + path)
        return tab

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
