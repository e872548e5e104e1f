"""The page around Stash's own libraries: built from node_modules, used by the browser tests and by the demo."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
BUNDLE = ROOT / "build" / "browser" / "stash.bundle.js"
STYLES = (ROOT / "node_modules" / "bootstrap" / "dist" / "css" / "bootstrap.min.css", HERE / "page" / "theme.css")
PAGE = """<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/page.css"><link rel="stylesheet" href="{css}"></head>
<body><div id="root"></div><script src="/page.js"></script>{before}<script src="{javascript}"></script>{after}<script>startStash()</script></body></html>"""


def page(*, javascript: str, css: str, before: str = "", after: str = "") -> str:
    """HTML of the page. javascript, css: addresses of the plugin's files. before, after: scripts around the plugin's."""
    wrapped = {
        name: f"<script>{text}</script>" if text else "" for name, text in (("before", before), ("after", after))
    }
    return PAGE.format(javascript=javascript, css=css, **wrapped)


def styles() -> str:
    """What /page.css has to answer: Bootstrap and the look of Stash."""
    return "\n".join(path.read_text("utf-8") for path in STYLES)


def build_bundle() -> Path | None:
    """The libraries as one script, built once and again when the page changes; None without node_modules or Node."""
    esbuild, source = ROOT / "node_modules" / ".bin" / "esbuild", HERE / "page" / "stash.js"
    newest = max(path.stat().st_mtime for path in source.parent.glob("*.js"))
    if not esbuild.exists() or not shutil.which("node"):
        return None
    if not BUNDLE.exists() or BUNDLE.stat().st_mtime < max(newest, esbuild.stat().st_mtime):
        define = '--define:process.env.NODE_ENV="development"'
        command = [esbuild, source, "--bundle", "--minify", "--log-level=warning", define, f"--outfile={BUNDLE}"]
        subprocess.run(command, check=True, cwd=ROOT)
    return BUNDLE
