"""What the task “Set up or repair” runs in a process of its own: pip, or the trial of what it installed.

    child.py pip [--from WHEEL] ARGUMENTS…
    child.py trial PACK_FOLDER RUNTIME [FOLDER]

Ends at once when its standard input closes, that is, when the process that started it is gone, however it went.
"""

from __future__ import annotations

import os
import runpy
import sys
import threading


def end_with_parent() -> None:
    """Watches standard input from a thread; nobody ever writes to it, so a read returns only when the other end is gone."""

    def watch() -> None:
        while os.read(0, 1):
            pass
        os._exit(75)  # EX_TEMPFAIL; no clean-up: the next set-up removes what lies about

    threading.Thread(target=watch, daemon=True).start()


def main(arguments: list[str]) -> None:
    end_with_parent()
    what, *rest = arguments
    if what == "pip":
        if rest[:1] == ["--from"]:  # a pip wheel runs without being installed
            sys.path.insert(0, rest[1])
            rest = rest[2:]
        sys.argv = ["pip", *rest]
        runpy.run_module("pip", run_name="__main__", alter_sys=True)
    else:
        from stash_sense.adapters.trial import run

        run(*rest)


if __name__ == "__main__":
    main(sys.argv[1:])
