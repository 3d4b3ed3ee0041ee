"""The log of changes as a file, and the records of the last release, which the next one is compared with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from .kept_records import Records
from .loader import DATA
from .models import Changes
from .strict_yaml import DataError, Document, Problem, read

FILE = "changes.yaml"
RELEASES = "releases"
"""Folder with the records of the last release."""
WRITE = "python -m macros changes"

_HEAD = """\
# yaml-language-server: $schema=schemas/changes.schema.json
# What changed in the records of this site, from release to release. `python -m macros changes` writes it from the data.
# By hand you write `why`, and `now` where another record took the place of one that is gone; other comments are not
# kept. Values and sentences stay as they were on their day.

"""


def as_yaml(log: Changes) -> str:
    """The text of the file."""
    data = log.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    # Where the editor writes: the key is there, and nothing behind it.
    data["unreleased"] = [{**dict.fromkeys(_FIRST), **change} for change in data["unreleased"]]
    return _HEAD + yaml.dump(data, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=_WIDTH)


_WIDTH = 120
_FIRST = ("number", "day", "kind", "id", "what", "why")
"""Keys of a change that stand before its values."""


class _Plain(yaml.SafeDumper):
    """Repeats what is the same, which strict YAML asks for, and leaves a key without value empty."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Plain.add_representer(type(None), lambda dumper, _: dumper.represent_scalar("tag:yaml.org,2002:null", ""))


def without_reason(log: Changes, folder: Path = DATA) -> Iterator[Problem]:
    """The changes that nobody has given a reason for: no page shows one without."""
    silent = [place for place, change in enumerate(log.unreleased) if change.why is None]
    if not silent:
        return
    document = _document(folder)
    for place in silent:
        change = log.unreleased[place]
        said = f"{change.kind} {change.id} is {change.what}, and nobody has said why; write a sentence for readers"
        yield document.problem(("unreleased", place, "why"), said)


def _document(folder: Path) -> Document:
    return read(folder / FILE, FILE)


def snapshot(release: str, records: Records) -> str:
    """The records of a release as text, one a line, so that two releases can be compared line by line."""
    kinds = []
    for kind, held in sorted(records.items()):
        lines = [f"{_json(name)}:{_json(fields)}" for name, fields in sorted(held.items())]
        kinds.append(f"{_json(kind)}:{{\n" + ",\n".join(lines) + "\n}")
    return f'{{"release":{_json(release)},"records":{{\n' + ",\n".join(kinds) + "\n}}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def snapshot_file(release: str, folder: Path = DATA) -> Path:
    """Where the records of a release stand."""
    return folder / RELEASES / f"{release}.json"


def read_snapshot(release: str, folder: Path = DATA) -> Records:
    """The records of a release. Raises DataError for a file that is missing, or was not written by a release."""
    file = snapshot_file(release, folder)
    name = file.relative_to(folder).as_posix()
    try:
        found = json.loads(file.read_text("utf-8"))
        if found["release"] == release and all(isinstance(held, dict) for held in found["records"].values()):
            records: Records = found["records"]
            return records
    except OSError as error:
        raise DataError([Problem(name, None, "", f"cannot be read: {error.strerror}; {_BACK}")]) from error
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    raise DataError([Problem(name, None, "", f"does not hold the records of release {release}; {_BACK}")])


_BACK = "take the file back from the repository: only a release writes it"
