"""Makes up bytes for intake with atheris, guided by what they reach; what takes too long or crashes is kept.

    pip install atheris
    python bench/fuzz.py -max_total_time=300 /tmp/fuzz

Begins from a valid message of each type. Every input must end as accepted or quarantined with a code, within 50 ms of
CPU and 64 MiB (`tests/unit/intake/test_hostile_input.py`). Keep what it finds, packed, in `tests/corpus/intake/`: the
name begins with the agency.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # what must be true is a test's

with atheris.instrument_imports(include=["safeguarding", "fastavro"]):
    from unit.intake.test_hostile_input import AGENCIES, GOOD, SECONDS, seconds

NAMES = sorted(GOOD)


def one(data: bytes) -> None:
    """The first byte chooses the agency's topic; the rest is the record."""
    if data:
        taken = seconds(AGENCIES[NAMES[data[0] % len(NAMES)]], data[1:])
        assert taken < SECONDS, f"{taken:.3f} s"


def main() -> None:
    folder = Path(sys.argv[-1])
    folder.mkdir(parents=True, exist_ok=True)
    for place, name in enumerate(NAMES):
        (folder / name).write_bytes(bytes([place]) + GOOD[name])
    atheris.Setup([*sys.argv[:-1], "-max_len=131072", "-rss_limit_mb=1024", str(folder)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
