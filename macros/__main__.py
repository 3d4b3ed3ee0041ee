"""Runs the command line: python -m macros."""

import sys
import traceback
from types import TracebackType

from macros.catalog.published_keys import without_keys
from macros.cli import main


def _discreetly(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Tell what went wrong without the product keys that were worked on."""
    sys.stderr.write(without_keys("".join(traceback.format_exception(kind, error, trace))))


def run(name: str) -> None:
    """Run the command line as a command of this name."""
    sys.excepthook = _discreetly
    main(prog_name=name)


if __name__ == "__main__":
    run("python -m macros")
