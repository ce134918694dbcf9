"""The client without a broker: whatever the library raises is one error that says what to do."""

import pytest

from safeguarding.errors import PublishError
from safeguarding.producers.client import Publisher
from safeguarding.settings import Settings


def test_a_broker_that_goes_away_before_a_topic_is_looked_up_is_no_other_error_than_later():
    """Else it went past those who wait for ours, and ended the thread that empties an outbox."""
    publisher = Publisher(Settings(bootstrap_servers="127.0.0.1:1"))
    with pytest.raises(PublishError, match="send the same again"):
        publisher._know("events.police.v1")
