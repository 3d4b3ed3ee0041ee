"""Makes the wheel of the guide (PEP 517), and needs nothing for it: no network, no other package.

The site is built from pages, templates and settings beside the code, so the wheel holds the project as it stands in a
checkout, in one folder of one package, with a command that runs it. The same checkout gives the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from gzip import GzipFile
from io import BytesIO
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
NAME = "volume_activation_guide"
FOLDERS = ("docs", "macros", "overrides")
FILES = ("LICENSE", "README.md", "mkdocs.yml", "organization.yml", "pyproject.toml", "requirements.txt")
_CACHES = {"__pycache__", ".cache"}
_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644


def get_requires_for_build_wheel(config_settings: Any = None) -> list[str]:
    """Packages that making a wheel needs: none."""
    return []


def get_requires_for_build_sdist(config_settings: Any = None) -> list[str]:
    """Packages that making an archive of the sources needs: none."""
    return []


def build_wheel(wheel_directory: str, config_settings: Any = None, metadata_directory: Any = None) -> str:
    """Write the wheel into a folder, and return its name."""
    project = _project()
    name = f"{NAME}-{project['version']}-py3-none-any.whl"
    info = f"{NAME}-{project['version']}.dist-info"
    files = {
        f"{NAME}/__init__.py": (ROOT / "package" / f"{NAME}.py").read_bytes(),
        **{f"{NAME}/project/{path}": data for path, data in _files().items()},
        f"{info}/METADATA": _metadata(project).encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: guide\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": _entry_points(project["scripts"]).encode(),
        f"{info}/licenses/LICENSE": (ROOT / "LICENSE").read_bytes(),
    }
    record = f"{info}/RECORD"
    lines = [f"{path},sha256={_digest(data)},{len(data)}" for path, data in files.items()]
    files[record] = "".join(f"{line}\n" for line in [*lines, f"{record},,"]).encode()
    with zipfile.ZipFile(Path(wheel_directory) / name, "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, data in files.items():
            entry = zipfile.ZipInfo(path, _TIME)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, _MODE << 16
            wheel.writestr(entry, data)
    return name


def build_sdist(sdist_directory: str, config_settings: Any = None) -> str:
    """Write an archive of what a wheel is made from into a folder, and return its name."""
    project = _project()
    top = f"{NAME}-{project['version']}"
    own = {f"package/{name}.py": (ROOT / "package" / f"{name}.py").read_bytes() for name in (NAME, "guide_wheel")}
    files = {**_files(), **own, "PKG-INFO": _metadata(project).encode()}
    with (
        (Path(sdist_directory) / f"{top}.tar.gz").open("wb") as stream,
        GzipFile("", "wb", fileobj=stream, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path, data in sorted(files.items()):
            entry = tarfile.TarInfo(f"{top}/{path}")
            entry.size, entry.mode = len(data), _MODE
            archive.addfile(entry, BytesIO(data))
    return f"{top}.tar.gz"


def _project() -> dict[str, Any]:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return project


def _files() -> dict[str, bytes]:
    """The project's files by path: what Git has, and no organization but the example."""
    paths = [*FILES, *(path for folder in FOLDERS for path in _below(folder))]
    return {path: (ROOT / path).read_bytes() for path in paths}


def _below(folder: str) -> Iterator[str]:
    for file in sorted((ROOT / folder).rglob("*")):
        path = file.relative_to(ROOT)
        if file.is_file() and not _CACHES & {*path.parts} and file.suffix != ".pyc":
            yield path.as_posix()


def _metadata(project: Mapping[str, Any]) -> str:
    fields = [
        ("Metadata-Version", "2.1"),
        ("Name", project["name"]),
        ("Version", project["version"]),
        ("Summary", project["description"]),
        ("License", "MIT"),
        ("Requires-Python", project["requires-python"]),
        *(("Requires-Dist", one) for one in project["dependencies"]),
        ("Description-Content-Type", "text/markdown"),
    ]
    return "".join(f"{name}: {value}\n" for name, value in fields) + f"\n{(ROOT / 'README.md').read_text('utf-8')}"


def _entry_points(scripts: Mapping[str, str]) -> str:
    return "".join(["[console_scripts]\n", *(f"{name} = {target}\n" for name, target in scripts.items())])


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
