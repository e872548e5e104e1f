"""The command line of scripts/build-gallery."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from stash_sense.adapters.endpoints import host_of
from stash_sense.adapters.stash.client import Access
from stash_sense.adapters.stash.config import DEFAULT_PER_MINUTE, StashBoxConfig
from stash_sense.core.catalogue.admit import Caps
from stash_sense.core.catalogue.records import SCOPES
from stash_sense.errors import RequestError

PACK = Path(__file__).resolve().parents[2] / "plugin" / "models" / "compact"

EPILOG = """examples:
  STASHDB_KEY=… scripts/build-gallery --endpoint https://stashdb.org/graphql --key-env STASHDB_KEY --scope all --dry-run
  STASH_KEY=… scripts/build-gallery --stash http://localhost:9999 --stash-key-env STASH_KEY --scope costars
The boxes and keys of a Stash are used where no --endpoint is given. Keys are read from the environment, so that no list of
processes shows them; they are stored nowhere."""


def parsed(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="build-gallery",
        description="Builds a gallery of faces from stash-boxes. Stopped or killed, it goes on where it was when started again.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _sources(parser.add_argument_group("sources"))
    _work(parser.add_argument_group("what to do"))
    _machines(parser.add_argument_group("where and how"))
    return checked(parser, parser.parse_args(arguments))


def _sources(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--endpoint", action="append", default=[], metavar="URL", help="a stash-box; may be repeated")
    group.add_argument(
        "--key-env",
        action="append",
        default=[],
        metavar="NAME",
        help="environment variable with its key, in the same order",
    )
    group.add_argument(
        "--stash", metavar="URL", help="your Stash: for scopes linked and costars, and for its own boxes"
    )
    group.add_argument("--stash-key-env", metavar="NAME", help="environment variable with your Stash's API key")
    group.add_argument(
        "--rate", type=_positive, metavar="N", help="requests a minute to each box (default: Stash's setting, or 240)"
    )


def _work(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--scope", choices=SCOPES, help="the library's performers, their co-stars too, or everybody")
    group.add_argument(
        "--ids-only", action="store_true", help="only find out who is there; read neither details nor pictures"
    )
    group.add_argument("--dry-run", action="store_true", help="say what a build would take; build nothing")
    group.add_argument("--status", action="store_true", help="say how far the sources are; ask nobody anything")
    group.add_argument(
        "--max-per-source",
        type=_positive,
        default=Caps().per_source,
        metavar="N",
        help="faces of a person from one box (default: %(default)s)",
    )
    group.add_argument(
        "--max-total",
        type=_positive,
        default=Caps().total,
        metavar="N",
        help="faces of a person in all (default: %(default)s)",
    )
    group.add_argument(
        "--order",
        choices=("scenes", "name"),
        default="scenes",
        help="who comes first (default: those with most scenes)",
    )
    group.add_argument("--limit", type=_positive, metavar="N", help="read at most N people of each box")
    group.add_argument("--json", type=Path, metavar="OUT", help="write what was found to a file")
    group.add_argument("--export", type=Path, metavar="PATH", help="write the finished gallery to a zip file or folder")


def _machines(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        default=Path("stash-sense-data"),
        help="where everything is kept (default: %(default)s here)",
    )
    group.add_argument(
        "--pack", type=Path, metavar="DIR", default=PACK, help="folder of the model pack (default: compact)"
    )
    group.add_argument(
        "--workers",
        type=_whole,
        default=min(4, os.cpu_count() or 1),
        metavar="N",
        help="processes that read pictures, 0 for none beside this one (default: %(default)s)",
    )
    group.add_argument(
        "--scheduler", metavar="tcp://HOST:PORT", help="let the workers of a Dask scheduler read the pictures"
    )
    group.add_argument("--verbose", action="store_true", help="say more")


def checked(parser: argparse.ArgumentParser, args: argparse.Namespace) -> argparse.Namespace:
    """Ends with a usage message where arguments do not go together."""
    if len(args.endpoint) != len(args.key_env):
        parser.error("each --endpoint needs its --key-env")
    if not args.status and not args.endpoint and args.stash is None:
        parser.error("name a stash-box (--endpoint URL --key-env NAME) or a Stash that has some (--stash URL)")
    if not args.status and args.scope is None:
        parser.error("--scope is missing: linked, costars or all")
    if args.scope in {"linked", "costars"} and args.stash is None:
        parser.error(f"--scope {args.scope} goes by a library: name your Stash with --stash URL, or use --scope all")
    return args


def boxes(args: argparse.Namespace, environ: Mapping[str, str]) -> list[StashBoxConfig]:
    """The boxes named on the command line. Raises RequestError if a key is not in the environment."""
    pairs = zip(args.endpoint, args.key_env, strict=True)
    rate = args.rate or DEFAULT_PER_MINUTE
    return [
        StashBoxConfig(host_of(endpoint) or endpoint, endpoint, secret(environ, name), rate) for endpoint, name in pairs
    ]


def access(args: argparse.Namespace, environ: Mapping[str, str]) -> Access:
    """Raises RequestError if the key is not in the environment."""
    key = secret(environ, args.stash_key_env) if args.stash_key_env else None
    return Access(args.stash.rstrip("/").removesuffix("/graphql"), api_key=key)


def secret(environ: Mapping[str, str], name: str) -> str:
    if not environ.get(name):
        raise RequestError(f"The environment variable {name} is empty: put the API key there.")
    return environ[name]


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is less than 1")
    return number


def _whole(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{number} is less than 0")
    return number
