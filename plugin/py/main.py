"""The only file Stash starts: guards stdout, answers hooks at once, hands everything else to stash_sense.entry.main.

It is parsed by whatever "python" the machine has, so it keeps to syntax that any Python can read. Only modules that a bare interpreter has
loaded already are imported here: every millisecond is paid once for each scene of a scan.
"""
# No annotations or newer forms, which an old Python cannot parse:
# ruff: noqa: ANN001, ANN201

import os
import sys
import time

OLDEST = (3, 10)
TOO_OLD = (
    '{"error": "Stash Sense needs Python 3.10 or later, but Stash started it with Python %d.%d. '
    'Install a newer Python and set its path under Settings > System > Python Executable Path."}\n'
)


def main():
    """Reads the request from stdin and writes one JSON object to the stdout we were given."""
    began = time.time()
    answer_fd = keep_stdout()
    if sys.version_info < OLDEST:
        write(answer_fd, (TOO_OLD % (sys.version_info[0], sys.version_info[1])).encode("ascii"))
        return
    raw = sys.stdin.buffer.read()
    if b'"hookContext"' in raw:
        from stash_sense.entry.hooks import handle

        handle(raw)
        answer = b'{"output": null}\n'
    else:
        from stash_sense.entry.main import respond

        answer = respond(raw, began)
    write(answer_fd, answer)
    leave()


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


def leave():
    """Ends the process without taking the interpreter down, which costs 3 to 10 ms, or for ever where a library's thread hangs.

    Nothing is left to tidy up: whatever has to last was committed before the answer, since Stash may kill us at any instant.
    """
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # nobody listens any more
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
