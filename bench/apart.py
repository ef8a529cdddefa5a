"""A part of a benchmark in a process of its own, so that it finds a fresh memory and touches no working data."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def figures(module: str, *words: object, python: Path | None = None, **environment: str) -> dict[str, Any]:
    """What `python -m module words` prints last, as JSON; with these environment variables besides.

    Raises RuntimeError with the end of what it complained of when it fails.
    """
    done = subprocess.run(
        [str(python or sys.executable), "-m", module, *map(str, words)],
        env={**os.environ, **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{module} {' '.join(map(str, words))}: {done.stderr.strip()[-2000:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))
