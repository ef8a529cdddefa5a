"""Running: the web server (granian) and the background worker (huey) under one command that stops cleanly."""

from __future__ import annotations

import signal
import subprocess
import sys
from types import FrameType


def run(*, host: str, port: int, workers: int, with_worker: bool) -> None:
    """Serve until SIGINT or SIGTERM. Both parts are child processes: when one ends, the other is stopped too."""
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
