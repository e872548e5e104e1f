from __future__ import annotations

import pytest

from stash_sense.adapters.endpoints import host_of


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://Box.Example/graphql", "box.example"),
        ("https://box.example:443", "box.example"),
        ("http://box.example:80/graphql/", "box.example"),
        ("https://box.example:80/graphql", "box.example:80"),
        ("http://127.0.0.1:9998/graphql", "127.0.0.1:9998"),
        ("http://[::1]:9998/graphql", "[::1]:9998"),
        ("https://ann:secret@box.example/graphql?key=secret", "box.example"),
        ("http://box.example:port/graphql", ""),
        ("http://[box.example/graphql", ""),
        ("box.example", ""),
        ("", ""),
    ],
)
def test_a_server_has_one_name_however_it_is_written(address: str, host: str) -> None:
    assert host_of(address) == host
