"""The behaviours of a runtime, on Faust with a real Kafka."""

from collections.abc import Iterator

import pytest

from agents.behaviours import Behaviours, Driver
from cluster.kafka_driver import OnKafka
from safeguarding.settings import Settings

pytestmark = pytest.mark.kafka


class TestOnKafka(Behaviours):
    """Kafka decides how large a batch is, so one of each is enough; and it kills at three places."""

    @pytest.fixture
    def runtime(self, settings: Settings, environment: dict[str, str]) -> Iterator[Driver]:
        driver = OnKafka(settings, environment)
        yield driver
        driver.close()
