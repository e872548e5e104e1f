"""Says in a sentence why a file cannot be read, before any decoder sees it."""

from __future__ import annotations

import stat
from pathlib import Path

from stash_sense.errors import DecodeError, MissingFileError


def require_file(path: str, what: str) -> None:
    """Raises DecodeError unless `path` is a readable file with something in it; `what` names it, such as "video"."""
    try:
        found = Path(path).stat()
        if stat.S_ISDIR(found.st_mode):
            raise DecodeError(f"The path of the {what} is a folder, not a file: rescan it in Stash.")
        if not stat.S_ISREG(found.st_mode):  # opening a pipe would wait for ever
            raise DecodeError(f"The path of the {what} is a device or a pipe, not a file: rescan it in Stash.")
        if found.st_size == 0:
            raise DecodeError(f"The {what} file is empty (0 bytes): copy or download it again.")
        with Path(path).open("rb"):
            pass
    except OSError as err:
        raise unreadable(err, what) from err
    except ValueError as err:  # a null byte in the path
        raise DecodeError(f"The path of the {what} is not a valid file name: rescan it in Stash.") from err


def unreadable(err: OSError, what: str) -> DecodeError:
    """The sentence for an error of the operating system."""
    if isinstance(err, (FileNotFoundError, NotADirectoryError)):
        return MissingFileError(
            f"The {what} file is not where Stash says it is: connect its drive, or run Stash's Scan and Clean tasks."
        )
    if isinstance(err, PermissionError):
        return DecodeError(f"Stash may not read the {what} file: give the user that runs Stash the right to read it.")
    reason = err.strerror or type(err).__name__
    return DecodeError(f"The {what} file could not be read ({reason}): check its drive and try again.")
