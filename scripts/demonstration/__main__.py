"""The demo: a stand-in Stash, the plugin's tasks exactly as Stash would run them, and what came of it."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import tempfile
import threading
from pathlib import Path

from tests.standin.library import build_demo
from tests.standin.stash import StandIn
from tests.standin.store import StashError

from scripts.demonstration.own_files import NotUsableError, OwnFiles, read_people
from scripts.demonstration.panel import serve_panel
from scripts.demonstration.story import tell_scene

FROM = Path(os.environ.get("STASH_SENSE_FROM", "."))  # where the user typed the command: paths are meant from there
CLIPS = Path(__file__).resolve().parents[2] / "build" / "demo"
TASKS = ("Set up or repair", "Update gallery", "Identify new scenes")


def main() -> int:
    """0 if every scene was analysed."""
    options = _options()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="stash-sense-demo-") as folder,
            StandIn(config_dir=Path(folder), port=options.port) as stash,
        ):
            scenes = _own(stash, options) if options.video else _demo(stash)
            for task in TASKS:
                _run(stash, task)
            answers = {
                name: stash.operation({"mode": "scene", "scene_id": str(scene_id)}) for name, scene_id in scenes.items()
            }
            for name, answer in answers.items():
                print("\n".join(tell_scene(name, answer, stash.tag_names(stash.store.scenes[int(answer["scene_id"])]))))
            if options.json:
                (FROM / options.json).write_text(json.dumps(answers, indent=1, ensure_ascii=False) + "\n", "utf-8")
                print(f"\nThe scene objects are in {options.json}.")
            _panel(stash, next(iter(scenes.values())), stay=options.serve)
    except (NotUsableError, StashError) as err:
        print(f"demo: {err}", file=sys.stderr)
        return 1
    return int(any(answer["state"] == "failed" for answer in answers.values()))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/demo", description="Says who is in a few videos, as it would inside Stash."
    )
    parser.add_argument("--video", nargs="+", metavar="FILE", help="your own videos instead of the demo library")
    parser.add_argument(
        "--people", metavar="FOLDER", help="a folder with one folder of photos per person; its name is the person's"
    )
    parser.add_argument("--json", metavar="OUT", help="write the scene objects there, by file")
    parser.add_argument(
        "--serve", action="store_true", help="keep the stand-in running for a look at the panel in a browser"
    )
    parser.add_argument("--port", type=int, default=0, help="port of the stand-in on 127.0.0.1 (default: a free one)")
    options = parser.parse_args()
    if bool(options.video) != bool(options.people):
        parser.error("--video and --people belong together")
    options.serve = options.serve or (sys.stdin.isatty() and sys.stdout.isatty())
    return options


def _demo(stash: StandIn) -> dict[str, int]:
    print("Making clips and pictures from public-domain photos (build/demo) …", flush=True)
    library = build_demo(CLIPS)
    ids = library.fill(stash)
    return {clip.title: ids[clip.title] for clip in library.clips}


def _own(stash: StandIn, options: argparse.Namespace) -> dict[str, int]:
    people = read_people(FROM / options.people)
    print(
        f"{len(people)} people with {sum(map(len, people.values()))} photos, {len(options.video)} videos.", flush=True
    )
    return OwnFiles(people, {name: FROM / name for name in options.video}).fill(stash)


def _run(stash: StandIn, task: str) -> None:
    print(f"{task} … ", end="", flush=True)
    seen = len(stash.log)
    stash.run_task(task)
    lines = stash.log[seen:]
    errors = [line.text for line in lines if line.level == "error"]
    if errors:
        raise NotUsableError(errors[-1])
    told = stash.operation({"mode": "status"})["runs"][0]["message"]
    print(told, flush=True)


def _panel(stash: StandIn, scene_id: int, *, stay: bool) -> None:
    address = serve_panel(stash, scene_id)
    if address is None:
        print(
            "\nThe panel needs Node 18 or newer for its libraries (scripts/install fetches them), so it cannot be shown here."
        )
    elif not stay:
        print(f"\nThe panel: run scripts/demo --serve --port 9998 and open {address.replace(str(stash.port), '9998')}")
    else:
        print(f"\nThe panel: open {address} (Ctrl-C ends)", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
        print()


if __name__ == "__main__":
    sys.exit(main())
