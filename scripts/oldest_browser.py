"""Fetch Chromium 109, the oldest browser the pages promise to work in, for `make oldest`.

It comes from the npm package locked in scripts/oldest, by the same npm as the front-end files, and is unpacked by the
Node that playwright carries. It runs beside whatever Chromium the machine has and needs the same
system libraries.

    python scripts/oldest_browser.py TARGET     writes the executable TARGET
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.frontend import npm_from_wheel, npm_on_path  # noqa: E402  a script finds its neighbours only from the root

UNPACK = "const fs = require('fs'); const [from, to] = process.argv.slice(1); \
fs.writeFileSync(to, require('zlib').brotliDecompressSync(fs.readFileSync(from)), {mode: 0o755})"


def main(target: Path) -> int:
    """Exit code 0 when `target` is a Chromium 109 that can be started."""
    import playwright

    node = Path(playwright.__file__).parent / "driver" / "node"
    with tempfile.TemporaryDirectory(prefix="gongjian-oldest-") as name:
        folder = Path(name)
        for file in (*(ROOT / "scripts" / "oldest").iterdir(), ROOT / ".npmrc"):
            shutil.copy(file, folder)
        arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        if not any(way(folder, arguments) for way in (npm_on_path, npm_from_wheel)):
            print("Chromium 109 could not be fetched: npm could not install scripts/oldest.", file=sys.stderr)
            return 1
        target.parent.mkdir(parents=True, exist_ok=True)
        packed = folder / "node_modules" / "@sparticuz" / "chromium" / "bin" / "chromium.br"
        return subprocess.run([str(node), "-e", UNPACK, str(packed), str(target)]).returncode


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
