"""Who goes to school: the ages that Operation Encompass is for, the same for every rule that asks."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from safeguarding.correlation.parameters import Parameters
from safeguarding.correlation.recipients import is_unborn, years
from safeguarding.correlation.record import Hot


class Ages(Parameters):
    """Children of school age."""

    from_age: int = Field(4, ge=0, le=18)
    """From this age on,"""
    to_age: int = Field(17, ge=0, le=18)
    """up to and with this one."""

    @model_validator(mode="after")
    def _in_order(self) -> Any:
        if self.from_age > self.to_age:
            raise ValueError("from_age is above to_age")
        return self

    def holds(self, hot: Hot, clock: int) -> bool:
        """Whether the child is of school age at a clock; a born child whose age nobody knows may be."""
        old = years(hot, clock)
        return not is_unborn(hot) if old is None else self.from_age <= old <= self.to_age
