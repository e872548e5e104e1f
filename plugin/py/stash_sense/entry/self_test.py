"""The task “Self-test”."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

from stash_sense.adapters import checkup
from stash_sense.adapters.media.frames import open_frames
from stash_sense.adapters.trial import use_pack
from stash_sense.entry.engine import Engine
from stash_sense.entry.protocol import Request
from stash_sense.entry.tasks import run_task
from stash_sense.entry.wiring import now
from stash_sense.entry.wiring_packs import runtime
from stash_sense.usecases.observe import Observer
from stash_sense.usecases.reporting import Report
from stash_sense.usecases.self_test import Part, Rehearsal, SelfTest
from stash_sense.usecases.stopwatch import Stopwatch, TimedEncoder, TimedFrames


def self_test(request: Request) -> str:
    """Looks at every part, analyses a few scenes without storing anything, and says how long the library will take."""

    def work(engine: Engine, report: Report) -> str:
        folder = request.data_dir
        return SelfTest(
            stores=engine.stores,
            parts=(
                Part("folder", "Data folder", lambda: checkup.check_folder(folder)),
                Part("disk", "Disk space", lambda: checkup.check_room(folder)),
                Part("database", "Database", lambda: checkup.check_database(engine.stores.db, folder), "set_up"),
                Part("packages", "Galleries in use", engine.check_packages),
            ),
            models=Part("models", "Models", lambda: use_pack(engine.in_use.folder, runtime()), "set_up"),
            rehearse=lambda: _rehearsal(engine),
            matcher=engine.matcher,
            recall=lambda: _recall(engine),
            clock=now,
        ).run(report)

    return run_task(request, "self_test", work)


def _rehearsal(engine: Engine) -> Rehearsal:
    watch = Stopwatch(time.perf_counter)
    frames, encoder = TimedFrames(open_frames(), watch), TimedEncoder(engine.encoder(), watch)
    observer = Observer(frames, engine.pictures, engine.library, encoder, engine.calibration.bands.sure_face)
    return Rehearsal(replace(engine.identifier(observer), rehearsal=True), watch)


def _recall(engine: Engine) -> Mapping[str, float] | None:
    """What was measured for this pack; None if nothing was, or if a pack from elsewhere says nonsense there."""
    try:
        found = engine.pack.calibration.get("report", {}).get("by_references")
        return {str(least): float(share) for least, share in found.items()} if found else None
    except (AttributeError, TypeError, ValueError):
        return None
