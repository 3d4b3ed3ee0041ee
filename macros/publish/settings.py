"""What a server sends with the site, from `settings.yaml`: headers, the policy, caching and media types."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from macros.catalog.strict_yaml import DataError, Problem, read, validate

_FILE = Path(__file__).with_name("settings.yaml")
_SHOWN = f"macros/publish/{_FILE.name}"

# What stands in a header goes into configuration files too, whose own signs must not be in it.
_Value = Annotated[str, StringConstraints(pattern=r"^[^\"\\$\x00-\x1f\x7f-\U0010ffff]+$")]
_Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z-]*$")]
_Ending = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Cache(_Strict):
    """How long browsers keep files: those that change under their name, and those that never do."""

    changing: _Value
    fixed: _Value
    fixed_days: Annotated[int, Field(gt=0)]
    """The age of `fixed` in days, for servers that want it so."""
    fixed_names: str
    """Pattern of the names of files that never change."""

    def is_fixed(self, path: str) -> bool:
        """Whether the content of a file can be told from its name."""
        return re.search(self.fixed_names, path) is not None


class Settings(_Strict):
    """The whole file."""

    policy: dict[_Name, tuple[_Value, ...]]
    headers: dict[_Name, _Value]
    cache: Cache
    media: dict[_Ending, _Value]
    small: tuple[_Ending, ...]

    def media_of(self, path: str) -> str:
        """Media type of a file. Raises DataError when none is recorded for the end of its name."""
        ending = path.rpartition("/")[2].rpartition(".")[2].lower()
        if ending not in self.media:
            message = f"no media type is recorded for .{ending}, which a server needs for {path}"
            raise DataError([Problem(_SHOWN, None, "media", message)])
        return self.media[ending]

    def is_packed(self, path: str) -> bool:
        """Whether a file is worth compressing."""
        return path.rpartition(".")[2].lower() not in self.small


@cache
def settings() -> Settings:
    """The settings. Raises DataError with line, key and what is allowed."""
    return validate(Settings, read(_FILE, _SHOWN))
