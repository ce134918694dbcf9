"""The wheel carries the schemas: what is installed elsewhere reads and writes the same records."""

import json
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
ROUND_TRIP = """
import json, sys
sys.path.insert(0, sys.argv[1])
from safeguarding.wire import codec, contract, schemas
row = contract.CONTRACTS["police.da_form.completed"]
model = row.model.model_validate_json((schemas.folder() / row.example).read_text(encoding="utf-8"))
data = codec.encode(row.name, model.model_dump())
assert codec.decode(data) == (row.name, model.model_dump())
print(json.dumps([str(schemas.folder()), data.hex()]))
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = ["hatchling", "build", "-t", "wheel", "-d"] if find_spec("hatchling") else ["build", "--wheel", "-o"]
    subprocess.run(
        [sys.executable, "-m", *build, str(folder)], cwd=REPOSITORY, check=True, capture_output=True, timeout=120
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_every_schema_and_example_is_inside(unpacked: Path):
    def files(root: Path) -> dict[str, bytes]:
        kinds = (".avsc", ".json", ".md")
        found = (file for file in root.rglob("*") if file.suffix in kinds)
        return {file.relative_to(root).as_posix(): file.read_bytes() for file in found}

    assert json.loads((unpacked / "safeguarding/_schemas/fingerprints.json").read_text(encoding="utf-8"))
    assert files(unpacked / "safeguarding/_schemas") == files(REPOSITORY / "schemas")


def test_nothing_but_the_package_is_installed(unpacked: Path):
    tops = {path.name for path in unpacked.iterdir()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"safeguarding"}


def test_the_codec_works_from_the_wheel(unpacked: Path, tmp_path: Path):
    command = [sys.executable, "-c", ROUND_TRIP, str(unpacked)]
    done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True, timeout=60)
    used, data = json.loads(done.stdout)
    assert Path(used).is_relative_to(unpacked)
    assert data.startswith("c301")
