"""The stand-in Stash itself: start it, fill it, run the plugin through it, look at what happened."""

from __future__ import annotations

import ssl
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.standin import host, scan
from tests.standin.configuration import Configuration
from tests.standin.faults import Faults
from tests.standin.fill import Filling
from tests.standin.jobs import Job, JobError, JobQueue
from tests.standin.log import Log
from tests.standin.plugin import Plugin, load_plugin
from tests.standin.process import PluginProcess
from tests.standin.routes import Route
from tests.standin.rows import Mutation
from tests.standin.schema import executable_schema
from tests.standin.scrapers import ScraperRow
from tests.standin.sessions import Accounts, Session, Sessions
from tests.standin.store import StashError, Store
from tests.standin.tls import server_context
from tests.standin.web import WebServer

REPOSITORY = Path(__file__).resolve().parents[2]
PLUGIN_ID = "stash-sense"
POLL_S = 0.05


@dataclass(frozen=True)
class RequestContext:
    """What resolvers know of the request. alive: whether the client still waits."""

    stash: StandIn
    base_url: str
    session: Session
    alive: Callable[[], bool]

    @property
    def store(self) -> Store:
        return self.stash.store

    def fire(self, trigger: str, object_id: int, given: Any, fields: list[str] | None = None) -> None:
        how: dict[str, Any] = {"session": self.session, "fields": fields, "gone": lambda: not self.alive()}
        self.stash.fire(trigger, object_id, given, **how)


