"""What a group has committed, asked of a broker that has just started."""

from typing import Any

import pytest
from kafka import TopicPartition
from kafka.errors import CoordinatorLoadInProgressError, GroupAuthorizationFailedError, NotCoordinatorError
from kafka.structs import OffsetAndMetadata

from safeguarding.cli.lag import committed

FIRST, SECOND = TopicPartition("facts", 0), TopicPartition("facts", 1)


class Admin:
    """A broker's answers, one after the other; `config`: what another client would be opened with."""

    def __init__(self, *answers: Any, found: Any = None) -> None:
        self._answers = [*answers, *([found] if found else [])]
        self.config: dict[str, Any] = {}

    def close(self) -> None: ...

    def list_group_offsets(self, groups: list[str]) -> dict[str, Any]:
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return {groups[0]: answer}


def test_a_broker_that_still_looks_for_its_groups_is_asked_again():
    kept = {FIRST: OffsetAndMetadata(7, "", -1), SECOND: OffsetAndMetadata(-1, "", -1)}
    assert committed(Admin(CoordinatorLoadInProgressError(), kept), "correlation") == {FIRST: 7}


def test_when_another_broker_knows_of_the_group_since_a_new_client_is_asked():
    moved = Admin(NotCoordinatorError())
    moved.config = {"found": {FIRST: OffsetAndMetadata(7, "", -1)}}
    assert committed(moved, "correlation") == {FIRST: 7}


def test_a_refusal_is_told_at_once():
    with pytest.raises(GroupAuthorizationFailedError):
        committed(Admin(GroupAuthorizationFailedError(), {}), "correlation")
