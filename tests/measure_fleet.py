"""Time and memory of reading a fleet: `python -m tests.measure_fleet 1000 100000 1000000`.

Each size is read in a process of its own, the whole command with its report, three times. The median is told, with a
bare pass of the csv module over the same file in the same run, and the most memory that the process took.
"""

from __future__ import annotations

import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from click.testing import CliRunner

from macros.catalog.loader import load_cached
from macros.catalog.models import Catalog
from macros.cli import main
from tests.conftest import TODAY
from tests.made_fleet import COLUMNS, Maker

TIMES = 3


def lines(rows: int, catalog: Catalog) -> Iterator[list[str]]:
    """Rows as our own script writes them, of computers that are alike but for their names, IDs and days."""
    made = Maker(1, TODAY, catalog, size=200).made().rows
    for number in range(rows):
        row, copy = made[number % len(made)], number // len(made)
        cells = {
            **row,
            "ComputerName": f"{copy}-{row['ComputerName']}",
            "ClientMachineID": f"{copy}{row['ClientMachineID']}",
        }
        yield [cells.get(column, "") for column in COLUMNS]


def write(file: Path, rows: int, catalog: Catalog) -> None:
    """Write a table of so many rows."""
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, quoting=csv.QUOTE_ALL)
        writer.writerow(COLUMNS)
        writer.writerows(lines(rows, catalog))


def bare(file: Path) -> float:
    """Seconds of the processor for a pass of the csv module."""
    started = time.process_time()
    with file.open(encoding="utf-8", newline="") as text:
        for _ in csv.reader(text):
            pass
    return time.process_time() - started


def measured(file: Path) -> dict[str, float]:
    """One run of the command in this process."""
    load_cached()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    alone = bare(file)
    started = time.process_time()
    result = CliRunner().invoke(main, ["fleet", str(file), "--format", "text"])
    seconds = time.process_time() - started
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"bare": alone, "seconds": seconds, "before": before / 1024, "most": most / 1024}


def run(file: Path) -> dict[str, float]:
    """One run in a process of its own."""
    command = [sys.executable, "-m", "tests.measure_fleet", "--one", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def report(sizes: list[int]) -> Iterator[str]:
    """A line for each size."""
    yield f"{'rows':>10} {'MB':>7} {'csv s':>8} {'fleet s':>8} {'times':>6} {'start MB':>9} {'most MB':>8}"
    with tempfile.TemporaryDirectory() as folder:
        for rows in sizes:
            file = Path(folder, f"{rows}.csv")
            write(file, rows, load_cached())
            runs = [run(file) for _ in range(TIMES)]
            middle = {name: median(one[name] for one in runs) for name in runs[0]}
            times = median(one["seconds"] / one["bare"] for one in runs)
            yield (
                f"{rows:>10,} {file.stat().st_size / 1e6:>7.1f} {middle['bare']:>8.3f} {middle['seconds']:>8.2f} "
                f"{times:>6.1f} {middle['before']:>9.0f} {middle['most']:>8.0f}"
            )
            file.unlink()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        sys.stdout.write(json.dumps(measured(Path(sys.argv[2]))))
    else:
        for line in report([int(one) for one in sys.argv[1:]] or [1_000, 100_000, 1_000_000]):
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
