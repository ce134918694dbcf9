"""What every word has in common: frozen, strict, no unknown fields, and errors that never quote a value."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Word(BaseModel):
    """Base of all models: a value, checked once, that says no more in an error than a field path."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
        ser_json_bytes="base64",  # a record inside a record is not text
        val_json_bytes="base64",
    )
