"""Imports go one way, and modules stay short, named for what they do, and free of clocks (architecture.md)."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "services" / "safeguarding"
MODULES = sorted(ROOT.rglob("*.py"))
ROOMS = ("intake", "identity", "correlation", "routing")
BASE = {"errors", "settings", "__version__"}
BELOW = {  # what each part of the package may import, besides itself
    "errors": set(),
    "settings": set(),
    "__init__": set(),
    "__main__": {"cli"},
    "events": BASE,
    "wire": BASE | {"events"},
    **{part: BASE | {"events", "wire"} for part in (*ROOMS, "producers")},
    "runtime": BASE | {"events", "wire", "producers", *ROOMS},
    "inquiry": BASE | {"events", "wire", "runtime", *ROOMS},
    "testing": BASE | {"events", "wire", "producers", "runtime", *ROOMS},
    "cli": BASE | {"events", "wire", "producers", "runtime", "inquiry", *ROOMS},
}
HOMES = {  # the only places where these may be imported
    **dict.fromkeys(("faust", "mode", "aiokafka"), r"runtime/|.*/agent\.py$"),
    "kafka": r"(producers|cli)/",
    **dict.fromkeys(("avro", "fastavro"), r"(wire|runtime|producers|testing|cli)/"),
    **dict.fromkeys(("structlog", "logging"), r"(runtime|producers|testing|cli)/|.*/agent\.py$"),
}
TIMELESS = ("events", "inquiry", *ROOMS)
CLOCKS = re.compile(r"\b(time\.(time|time_ns|monotonic\w*|perf_counter\w*|localtime|gmtime)"
                    r"|datetime\.(now|utcnow|today)|date\.today)$")  # fmt: skip
each = pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())


def place(module: Path) -> str:
    return module.relative_to(ROOT).as_posix()


def imports(module: Path) -> set[str]:
    """Full dotted names that a module imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{place(module)}: imports are absolute"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@each
def test_imports_go_one_way(module: Path):
    part = place(module).split("/")[0].removesuffix(".py")
    used = {name.split(".")[1] for name in imports(module) if name.startswith("safeguarding.")}
    assert used - {part} <= BELOW[part]


@each
def test_judgement_is_pure(module: Path):
    part = place(module).split("/")[0]
    if part in ROOMS and module.name != "agent.py":
        used = {name.split(".")[1] for name in imports(module) if name.startswith("safeguarding.")}
        assert used <= {"errors", "events", part}


@each
def test_libraries_stay_at_the_edges(module: Path):
    for name in {name.split(".")[0] for name in imports(module)} & HOMES.keys():
        assert re.match(HOMES[name], place(module)), name


@each
def test_nobody_asks_the_clock_where_time_is_data(module: Path):
    if place(module).split("/")[0] in TIMELESS:
        nodes = ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        calls = {ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)}
        assert not {call for call in calls if CLOCKS.search(call)}
        assert not imports(module) & {f"time.{name}" for name in ("time", "time_ns", "monotonic", "perf_counter")}


@each
def test_a_module_says_what_it_is_for_and_fits_the_eye(module: Path):
    lines = module.read_text(encoding="utf-8").splitlines()
    assert lines, "an empty module"
    assert lines[0].startswith('"""'), "the first line says what it is for"
    assert len(lines) <= 300
    assert module.stem not in {"utils", "util", "common", "helpers", "helper", "misc"}


def test_every_folder_of_modules_is_a_package():
    assert {module.parent for module in MODULES} == {m.parent for m in MODULES if m.name == "__init__.py"}
