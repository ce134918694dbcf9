"""A copy of the schemas in which a record type may be changed, for tests of made-up changes."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import Field, create_model

from safeguarding.wire import generate, schemas
from safeguarding.wire.contract import CONTRACTS

Change = Callable[..., Path]


def forget() -> None:
    for cached in (schemas._fingerprints, schemas._allowed, schemas._schema, schemas.by_name, schemas.by_prefix):
        cached.cache_clear()


@pytest.fixture
def change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Regenerates a copy with fields added to one record type, and makes the codec use that copy."""
    root = tmp_path / "schemas"
    shutil.copytree(schemas.folder(), root)
    monkeypatch.setattr(schemas, "folder", lambda: root)
    forget()

    def apply(name: str, unreleased: bool = False, **types: object) -> Path:
        row = CONTRACTS[name]
        fields = {key: (kind, Field(None, description="Made up.")) for key, kind in types.items()}
        model = create_model(row.model.__name__, __base__=row.model, __doc__=row.model.__doc__, **fields)
        model.__module__ = row.model.__module__
        generate.main(root, [row._replace(source=model)], unreleased=unreleased)
        forget()
        return root

    yield apply
    monkeypatch.undo()
    forget()
