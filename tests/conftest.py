"""What all tests share."""

import pytest
from hypothesis import settings

pytest.register_assert_rewrite("agents.behaviours")
settings.register_profile("any machine", deadline=None)  # a slow moment is no fault of the code
settings.load_profile("any machine")
