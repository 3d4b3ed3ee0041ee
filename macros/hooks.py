"""Hooks for mkdocs: downloads as files of the site, and live reload of Python code under `mkdocs serve`."""

from __future__ import annotations

import sys
from typing import Any

from mkdocs.plugins import event_priority

sys.dont_write_bytecode = True


@event_priority(100)
def on_config(config: Any) -> Any:
    """Forget the macros of the last build, so that an edited module is read again."""
    for name in [name for name in sys.modules if name == "macros" or name.startswith("macros.")]:
        del sys.modules[name]
    return config


def on_files(files: Any, config: Any) -> Any:
    """Add what the site offers for download."""
    from mkdocs.structure.files import File

    from macros.rendering.downloads import downloads
    from macros.site import base_view

    for path, content in downloads(base_view()).items():
        files.append(File.generated(config, path, content=content))
    return files
