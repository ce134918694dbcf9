"""Every private name of Faust, mode and aiokafka that runtime/ touches is listed here and is still there.

An upgrade that moves one fails here, with its name, and not in the night on a cluster.
"""

import ast
import inspect
from pathlib import Path

import faust
import mode
import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.client import AIOKafkaClient
from aiokafka.consumer import fetcher
from aiokafka.producer import sender
from aiokafka.record.default_records import _DefaultRecordBatchPy
from faust.app.base import App
from faust.tables.manager import TableManager
from faust.tables.recovery import Recovery
from faust.transport.consumer import Consumer as BaseConsumer
from faust.transport.drivers import aiokafka as driver

from safeguarding import runtime
from safeguarding.runtime import engine

FOLDER = Path(runtime.__file__).parent
OVERRIDDEN = {  # our classes put their own in the place of these
    driver.Producer: ["_settings_extra", "_new_producer"],
    driver.AIOKafkaConsumerThread: ["_create_worker_consumer", "_fetch_records"],
    driver.Consumer: [
        "__post_init__",
        "_new_consumer_thread",
        "on_partitions_revoked",
        "on_partitions_assigned",
        "_filter_tps_with_pending_acks",
        "_new_offset",
        "_drain_messages",
    ],
    Recovery: ["need_recovery", "_seek_offsets"],
    driver.Transport: ["Consumer", "Producer"],
}
CALLED = {  # ours use these of Faust's
    driver.Consumer: [
        "_wait_next_records",
        "_get_active_partitions",
        "stop_flow",
        "earliest_offsets",
        "seek_wait",
        "consumer_stopped_errors",
    ],
    driver.AIOKafkaConsumerThread: ["_ensure_consumer", "call_thread"],
    App: ["crash", "crash_reason"],
    mode.Service: ["should_stop", "crashed"],
}
ATTRIBUTES = [  # set by an __init__: class, name, where its source says so
    (driver.Consumer, "_thread", driver.ThreadDelegateConsumer),
    (driver.Producer, "_producer", driver.Producer),
    (mode.Service, "_stopped", mode.Service),
    (mode.Service, "_crashed", mode.Service),
    (TableManager, "_recovery", TableManager),
    (BaseConsumer, "flow_active", BaseConsumer),
    (App, "rebalancing", App),
    (AIOKafkaConsumer, "_fetch_max_wait_ms", AIOKafkaConsumer),
    (AIOKafkaConsumer, "_fetcher", AIOKafkaConsumer),
    (fetcher.Fetcher, "_fetch_max_wait_ms", fetcher.Fetcher),
    (AIOKafkaConsumer, "_isolation_level", AIOKafkaConsumer),
    (AIOKafkaClient, "_request_timeout_ms", AIOKafkaClient),
]
READERS = [  # of fetched bytes; runtime/records.py puts its own in the place of the first
    (fetcher, "MemoryRecords"),
    (_DefaultRecordBatchPy, "_maybe_uncompress"),
]
NAMED = {name for names in (*OVERRIDDEN.values(), *CALLED.values()) for name in names} | {n for _, n, _ in ATTRIBUTES}
NAMED |= {name for _, name in READERS} | {"_buffer"}


@pytest.mark.parametrize(
    ("where", "name"), [(c, name) for table in (OVERRIDDEN, CALLED) for c, names in table.items() for name in names]
)
def test_a_name_is_there(where: type, name: str):
    assert hasattr(where, name)


@pytest.mark.parametrize(("where", "name"), READERS)
def test_a_reader_is_there(where: object, name: str):
    assert hasattr(where, name)
    assert "MemoryRecords(part_data" in inspect.getsource(fetcher)


@pytest.mark.parametrize(("where", "name", "source"), ATTRIBUTES)
def test_an_attribute_is_there(where: type, name: str, source: type):
    assert name in inspect.getsource(source)


@pytest.mark.parametrize("name", ["_drain_messages", "_new_offset", "_filter_tps_with_pending_acks"])
def test_what_we_replace_is_what_faust_calls(name: str):
    """A method that nobody calls any more would be replaced without effect."""
    callers = inspect.getsource(BaseConsumer) + inspect.getsource(inspect.getmodule(BaseConsumer).Fetcher)
    assert f".{name}(" in callers


def test_transactions_that_follow_one_another_wait_as_long_as_we_say():
    assert engine.sender.BACKOFF_OVERRIDE == 0.005
    assert "return BACKOFF_OVERRIDE" in inspect.getsource(sender)


def private_names(module: Path) -> set[str]:
    """Private attributes that a module reads or sets on anything but names of its own."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    mine = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    used, kept = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
            used.add(node.attr)
            if isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name) and node.value.id == "self":
                kept.add(node.attr)
    return used - kept - mine


@pytest.mark.parametrize("module", ["transport", "app", "worker", "store", "records"])
def test_no_private_name_is_used_that_is_not_listed(module: str):
    assert private_names(FOLDER / f"{module}.py") - {"__init__", "__name__", "_exit"} <= NAMED


def test_the_version_is_the_one_that_was_read():
    assert faust.__version__.startswith("0.15.")
