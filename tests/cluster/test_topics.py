"""The catalogue on a real Kafka."""

import pytest

from safeguarding.cli.topics import create_topics
from safeguarding.settings import Settings

pytestmark = pytest.mark.kafka


def test_creating_topics_a_second_time_changes_nothing(settings: Settings):
    assert create_topics(settings) == 0
