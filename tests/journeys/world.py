"""A stand-in Stash with a library whose truth is known, what the plugin left in it, and what must never happen in it."""

from __future__ import annotations

import copy
import itertools
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.standin.jobs import Job
from tests.standin.stash import StandIn
from tests.standin.store import KINDS

PLUGIN_ID = "stash-sense"
DATA = "stash-sense-data"
PARENT = "Stash Sense"
RETURNED = "Plugin returned error: "
QUIET = {"trace", "debug"}
PROGRAM_WORDS = re.compile(r"\b[A-Z]\w+(Error|Exception)\b|Traceback|File \"|\bNone\b|errno|Errno")
STEP_S = 0.02


@dataclass
class World:
    """ids: scenes by title, performers by name, pictures by file name."""

    stash: StandIn
    ids: Mapping[str, int]

    @property
    def data(self) -> Path:
        return self.stash.config_dir / DATA

    def scene(self, title: str) -> dict[str, Any]:
        """The answer of the operation `scene`."""
        found: dict[str, Any] = self.stash.operation({"mode": "scene", "scene_id": str(self.ids[title])})
        return found

    def image(self, image_id: int) -> dict[str, Any]:
        found: dict[str, Any] = self.stash.operation({"mode": "image", "image_id": str(image_id)})
        return found

    def tags(self, title: str) -> list[str]:
        return self.stash.tag_names(self.stash.store.scenes[self.ids[title]])

    def performers(self, title: str) -> set[str]:
        row = self.stash.store.scenes[self.ids[title]]
        return {self.stash.store.performers[key].name for key in row.performer_ids}

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Straight from sense.db, as another program would read it."""
        with closing(sqlite3.connect(self.data / "sense.db", timeout=10)) as db:
            return db.execute(sql, parameters).fetchall()

    def write(self, sql: str, *parameters: Any) -> None:
        with closing(sqlite3.connect(self.data / "sense.db", timeout=10, isolation_level=None)) as db:
            db.execute(sql, parameters)

    def run(self, name_or_mode: str, args: Mapping[str, Any] | None = None, *, timeout_s: float = 120) -> str:
        """Runs a task to its end; returns the sentence it answers. Raises AssertionError if it failed."""
        job = self.stash.run_task(name_or_mode, args, timeout_s=timeout_s)
        assert job.status == "FINISHED", self.stash.log[-5:]
        answer = self.stash.processes[-1].wait()
        assert answer.error is None, (answer.error, self.stash.logged("debug")[-40:])
        return str(answer.output)

    def fail(self, name_or_mode: str, args: Mapping[str, Any] | None = None, *, timeout_s: float = 120) -> str:
        """Runs a task that has to fail; returns its sentence, which is the error in Stash's log too."""
        job = self.stash.run_task(name_or_mode, args, timeout_s=timeout_s)
        return self.failure_of(job)

    def failure_of(self, job: Job) -> str:
        sentence = self.stash.processes[-1].wait().error
        assert sentence is not None, (job.status, self.stash.log[-5:])
        assert self.stash.logged("error")[-1] == RETURNED + sentence
        assert_plain_words(sentence)
        return sentence

    def last_run(self) -> dict[str, Any]:
        """The newest run as the panel shows it."""
        runs: list[dict[str, Any]] = self.stash.operation({"mode": "status"})["runs"]
        return runs[0]


def named_in(view: Mapping[str, Any]) -> set[str]:
    """Who is suggested or accepted, with the first candidate's name."""
    names = set()
    for person in view["people"]:
        if person["verdict"] == "suggested":
            names.add(person["candidates"][0]["name"])
        elif person["verdict"] == "accepted":
            names.add(person["person"]["name"])
    return names


