"""The server does not share its port with another program."""

from __future__ import annotations

import socket
import subprocess
from typing import TYPE_CHECKING

import pytest
import typer

from gongjian.surfaces.serve import run

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which a program listens that lets others share it, as the web server does."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_taken_port_is_refused(
    taken: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    started: list[object] = []
    monkeypatch.setattr(subprocess, "Popen", lambda command: started.append(command))
    with pytest.raises(typer.Exit) as ended:
        run(host="127.0.0.1", port=taken, workers=1, with_worker=True)
    assert ended.value.exit_code == 2
    said = f"127.0.0.1 的 {taken} 端口已有其他程序在使用。请先停止它,或用 --port 换一个端口。\n"
    assert (capsys.readouterr().err, started) == (said, [])
