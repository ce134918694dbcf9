"""What a group has committed, asked of a broker that has just started."""

from typing import Any

import pytest
from kafka import TopicPartition
from kafka.errors import CoordinatorLoadInProgressError, GroupAuthorizationFailedError
from kafka.structs import OffsetAndMetadata

from safeguarding.cli.lag import committed

FIRST, SECOND = TopicPartition("facts", 0), TopicPartition("facts", 1)


class Admin:
    """A broker's answers, one after the other."""

    def __init__(self, *answers: Any) -> None:
        self._answers = list(answers)

    def list_group_offsets(self, groups: list[str]) -> dict[str, Any]:
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return {groups[0]: answer}


def test_a_broker_that_still_looks_for_its_groups_is_asked_again():
    kept = {FIRST: OffsetAndMetadata(7, "", -1), SECOND: OffsetAndMetadata(-1, "", -1)}
    assert committed(Admin(CoordinatorLoadInProgressError(), kept), "correlation") == {FIRST: 7}


def test_a_refusal_is_told_at_once():
    with pytest.raises(GroupAuthorizationFailedError):
        committed(Admin(GroupAuthorizationFailedError(), {}), "correlation")