class StandIn(Filling, Configuration):
    """A Stash on 127.0.0.1, in memory.

    plugins: definition files (default: this repository's). config_dir: where config.yml would lie; a temporary folder by default.
    python_path: Stash's setting, the interpreter of Python plugins. env: more environment for plugin processes.
    username, password, api_key: protect it; without a username everybody may come in. max_session_age_s: life of a cookie.
    host_told: the Host that plugins are told, Stash's configured listen address. tls: https with a self-signed certificate.
    """

    def __init__(
        self,
        *,
        plugins: Sequence[Path] = (REPOSITORY / "stash-sense.yml",),
        config_dir: Path | None = None,
        python_path: str = sys.executable,
        env: Mapping[str, str] | None = None,
        username: str = "",
        password: str = "",
        api_key: str = "",
        max_session_age_s: float = 3600.0,
        host_told: str = "0.0.0.0",
        port: int = 0,
        tls: bool = False,
        parallel_tasks: int = 1,
        extra_routes: Mapping[str, Route] | None = None,
    ) -> None:
        self.store = Store()
        self.faults = Faults()
        self.sessions = Sessions(Accounts(username, password, api_key), max_session_age_s)
        self.plugins: dict[str, Plugin] = {plugin.id: plugin for plugin in map(load_plugin, plugins)}
        self.disabled_plugins: set[str] = set()
        self.settings: dict[str, dict[str, Any]] = {}
        self.ui_settings: dict[str, Any] = {}
        self.stash_boxes: list[dict[str, Any]] = []
        self.scrapers: list[ScraperRow] = []
        self.log = Log()
        self.mutations: list[Mutation] = []
        self.requests: list[str] = []
        self.processes: list[PluginProcess] = []
        self.extra_routes: dict[str, Route] = dict(extra_routes or {})
        self.python_path, self.env, self.host_told = python_path, dict(env or {}), host_told
        self.parallel_tasks = parallel_tasks
        self.schema = executable_schema()
        self._temporary = None if config_dir else tempfile.TemporaryDirectory(prefix="standin-")
        self.config_dir = config_dir or Path(self._temporary.name if self._temporary else "")
        self.cwd = self.config_dir
        self.tls: ssl.SSLContext | None = server_context(self.config_dir) if tls else None
        self.scheme = "https" if tls else "http"
        self.port = port
        self.jobs = JobQueue(lambda text: self.note("error", text))
        self._server: WebServer | None = None

    def __enter__(self) -> StandIn:
        self.come_back()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.jobs.close()
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.done.wait(5)
        self.go_away()
        if self._temporary is not None:
            self._temporary.cleanup()

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def come_back(self) -> None:
        """Listens (again), on the same port as before."""
        self._server = WebServer(("127.0.0.1", self.port), self)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), name="standin-http", daemon=True).start()

    def go_away(self) -> None:
        """Stops listening and cuts every connection; jobs and plugin processes live on, as when Stash is shut down."""
        if self._server is not None:
            server, self._server = self._server, None
            server.drop_everybody()
            server.shutdown()
            server.server_close()

    def context(self, host_header: str, session: Session, alive: Callable[[], bool]) -> RequestContext:
        return RequestContext(self, f"{self.scheme}://{host_header or f'127.0.0.1:{self.port}'}", session, alive)

    def note(self, level: str, text: str) -> None:
        self.log.note(level, text)

    def logged(self, level: str) -> list[str]:
        """Texts of one level: trace, debug, info, warning or error."""
        return [line.text for line in self.log if line.level == level]

    # --- Tasks, operations, hooks, scans -----------------------------------------------------------------------------

    def user(self) -> Session:
        """The session of the user in the browser."""
        return Session(self.sessions.accounts.username)

    def queue_task(
        self,
        plugin_id: str,
        task_name: str | None,
        args: Mapping[str, Any],
        *,
        description: str | None = None,
        session: Session | None = None,
    ) -> Job:
        """runPluginTask: a job, whatever the names are; wrong ones make it fail when its turn comes."""
        who = session or self.user()

        def run(job: Job, progress: Callable[[float], None]) -> None:
            process = self._start_task(plugin_id, task_name, args, who, progress)
            while not process.done.wait(POLL_S):
                if job.cancelled.is_set():
                    process.kill()
                    threading.Thread(target=self._note_result, args=(process,), daemon=True).start()
                    return  # the next job starts at once, without waiting for the exit
            self._note_result(process)

        shown = next(text for text in (description, task_name, plugin_id) if text is not None)
        return self.jobs.add(f"Running plugin task: {shown}", run)

    def _start_task(
        self,
        plugin_id: str,
        task_name: str | None,
        args: Mapping[str, Any],
        session: Session,
        progress: Callable[[float], None],
    ) -> PluginProcess:
        try:
            plugin = self._plugin(plugin_id)
            task = None if task_name is None else plugin.task(task_name)
            if task_name is not None and task is None:
                raise StashError(f"no task with name {task_name} in plugin {plugin.name}")
        except StashError as err:
            raise JobError(f"Error creating plugin task: {err}") from err
        try:
            return host.start(self, plugin, args, session=session, operation=task, progress=progress)
        except OSError as err:
            raise JobError(f"Error running plugin task: error running plugin: {err}") from err

    def _plugin(self, plugin_id: str) -> Plugin:
        if plugin_id in self.disabled_plugins:
            raise StashError(f"plugin {plugin_id} is disabled")
        if plugin_id not in self.plugins:
            raise StashError(f"no plugin with ID {plugin_id}")
        return self.plugins[plugin_id]

    def _note_result(self, process: PluginProcess) -> None:
        answer = process.wait()
        if answer.error is not None:
            self.note("error", f"Plugin returned error: {answer.error}")
        elif answer.output is not None:
            self.note("debug", f"Plugin returned: {answer.output}")

    def run_operation(
        self,
        plugin_id: str,
        args: Mapping[str, Any],
        *,
        session: Session | None = None,
        alive: Callable[[], bool] = lambda: True,
    ) -> Any:
        """runPluginOperation: at once, outside the queue. Raises StashError with the plugin's own error text."""
        if plugin_id not in self.plugins:
            raise StashError("Internal system error")  # Stash meets a nil pointer here
        process = host.start(self, self._plugin(plugin_id), args, session=session or self.user())
        while not process.done.wait(POLL_S):
            if not alive():
                process.kill()
                raise StashError("operation cancelled")
        answer = process.wait()
        if answer.error is not None:
            raise StashError(answer.error)
        return answer.output

    def fire(self, trigger: str, object_id: int, given: Any, **how: Any) -> None:
        """Runs the hooks of `trigger` and waits for them; how: session, fields and gone of host.fire_hooks."""
        host.fire_hooks(self, trigger, object_id, given, **{"session": self.user(), **how})

    def queue_scan(
        self, paths: Iterable[str | Path] | None, *, session: Session | None = None, covers: bool = False
    ) -> Job:
        who = session or self.user()
        roots = [Path(path) for path in paths or self.library_paths]

        def run(job: Job, progress: Callable[[float], None]) -> None:
            scan.scan(self, roots, session=who, covers=covers, job=job, progress=progress)

        return self.jobs.add("Scanning...", run)

    # --- The same, for tests -----------------------------------------------------------------------------------------

    def start_task(self, name_or_mode: str, args: Mapping[str, Any] | None = None) -> Job:
        """Queues a task of Stash Sense by its name in the yml, or by mode (then by args only), without waiting."""
        named = self.plugins[PLUGIN_ID].task(name_or_mode)
        given = dict(args or {})
        if named is None:
            given["mode"] = name_or_mode
        shown = None if named else f"Stash Sense: {name_or_mode}"
        return self.queue_task(PLUGIN_ID, named.name if named else None, given, description=shown)

    def run_task(self, name_or_mode: str, args: Mapping[str, Any] | None = None, *, timeout_s: float = 600.0) -> Job:
        """The same and waits until that job is over. Raises TimeoutError."""
        job = self.start_task(name_or_mode, args)
        self.wait_for(job, timeout_s=timeout_s)
        return job

    def wait_for(self, job: Job, *, timeout_s: float = 600.0) -> None:
        if not job.over.wait(timeout_s):
            raise TimeoutError(f"job {job.id} is still {job.status} after {timeout_s} s: {self.log[-5:]}")

    def stop_job(self, job: Job) -> None:
        self.jobs.stop(job.id)

    def operation(self, args: Mapping[str, Any]) -> Any:
        """An operation of Stash Sense. Raises StashError with its error text."""
        return self.run_operation(PLUGIN_ID, args)

    def scan(self, folder: Path, *, covers: bool = False, timeout_s: float = 600.0) -> Job:
        """Scans a folder (or one file) as metadataScan does and waits, for this job only."""
        job = self.queue_scan([folder], covers=covers)
        self.wait_for(job, timeout_s=timeout_s)
        return job
