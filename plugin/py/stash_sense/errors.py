"""The exception tree of Stash Sense.

StashSenseError
├── SetupError      the user acts: dependency, model pack, setting, data folder
│   ├── SpaceMismatchError   vectors of two model packs met: the gallery has to be rebuilt
│   └── StorageError         our own disk is full or cannot be written: whatever else is left to do fails too
├── ItemError       this scene, image or reference is skipped and counted
│   ├── DecodeError          the file holds no picture we can read
│   │   └── MissingFileError     it is not there: perhaps its drive is away, so nothing is concluded from it
│   └── DegenerateLandmarksError   the keypoints coincide
├── RequestError    the caller asked for something impossible (unknown mode, unknown track, bad value)
└── ServerError     Stash refused or is away: retried in the adapter, then the run stops
    ├── NotFoundError        the scene, image, tag or performer is gone: normal, somebody deleted it
    ├── RefusedError         a stash-box will not answer a request of this size or shape: ask for less
    └── UncertainError       no answer came: the write may have been carried out

Every message is one sentence or two for the user: what happened and what to do.
"""


class StashSenseError(Exception):
    """Base of everything we raise on purpose; its text may be shown to the user as it is."""


class SetupError(StashSenseError):
    """Something on the user's machine has to be put right first."""


class SpaceMismatchError(SetupError):
    """Vectors of two different model packs or revisions met."""


class StorageError(SetupError):
    """The disk with our data is full, read-only or broken."""


class ItemError(StashSenseError):
    """One scene, image or reference cannot be used; the run goes on."""


class DecodeError(ItemError):
    """The file holds no picture we can read."""


class MissingFileError(DecodeError):
    """The file is not where Stash says it is; a drive or share may be away."""


class DegenerateLandmarksError(ItemError):
    """The keypoints of a face coincide, so it cannot be aligned."""


class RequestError(StashSenseError):
    """The caller asked for something that cannot be done."""


class ServerError(StashSenseError):
    """Stash refused or did not answer, after the adapter's own retries."""


class NotFoundError(ServerError):
    """The object is not in Stash any more."""


class RefusedError(ServerError):
    """The server works but will not answer this request: too large, too long, or a field it does not know."""


class UncertainError(ServerError):
    """A request was sent and no answer came: it may or may not have been carried out."""
