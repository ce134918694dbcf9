"""What all tests share."""

import os

import pytest
from hypothesis import settings

pytest.register_assert_rewrite("agents.behaviours")
# A slow moment is no fault of the code. The gate tries the same examples each time; `make search` looks for others.
settings.register_profile("gate", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))
