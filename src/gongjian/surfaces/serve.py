"""Running: the web server (granian) and the background worker (huey) under one command that stops cleanly."""

from __future__ import annotations

import errno
import signal
import socket
import subprocess
import sys
from types import FrameType

from gongjian.kernel.errors import Refusal
from gongjian.surfaces.terminal import refuse


def run(*, host: str, port: int, workers: int, with_worker: bool) -> None:
    """Serve until SIGINT or SIGTERM. Both parts are child processes: when one ends, the other is stopped too.

    Refused where another program listens there: the web server would share the port with it unasked, and every other
    click would land in the other one.
    """
    if _is_taken(host, port):
        refuse(Refusal("serve.port", f"{host} 的 {port} 端口已有其他程序在使用", "请先停止它,或用 --port 换一个端口"))
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    web += [
        "--workers",
        str(workers),
        "--blocking-threads",
        "4",
        "--no-ws",
        "--log-level",
        "warning",
        "gongjian.surfaces.wsgi:application",
    ]
    commands = [web]
    if with_worker:
        commands.append([sys.executable, "-m", "gongjian.surfaces.worker"])
    children = [subprocess.Popen(command) for command in commands]

    def stop(number: int, frame: FrameType | None) -> None:
        for child in children:
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    code = 0
    while any(child.poll() is None for child in children):
        for child in children:
            try:
                child.wait(timeout=0.3)
            except subprocess.TimeoutExpired:
                continue
            if child.returncode not in (0, -signal.SIGTERM):
                code = 1
            stop(0, None)
    raise SystemExit(code)


def _is_taken(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.errno == errno.EADDRINUSE
    return False
