"""`safeguarding topics`: creates and lists the topics of the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from safeguarding.settings import Settings

EXAMPLE = "Example: safeguarding topics create"
app = typer.Typer(no_args_is_help=True, help="Create and list the topics.")
_DAYS = 24 * 3600 * 1000
_CHANGELOG = {
    "cleanup.policy": "compact",
    "segment.bytes": str(32 * 1024 * 1024),
    "segment.ms": str(3600 * 1000),
    "min.cleanable.dirty.ratio": "0.1",
    "min.compaction.lag.ms": str(
        3600 * 1000
    ),  # an older row that a paused worker writes late must not be all that is left
    "max.compaction.lag.ms": str(6 * 3600 * 1000),
    "delete.retention.ms": str(_DAYS),
    "max.message.bytes": str(4 * 1024 * 1024),
}


@app.command(epilog=EXAMPLE)
def create() -> None:
    """Create every topic that is missing; those that are there are left as they are."""
    from safeguarding.settings import Settings

    settings = Settings()
    made = create_topics(settings)
    print(f"{made} topics created, the others were there")  # noqa: T201  # the output


@app.command("list", epilog="Example: safeguarding topics list")
def list_() -> None:
    """List the catalogue: name, partitions, key, who writes, who reads."""
    from safeguarding.settings import Settings
    from safeguarding.wire.topics import TOPICS

    settings = Settings()
    for topic in TOPICS.values():
        cells = (
            settings.topic_prefix + topic.name,
            topic.partitions(settings.partitions),
            topic.key,
            topic.writes,
            topic.reads,
        )
        print("{:32} {:>3}  key: {:24} {} -> {}".format(*cells))  # noqa: T201  # the output


def create_topics(settings: Settings) -> int:
    """Create what is missing, changelogs of the rooms included.

    Returns:
        How many were created.

    Raises:
        ConfigurationError: the broker refused one; the text says which and why.
    """
    from kafka.admin import NewTopic

    from safeguarding.cli.rooms import ROOMS
    from safeguarding.wire.topics import FACTS, RAISED, TOPICS, changelog_topic

    durable = {"min.insync.replicas": "2"} if settings.replication >= 3 else {}
    wanted = {name: (topic.partitions(settings.partitions), dict(topic.config)) for name, topic in TOPICS.items()}
    inputs = {"correlation": FACTS, "routing": RAISED}
    for room in ROOMS:
        if room in inputs:
            wanted[changelog_topic(room)] = (wanted[inputs[room]][0], dict(_CHANGELOG))
    topics = [
        NewTopic(settings.topic_prefix + name, count, settings.replication, topic_configs={**durable, **config})
        for name, (count, config) in wanted.items()
    ]
    return _create(settings, topics)


def delete_topics(settings: Settings) -> None:
    """Delete all topics and groups that begin with this prefix, which must not be empty (the demo leaves nothing)."""
    if not settings.topic_prefix:
        raise ValueError("topics without a prefix are never deleted")
    admin = _admin(settings)
    try:
        mine = [name for name in admin.list_topics() if name.startswith(settings.topic_prefix)]
        if mine:
            admin.delete_topics(mine)
        groups = [group["group_id"] for group in admin.list_groups()]
        if gone := [group for group in groups if group.startswith(settings.topic_prefix)]:
            admin.delete_groups(gone)
    finally:
        admin.close()


def _create(settings: Settings, topics: list[Any]) -> int:
    from kafka.errors import KafkaError, TopicAlreadyExistsError

    from safeguarding.errors import ConfigurationError

    admin = _admin(settings)
    try:
        there = set(admin.list_topics())
        missing = [topic for topic in topics if topic.name not in there]
        made = len(missing)
        if missing:
            try:
                admin.create_topics(missing, timeout_ms=60_000)
            except TopicAlreadyExistsError:
                made = 0  # another process was faster
            _seen(admin, {topic.name for topic in missing})
        return made
    except KafkaError as problem:
        raise ConfigurationError(f"Kafka refused to create topics: {type(problem).__name__}: {problem}") from None
    finally:
        admin.close()


def _seen(admin: Any, names: set[str]) -> None:
    """Wait until the broker tells of topics it has just created: it answers before its own list has them."""
    from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

    from safeguarding.errors import ConfigurationError

    look = Retrying(
        retry=retry_if_result(bool),
        stop=stop_after_delay(60),
        wait=wait_fixed(0.1),
        retry_error_callback=lambda state: state.outcome.result() if state.outcome else names,
    )
    if missing := look(lambda: names - set(admin.list_topics())):
        raise ConfigurationError(
            f"Kafka took {len(missing)} new topics and does not list them after a minute; try again"
        )


def _admin(settings: Settings) -> Any:
    """An administrator's connection, tried until the broker answers (a minute at most)."""
    import sys

    from kafka.admin import KafkaAdminClient
    from kafka.errors import KafkaError
    from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

    from safeguarding.errors import ConfigurationError

    def say(_: object) -> None:
        print(f"Kafka at {settings.bootstrap_servers} does not answer, trying again", file=sys.stderr)  # noqa: T201

    attempts = Retrying(
        stop=stop_after_delay(60),
        wait=wait_fixed(2),
        retry=retry_if_exception_type(KafkaError),
        before_sleep=say,
        reraise=True,
    )
    try:
        return attempts(KafkaAdminClient, bootstrap_servers=settings.bootstrap_servers.split(","))
    except KafkaError:
        raise ConfigurationError(
            f"no Kafka at {settings.bootstrap_servers}; start it, or set SAFEGUARDING_BOOTSTRAP_SERVERS"
        ) from None
