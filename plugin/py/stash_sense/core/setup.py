"""What set-up decides: whether this interpreter is supported, how much room is needed, what a failed pip meant.

Imports nothing that is not in the standard library: this runs before anything is installed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

LOWEST, HIGHEST = (3, 10), (3, 14)  # Python versions that the pinned wheels exist for (docs/wheels.md)
GLIBC = (2, 28)  # manylinux_2_28, what the wheels are built for
MACOS = (14, 0)
MACHINES = {
    "manylinux": {"x86_64", "aarch64"},
    "musllinux": {"x86_64", "aarch64"},
    "macosx": {"x86_64", "arm64"},
    "win": {"amd64"},
}
NAMES = {"manylinux": "Linux (glibc)", "musllinux": "Linux (musl, as in Alpine)", "macosx": "macOS", "win": "Windows"}
# Megabytes: installed (measured 436–462 and 281 on Linux) plus the downloaded wheels, plus a fifth.
ROOM_MB = {"default": 800, "musl": 500}

AGAIN = "then run this task again."
PYTHON_REMEDY = (
    "Install a 64-bit Python 3.10 to 3.14 and enter its path in Stash under Settings > System > Python executable path."
)


@dataclass(frozen=True, slots=True)
class Interpreter:
    """The Python that Stash starts us with.

    system, machine, requirement_set: as in adapters/dependencies.py. libc: version of glibc, macos: version of macOS; None elsewhere or unknown.
    """

    version: tuple[int, int]
    implementation: str
    bits: int
    free_threaded: bool
    system: str
    machine: str
    requirement_set: str
    runtime: str
    executable: str
    libc: tuple[int, int] | None = None
    macos: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the set-up report, for the user. remedy: what to do; "" if all is well."""

    name: str
    ok: bool
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (f"{self.name}: {self.message}", self.remedy) if part)


