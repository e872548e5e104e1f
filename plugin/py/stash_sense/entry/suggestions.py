"""The task “Look for suggestions”."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from stash_sense.adapters.catalogue.catalogue import SqliteCatalogue
from stash_sense.adapters.catalogue.database import known_catalogue
from stash_sense.adapters.locks import held
from stash_sense.adapters.stash.facts import StashFacts
from stash_sense.adapters.store.database import CorruptDatabaseError
from stash_sense.core.catalogue.admit import AdmissionRules
from stash_sense.core.curation.alike_faces import Templates
from stash_sense.core.curation.values import Finding
from stash_sense.core.curation.weigh import FaceBounds
from stash_sense.entry.engine import Engine
from stash_sense.entry.protocol import Request
from stash_sense.entry.tasks import run_task
from stash_sense.entry.wiring import now
from stash_sense.errors import RequestError, SetupError
from stash_sense.settings import truth
from stash_sense.usecases.check_casts import CastChecker
from stash_sense.usecases.mean_faces import bounds_of, mean_faces
from stash_sense.usecases.outdated_ids import outdated
from stash_sense.usecases.ports import Performer
from stash_sense.usecases.reporting import Report
from stash_sense.usecases.scene_evidence import EvidenceReader
from stash_sense.usecases.suggest import OutdatedOf, Suggestions

log = logging.getLogger(__name__)

LOCK = "suggestions.lock"
BUSY = "Suggestions are being looked for already: wait until that is done."


def find_suggestions(request: Request) -> str:
    """{full} → looks through the library for what may want putting right; full: reads all of it again."""
    full = truth(request.args.get("full"))

    def work(engine: Engine, report: Report) -> str:
        with only_run(request.data_dir):
            return suggestions_of(engine).run(report, full=full)

    return run_task(request, "find_suggestions", work)


@contextmanager
def only_run(data_dir: Path) -> Iterator[None]:
    """Raises RequestError while another one is at work."""
    with held(data_dir / LOCK) as mine:
        if not mine:
            raise RequestError(BUSY)
        yield


def suggestions_of(engine: Engine) -> Suggestions:
    """With everything there is to look with; without a model pack no faces are compared."""
    try:
        pack = engine.in_use
        rules, calibration = pack.rules, pack.calibration
    except SetupError as err:
        engine.notices.append(f"No faces were compared: {err}")
        return Suggestions(engine.stores, StashFacts(engine.stash), now, outdated=_outdated_of(engine))

    def faces() -> tuple[Templates, FaceBounds] | None:
        templates = mean_faces(engine.stores, pack.pack.space)
        if templates is None:
            return None
        agree = AdmissionRules.from_pack(pack.pack.admission).agree_from(1) if pack.pack.admission else None
        return templates, bounds_of(rules, calibration.scoring, agree=agree, people=len(templates.ids))

    reader = EvidenceReader(engine.stores, engine.matcher(), calibration)
    casts = CastChecker(engine.stores, reader, engine.calibration, now)
    return Suggestions(engine.stores, StashFacts(engine.stash), now, faces, casts, _outdated_of(engine))


def _outdated_of(engine: Engine) -> OutdatedOf | None:
    """None where nothing has been read from stash-boxes, or what was read is damaged, which the status tells."""
    try:
        db = known_catalogue(engine.data_dir)
    except CorruptDatabaseError as err:
        log.warning("%s", err)
        return None
    if db is None:
        return None

    def look(performers: list[Performer]) -> Iterator[Finding]:
        with closing(db):
            yield from outdated(SqliteCatalogue(db), performers)

    return look
