"""The fetch of the front-end files: nothing but the expected bytes is accepted."""

from pathlib import Path

import pytest

from scripts import frontend


def fill(folder: Path, content: bytes = b"x") -> dict[str, str]:
    for name in frontend.FILES:
        (folder / name).write_bytes(content)
    return {name: frontend.digest(folder / name) for name in frontend.FILES}


def test_exact_files_have_no_fault(tmp_path: Path) -> None:
    assert frontend.faults(folder=tmp_path, manifest=fill(tmp_path)) == []


def test_a_changed_byte_is_named(tmp_path: Path) -> None:
    manifest = fill(tmp_path)
    (tmp_path / "htmx.min.js").write_bytes(b"y")
    [fault] = frontend.faults(folder=tmp_path, manifest=manifest)
    assert fault.startswith("htmx.min.js has SHA-256 a1fce4363854ff888cff4b8e7875d600c2682390412a8cf79b37d0b11148b0fa")


def test_a_missing_file_and_a_missing_line_are_named(tmp_path: Path) -> None:
    manifest = fill(tmp_path)
    (tmp_path / "htmx.min.js").unlink()
    del manifest["htmx.LICENSE.txt"]
    assert frontend.faults(folder=tmp_path, manifest=manifest) == [
        "htmx.LICENSE.txt has no line in frontend.sha256.",
        "htmx.min.js is missing.",
    ]


def test_a_failing_npm_leaves_nothing_and_the_next_way_is_tried(tmp_path: Path) -> None:
    tried = []

    def fails(folder: Path, arguments: list[str]) -> bool:
        tried.append(("fails", arguments[:2]))
        return False

    def works(folder: Path, arguments: list[str]) -> bool:
        tried.append(("works", arguments[:2]))
        for source in frontend.FILES.values():
            (folder / "node_modules" / source).parent.mkdir(parents=True, exist_ok=True)
            (folder / "node_modules" / source).write_bytes(b"x")
        return True

    target = tmp_path / "vendor"
    assert frontend.fetch(into=target, ways=(fails,)) is False
    assert not target.exists()
    assert frontend.fetch(into=target, ways=(fails, works)) is True
    assert sorted(path.name for path in target.iterdir()) == sorted(frontend.FILES)
    assert tried[1:] == [("fails", ["ci", "--ignore-scripts"]), ("works", ["ci", "--ignore-scripts"])]


def test_tampered_files_are_removed_and_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(frontend, "VENDOR", tmp_path / "vendor")
    monkeypatch.setattr(frontend, "fetch", lambda *, into: into.mkdir() or bool(fill(into, b"not what was expected")))
    assert frontend.main([]) == 1
    assert list((tmp_path / "vendor").iterdir()) == []
    assert "htmx.min.js has SHA-256" in capsys.readouterr().err


def test_manifest_names_every_file() -> None:
    assert sorted(frontend.read_manifest(frontend.MANIFEST)) == sorted(frontend.FILES)
