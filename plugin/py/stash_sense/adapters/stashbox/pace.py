"""Downloads of pictures within what their hosts allow; they share the rows of the limiter with everything else we ask those hosts."""

from __future__ import annotations

from dataclasses import dataclass

from stash_sense.adapters.stashbox.limiter import Limiter, host_of
from stash_sense.core.catalogue.values import ImageReading
from stash_sense.errors import ServerError

LONGEST_WAIT_S = 900.0  # beyond it the source is left for another time


@dataclass(frozen=True, slots=True)
class LimiterPace:
    """Implements usecases.box_pictures.Pace."""

    limiter: Limiter

    def turn(self, url: str, per_minute: int) -> None:
        """Waits until the picture may be asked for. Raises ServerError where that would take too long."""
        host = host_of(url)
        if not host:
            return  # nobody will be asked
        if (wait_s := self.limiter.blocked_s(host)) > LONGEST_WAIT_S:
            raise ServerError(
                f"{host} asks us to leave it alone for {wait_s / 60:.0f} minutes. Start the build again after that: it goes on where it was."
            )
        self.limiter.turn(host, per_minute)

    def answered(self, reading: ImageReading) -> None:
        """What became of it: a refusal slows everybody down."""
        if reading.outcome == "failed" and reading.retry_after_s is not None and (host := host_of(reading.task.url)):
            self.limiter.refused(host, reading.retry_after_s)
