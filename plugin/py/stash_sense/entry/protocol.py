"""Stash's side of the process: the request on stdin, log lines and progress on stderr, one JSON answer."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stash_sense.errors import RequestError, SetupError

DATA_FOLDER = "stash-sense-data"
DATA_VARIABLE = "STASH_SENSE_DATA"
LONGEST_LINE = 60_000  # bytes; Stash stops reading and breaks the pipe at 65,536
STDERR = 2

ANYWHERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # addresses to listen on, not to call


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach the Stash that started us. config_dir, plugin_dir: absolute, or "" if Stash did not say."""

    scheme: str
    host: str  # an address that can be called; IPv6 without brackets
    port: int
    cookie: str | None = field(repr=False)
    api_key: str | None = field(repr=False)
    config_dir: str
    plugin_dir: str

    @property
    def base_url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Request:
    """One call of the plugin. args: everything but the mode and the API key. began: Unix time of our first line of Python, if known."""

    mode: str
    args: Mapping[str, Any]
    connection: Connection
    data_dir: Path
    began: float | None = None


def parse_request(raw: bytes, environ: Mapping[str, str], began: float | None = None) -> Request:
    """Raises RequestError if `raw` is not what Stash sends, SetupError if there is no place for the data."""
    try:
        message = json.loads(raw)
    except ValueError as err:
        raise RequestError("The request is not valid JSON: Stash Sense is meant to be started by Stash.") from err
    if not isinstance(message, dict):
        raise RequestError("The request is not a JSON object: Stash Sense is meant to be started by Stash.")
    args = dict(_mapping(message, "args"))
    mode = args.pop("mode", None)
    api_key = args.pop("api_key", None)
    if not isinstance(mode, str) or not mode:
        raise RequestError("The request names no mode, so there is nothing to do.")
    connection = parse_connection(_mapping(message, "server_connection"), str(api_key) if api_key else None)
    return Request(mode, args, connection, data_folder(connection, environ), began)


def parse_connection(fields: Mapping[str, Any], api_key: str | None) -> Connection:
    """From `server_connection` as Stash writes it. Raises RequestError if the port is no number."""
    host = str(fields.get("Host") or "").strip("[]")
    cookie = fields.get("SessionCookie")
    value = cookie.get("Value") if isinstance(cookie, dict) else None
    try:
        port = int(fields.get("Port") or 9999)
    except (TypeError, ValueError) as err:
        raise RequestError(f"Stash's port is {fields.get('Port')!r}, which is no number.") from err
    return Connection(
        scheme="https" if str(fields.get("Scheme") or "").lower() == "https" else "http",
        host=ANYWHERE.get(host, host),
        port=port,
        cookie=str(value) if value else None,
        api_key=api_key,
        config_dir=_absolute(fields.get("Dir")),
        plugin_dir=_absolute(fields.get("PluginDir")),
    )


def data_folder(connection: Connection, environ: Mapping[str, str]) -> Path:
    """Where everything of ours lies (it may not exist yet). Raises SetupError if neither Stash nor the environment says."""
    chosen = environ.get(DATA_VARIABLE, "").strip()
    if chosen:
        return Path(chosen).absolute()
    if not connection.config_dir:
        raise SetupError(
            f"Stash did not say where its configuration lies: set the environment variable {DATA_VARIABLE} to a folder."
        )
    return Path(connection.config_dir) / DATA_FOLDER


def encode_answer(answer: Mapping[str, Any]) -> bytes:
    """One line of plain ASCII JSON. Raises ValueError or TypeError if the answer holds NaN or something that is no JSON."""
    return json.dumps(answer, allow_nan=False, separators=(",", ":")).encode("ascii") + b"\n"


def frame(level: str, message: str) -> bytes:
    """`message` as Stash reads it from stderr: each line with its level (t, d, i, w, e, p) and short enough."""
    prefix = b"\x01" + level.encode("ascii") + b"\x02"
    lines = (_fitting(line) for line in message.splitlines())
    return b"".join(prefix + line + b"\n" for line in lines if line)


def write_stderr(data: bytes) -> None:
    """Never fails: a Stash that has stopped listening is no reason to stop working, and SIGPIPE is ignored by Python."""
    try:
        while data:
            data = data[os.write(STDERR, data) :]
    except OSError:
        return


def progress(done: float, total: float) -> None:
    """usecases.ports.Progress: the job's progress bar. Stash may miss a line, so the next call says it again."""
    share = min(max(done / total, 0.0), 1.0) if total > 0 else 0.0
    write_stderr(frame("p", f"{share:.4f}"))


class StashHandler(logging.Handler):
    """Logging in Stash's framing."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            text = self.format(record)
        except (TypeError, ValueError) as err:  # arguments that do not fit the message
            text = f"unreadable log message {record.msg!r}: {err}"
        write_stderr(frame(_level(record.levelno), text))


def start_logging() -> None:
    """Sends our own messages at every level to Stash, which decides what it keeps, and other packages' from warnings on."""
    root = logging.getLogger()
    if not any(isinstance(handler, StashHandler) for handler in root.handlers):
        root.addHandler(StashHandler())
    logging.getLogger("stash_sense").setLevel(logging.DEBUG)


def _level(number: int) -> str:
    for floor, level in ((logging.ERROR, "e"), (logging.WARNING, "w"), (logging.INFO, "i"), (logging.DEBUG, "d")):
        if number >= floor:
            return level
    return "t"


def _fitting(line: str) -> bytes:
    data = line.replace("\x01", "").replace("\x02", "").encode("utf-8", "replace")
    if len(data) <= LONGEST_LINE:
        return data
    return data[:LONGEST_LINE].decode("utf-8", "ignore").encode("utf-8") + "…".encode()


def _mapping(message: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = message.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RequestError(f"The request's {key} is no object.")
    return value


def _absolute(folder: Any) -> str:
    return os.path.abspath(folder) if isinstance(folder, str) and folder else ""  # noqa: PTH100  # Path.resolve would follow links
