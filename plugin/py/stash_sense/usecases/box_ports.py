"""What building a gallery needs from stash-box servers and from the machines that read pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from stash_sense.core.catalogue.records import Source, SourceKind
from stash_sense.core.catalogue.values import Ask, BoxPerson, Fetched, ImageReading, ImageTask, Page, Trust


class Box(Protocol):
    """One stash-box server. Every call waits its turn at the endpoint's limiter and retries what may be retried.

    Raises SetupError (wrong key, missing right: the user acts), RefusedError (the server will not answer a request of this size or shape),
    ServerError (away, or not a stash-box, after the adapter's own retries).
    """

    @property
    def endpoint(self) -> str: ...

    @property
    def host(self) -> str:
        """Host name of the endpoint, with the port where it is not the usual one."""
        ...

    def supports(self, feature: str) -> bool:
        """Asked once and remembered. feature: "snapshot", "pages", "scenes", "updated", "deleted", "merged_into", "merged_ids",
        "scene_count", "sort NAME" (and the like: the server has it, and it holds still), "filter gender", "filter birth_year", "filter name"."""
        ...

    def page(self, ask: Ask) -> Page:
        """One page of live people; one request. The server may return fewer rows than asked for (a cap)."""
        ...

    def people(self, box_ids: Sequence[str]) -> Mapping[str, BoxPerson | None]:
        """Each id in full; None: the server knows no such id (deleted for good). As few requests as the server allows.

        An id that the server stumbles over, though it works otherwise, is left out: to be asked again another time.
        """
        ...

    def casts(self, scene_ids: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Box scene id → box ids of its performers; scenes the server does not know are left out."""
        ...

    @property
    def requests(self) -> int:
        """How many requests were sent so far."""
        ...


@dataclass(frozen=True, slots=True)
class Server:
    """A stash-box to build from. per_minute: requests it may be sent, pictures included."""

    box: Box
    name: str
    kind: SourceKind = "stash-box"
    trust: Trust = "high"
    per_minute: int = 240

    @property
    def source(self) -> Source:
        return Source(self.box.endpoint, self.box.host, self.name, self.kind, self.trust)


class ImageSource(Protocol):
    """Downloads single pictures; can be pickled, because the machines that read pictures download them, too."""

    def fetch(self, url: str) -> Fetched:
        """Raises nothing: what goes wrong is an outcome. Does not wait for the limiter; the caller paces."""
        ...


class ImageReaders(Protocol):
    """Downloads pictures and finds the faces in them: in this process, in several, or on other machines."""

    def read(self, tasks: Iterable[ImageTask]) -> Iterator[ImageReading]:
        """One reading per task, in any order. Takes tasks from the iterable only as fast as it works (the iterable paces the endpoint).

        A worker that dies is replaced and its tasks are read again.
        """
        ...
