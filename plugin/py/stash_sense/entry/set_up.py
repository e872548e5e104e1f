"""The task “Set up or repair”; runs before anything is installed, so the standard library has to do."""

from __future__ import annotations

from contextlib import closing

from stash_sense.adapters.store.database import open_or_replace
from stash_sense.adapters.store.stores import SqliteStores
from stash_sense.entry.protocol import Request, progress
from stash_sense.entry.wiring import BUNDLED, now
from stash_sense.entry.wiring_set_up import set_up_ports
from stash_sense.errors import SetupError
from stash_sense.usecases.install import set_up as put_right


def set_up(request: Request) -> str:
    """Checks every part, installs what is missing, replaces a damaged database. Raises SetupError with what is still wrong."""
    report = put_right(set_up_ports(request.data_dir, BUNDLED), progress=progress)
    if not request.data_dir.is_dir():
        raise SetupError(report.message)
    db, notice = open_or_replace(request.data_dir)
    message = " ".join(part for part in (report.message, notice) if part)
    with closing(db):
        stores = SqliteStores(db)
        with stores.transaction():
            run_id = stores.runs.start("set_up", now())
            stores.runs.finish(run_id, now(), ok=report.ok, message=message)
    if not report.ok:
        raise SetupError(message)
    return message