def person_called(view: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The track whose first candidate or accepted person bears the name."""
    for person in view["people"]:
        first = person["candidates"][0]["name"] if person["candidates"] else None
        known = person["person"]["name"] if person["person"] else first
        if known == name:
            found: dict[str, Any] = person
            return found
    raise AssertionError(f"{name} is not among {view['people']}")


def with_verdict(view: Mapping[str, Any], verdict: str) -> list[dict[str, Any]]:
    return [person for person in view["people"] if person["verdict"] == verdict]


def wait_until(condition: Callable[[], bool], over: Callable[[float], bool], *, limit_s: float = 60.0) -> bool:
    """Polls `condition` until it holds; False if `over(seconds)`, which waits that long, says that it never will.

    Raises TimeoutError after the limit.
    """
    for _ in range(int(limit_s / STEP_S)):
        if condition():
            return True
        if over(STEP_S):
            return condition()
    raise TimeoutError(f"it did not happen within {limit_s} s")


# --- Copies ---------------------------------------------------------------------------------------------------------


def copy_library(source: StandIn, target: StandIn) -> None:
    """Everything in the library of one stand-in, under the same ids, into an empty other one."""
    for kind in KINDS:
        target.store.table(kind).update(copy.deepcopy(source.store.table(kind)))
    files = [file.id for file in source.store.files().values()]
    tops = {kind: max(source.store.table(kind), default=0) for kind in KINDS} | {"file": max(files, default=0)}
    target.store._ids.update({kind: itertools.count(top + 1) for kind, top in tops.items()})
    target.settings.update(copy.deepcopy(source.settings))


def copy_data(source: Path, target: Path) -> None:
    """A data folder that nobody writes to at the moment."""
    shutil.copytree(source, target, dirs_exist_ok=True)


@contextmanager
def beginning(source: World, folder: Path, **options: Any) -> Iterator[World]:
    """Another stand-in with the library of `source`, over the data that lie in `folder`; options: StandIn's."""
    stash = StandIn(config_dir=folder, **options)
    copy_library(source.stash, stash)
    with stash:
        yield World(stash, dict(source.ids))


@contextmanager
def copied(source: World, folder: Path, **options: Any) -> Iterator[World]:
    """Another stand-in with the library and the data folder of `source`."""
    copy_data(source.data, folder / DATA)
    with beginning(source, folder, **options) as world:
        yield world


# --- What belongs to the user --------------------------------------------------------------------------------------


def library_of(stash: StandIn, *, ours: bool = True) -> dict[str, dict[int, dict[str, Any]]]:
    """All rows by kind and id, but for the times of their last change. ours: with the tags of Stash Sense."""
    our_tags = set() if ours else {tag.id for tag in stash.store.tags.values() if is_ours(tag.name)}
    found: dict[str, dict[int, dict[str, Any]]] = {}
    for kind in KINDS:
        found[kind] = {key: _plain(row, our_tags) for key, row in stash.store.table(kind).items()}
    found["tag"] = {key: row for key, row in found["tag"].items() if key not in our_tags}
    return found


def is_ours(tag_name: str) -> bool:
    return tag_name == PARENT or tag_name.startswith("Sense: ")


def _plain(row: Any, our_tags: set[int]) -> dict[str, Any]:
    values = asdict(row)
    values.pop("updated_at")
    if "tag_ids" in values:
        values["tag_ids"] = [key for key in values["tag_ids"] if key not in our_tags]
    return values


# --- What has to hold in every journey -----------------------------------------------------------------------------


def assert_plain_words(text: str) -> None:
    """One or two sentences for a person, not for a programmer."""
    assert text == text.strip()
    assert "\n" not in text
    assert text.endswith("."), text
    assert 20 < len(text) < 480, text
    assert not PROGRAM_WORDS.search(text), text


def assert_no_traceback(stash: StandIn) -> None:
    """Details of errors are for level Debug; above it stand sentences."""
    loud = [line for line in stash.log if line.level not in QUIET]
    assert not [line for line in loud if "Traceback" in line.text or 'File "' in line.text]
    assert not [line for line in loud if "an error of its own" in line.text]


def assert_gentle(stash: StandIn) -> None:
    """Stash was changed in no other way than the design allows (design §9)."""
    for change in stash.mutations:
        if change.field in {"bulkSceneUpdate", "bulkImageUpdate"}:
            assert change.client_mutation_id == PLUGIN_ID
            assert set(change.input) <= {"clientMutationId", "ids", "tag_ids", "performer_ids"}
            assert {part["mode"] for part in _parts(change.input)} <= {"ADD", "REMOVE"}
        elif change.field == "tagCreate":
            assert is_ours(change.input["name"])
            assert change.input["ignore_auto_tag"] is True
        else:
            assert change.field in {"tagsDestroy", "performerCreate", "performerDestroy", "configurePlugin"}, change


def _parts(given: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (given[name] for name in ("tag_ids", "performer_ids") if given.get(name))
