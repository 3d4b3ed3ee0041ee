"""The command of an installed guide: the project stands beside this file as it does in a checkout."""

import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent / "project"


def main() -> None:
    """Run the command line."""
    sys.path.insert(0, str(PROJECT))
    from macros.__main__ import run  # noqa: PLC0415

    run("volume-activation")
