"""The only file Stash starts: guards stdout, answers hooks at once, hands everything else to stash_sense.entry.main.

It is parsed by whatever "python" the machine has, so it keeps to syntax that any Python can read. Only modules that a bare interpreter has
loaded already are imported here: every millisecond is paid once for each scene of a scan.
"""
# No annotations or newer forms, which an old Python cannot parse:
# ruff: noqa: ANN001, ANN201

import os
import sys

OLDEST = (3, 10)
TOO_OLD = (
    '{"error": "Stash Sense needs Python 3.10 or later, but Stash started it with Python %d.%d. '
    'Install a newer Python and set its path under Settings > System > Python Executable Path."}\n'
)


def main():
    """Reads the request from stdin and writes one JSON object to the stdout we were given."""
    answer_fd = keep_stdout()
    if sys.version_info < OLDEST:
        write(answer_fd, (TOO_OLD % (sys.version_info[0], sys.version_info[1])).encode("ascii"))
        return
    raw = sys.stdin.buffer.read()
    if b'"hookContext"' in raw:
        from stash_sense.entry.hooks import handle

        handle(raw)
        write(answer_fd, b'{"output": null}\n')
        os._exit(0)  # a hook has nothing left to tidy up; taking the interpreter down would cost 3 ms more
    from stash_sense.entry.main import respond

    write(answer_fd, respond(raw))


def keep_stdout():
    """Returns a private copy of stdout and points the public one at stderr: whatever a library prints becomes a log line."""
    answer_fd = os.dup(1)
    os.dup2(2, 1)
    return answer_fd


def write(answer_fd, answer):
    """Writes all of it; if Stash has gone meanwhile, there is nobody left to tell."""
    try:
        while answer:
            answer = answer[os.write(answer_fd, answer) :]
        os.close(answer_fd)
    except OSError:
        os._exit(1)


if __name__ == "__main__":
    main()
