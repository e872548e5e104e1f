"""The panel in a browser: the stand-in serves a page with Stash's own libraries and the plugin's files on it."""

from __future__ import annotations

from tests.browser.site import build_bundle, page, styles
from tests.standin.stash import StandIn

PLUGIN = "/plugin/stash-sense"


def serve_panel(stash: StandIn, scene_id: int) -> str | None:
    """Adds the page to the stand-in; returns the address of a scene, or None where the libraries are not installed."""
    bundle = build_bundle()
    if bundle is None:
        return None
    html = page(javascript=f"{PLUGIN}/javascript", css=f"{PLUGIN}/css").encode()
    stash.extra_routes["/page.js"] = bundle
    stash.extra_routes["/page.css"] = lambda path: ("text/css; charset=utf-8", styles().encode())
    for folder in ("/scenes", "/images/", "/performers/", "/galleries/", "/settings", "/plugins/"):
        stash.extra_routes[folder] = lambda path: ("text/html; charset=utf-8", html)
    return f"{stash.url}/scenes/{scene_id}"
