"""How the sources are asked for, from `settings.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from macros.catalog.strict_yaml import read, validate

_FILE = Path(__file__).with_name("settings.yaml")
_Seconds = Annotated[float, Field(ge=0, le=600)]
_Count = Annotated[int, Field(gt=0)]


class Settings(BaseModel):
    """The whole file. Its comments say what each value means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, StringConstraints(pattern=r"^[a-z-]+$")]
    agent: Annotated[str, StringConstraints(pattern=r"^[ -~]+$")]
    pause_seconds: _Seconds
    longest_pause_seconds: _Seconds
    silence_seconds: _Seconds
    answer_seconds: _Seconds
    most_bytes: _Count
    most_redirects: _Count
    give_up_after: _Count
    go_on_hours: _Count
    text_owners: tuple[str, ...]
    text_address: str
    kinds: tuple[str, ...]
    dates: tuple[str, ...]
    left_out: tuple[str, ...]


@cache
def settings() -> Settings:
    """The settings. Raises DataError with line, key and what is allowed."""
    return validate(Settings, read(_FILE, f"macros/watch/{_FILE.name}"))