@dataclass(frozen=True, slots=True)
class Trial:
    """Outcome of using the dependencies and the model pack once, in a process of its own.

    usable: whether the packages themselves work, whatever became of the model pack. packages: versions by name.
    files: one file of each package, from which a later start sees that they are still there.
    """

    usable: bool
    checks: tuple[Check, ...]
    packages: dict[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Installation:
    """How pip ended. code: its exit status, negative for a signal. output: everything it printed."""

    code: int
    output: str


def check_python(it: Interpreter) -> Check:
    """Version, word size and build."""
    shown = ".".join(map(str, it.version))
    for wrong, message in (
        (it.implementation != "cpython", f"This is {it.implementation}, and our packages exist for CPython only."),
        (it.version < LOWEST, f"Python {shown} is too old."),
        (it.version > HIGHEST, f"Python {shown} is too new: our packages do not exist for it yet."),
        (it.bits != 64, f"This Python {shown} is a {it.bits}-bit program."),
        (it.free_threaded, f"This is the free-threaded build of Python {shown}, which our packages do not exist for."),
    ):
        if wrong:
            return Check("Python", False, message, PYTHON_REMEDY)
    return Check("Python", True, f"{shown}, 64-bit, {it.executable}")


def check_platform(it: Interpreter) -> Check:
    """Operating system, processor and C library."""
    name = NAMES.get(it.system, it.system)
    if it.machine not in MACHINES.get(it.system, ()):
        remedy = "Run Stash on 64-bit Linux, macOS or Windows; docs/wheels.md lists what is supported."
        if it.system == "win" and it.machine == "arm64":
            remedy = "Install the ordinary amd64 Python, which Windows on ARM runs too, and enter its path in Stash."
        return Check("Platform", False, f"Our packages do not exist for {name} on {it.machine}.", remedy)
    if it.system == "manylinux" and it.libc is not None and it.libc < GLIBC:
        found = ".".join(map(str, it.libc))
        return Check(
            "Platform",
            False,
            f"The system is too old: glibc {found}, and our packages need 2.28.",
            "Upgrade the system (Debian 10, Ubuntu 18.10 and later have it) or run Stash in its container image.",
        )
    if it.system == "macosx" and it.macos is not None and it.macos < MACOS:
        found = ".".join(map(str, it.macos))
        return Check("Platform", False, f"macOS {found} is too old: our packages need macOS 14.", "Upgrade macOS.")
    return Check("Platform", True, f"{name} on {it.machine}; the models run in {it.runtime}")


def check_room(free_bytes: int, requirement_set: str) -> Check:
    """Disk space for downloading and unpacking side by side."""
    free, needed = free_bytes // 2**20, ROOM_MB[requirement_set]
    if free < needed:
        message = f"Only {free} MB are free where the data folder lies; installing takes {needed} MB for a moment."
        return Check("Disk space", False, message, "Make room, then run this task again.")
    return Check("Disk space", True, f"{free} MB free, {needed} MB needed")


def explain_pip(failed: Installation) -> Check:
    """What a failed pip run meant, from what it printed."""
    output, code = failed.output, failed.code
    for name, pattern, message, remedy in PIP_CAUSES:
        if match := re.search(pattern, output):
            return Check(name, False, message.format(*match.groups()), remedy)
    if code < 0:
        return Check(
            "Packages",
            False,
            "The installation was stopped from outside.",
            "If nobody did, memory ran out: give Stash more, then run this task again.",
        )
    errors = re.findall(r"^(?:ERROR|error): *(.+)$", output, re.MULTILINE)
    last = (errors or [line for line in output.splitlines() if line.strip()] or [f"exit status {code}"])[-1]
    return Check("Packages", False, f"pip could not install them: {last.strip()[:300]}", "Run this task again.")


# Order matters: pip also says “no matching distribution” when it merely could not reach the index.
PIP_CAUSES = (
    (
        "Disk space",
        r"No space left on device|\[Errno 28\]|Disk quota exceeded|WinError 112",
        "The disk filled up while the packages were being unpacked.",
        f"Make room, {AGAIN}",
    ),
    (
        "Packages",
        r"DO NOT MATCH THE HASHES",
        "A downloaded package is not the one this version was made with, so nothing was installed.",
        f"Try once more; if it stays so, the package index or a proxy changes files: use another one, {AGAIN}",
    ),
    (
        "Network",
        r"CERTIFICATE_VERIFY_FAILED|SSLCertVerificationError|certificate verify failed",
        "The package index was reached, but its certificate was not accepted.",
        f"Check the clock, and with a proxy of your own set PIP_CERT for Stash; {AGAIN}",
    ),
    (
        "Network",
        r"ProxyError|407 Proxy|Cannot connect to proxy",
        "The proxy did not let us through to the package index.",
        f"Check the proxy in Stash's settings, {AGAIN}",
    ),
    (
        "Network",
        r"NewConnectionError|NameResolutionError|name resolution|Name or service not known|getaddrinfo failed"
        r"|Connect(?:ion)?Timeout|ReadTimeout|timed out|Connection refused|Network is unreachable|No route to host"
        r"|Connection reset|RemoteDisconnected|ProtocolError|IncompleteRead|HTTP error 5\d\d|5\d\d Server Error",
        "The package index could not be reached.",
        f"Connect this machine to the Internet (or set PIP_INDEX_URL to a mirror), {AGAIN}",
    ),
    (
        "Network",
        r"HTTP error (4\d\d)",
        "The package index refused the download (status {0}).",
        f"Check PIP_INDEX_URL or the proxy, {AGAIN}",
    ),
    (
        "Packages",
        r"No matching distribution found for ([\w.-]+)",
        "The package index has no build of {0} for this Python and platform.",
        f"With an index of your own, check that it is complete; else see docs/wheels.md, {AGAIN}",
    ),
    (
        "Data folder",
        r"Permission denied|\[Errno 13\]|Read-only file system|\[Errno 30\]|WinError 5\b|Access is denied",
        "pip was not allowed to write into the data folder.",
        f"Let the user that runs Stash write there, {AGAIN}",
    ),
    (
        "pip",
        r"no such option: (\S+)",
        "This pip is too old: it does not know {0}.",
        f"Upgrade it (python3 -m pip install --upgrade pip), {AGAIN}",
    ),
    (
        "Memory",
        r"MemoryError|Cannot allocate memory",
        "Memory ran out while the packages were being unpacked.",
        f"Free some, {AGAIN}",
    ),
)
