"""A whole log once through identity, then through correlation once for each rule pack, each in a process of its own."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from multiprocessing import get_context
from os import cpu_count
from queue import Full
from typing import Any, Final, NamedTuple

from safeguarding.correlation.agent import Correlation
from safeguarding.correlation.finding import Pack
from safeguarding.errors import SafeguardingError
from safeguarding.identity.agent import Identity
from safeguarding.inquiry.log import RULES
from safeguarding.runtime.batch import outcome
from safeguarding.runtime.memory import Rows
from safeguarding.runtime.overlay import Overlay
from safeguarding.runtime.partitions import partition_of
from safeguarding.settings import Settings
from safeguarding.wire.codec import decode, decode_as
from safeguarding.wire.room import Record
from safeguarding.wire.topics import ACCEPTED, FACTS

_BATCH: Final = 4000
_GARBAGE: Final = 50_000  # objects before cycles are looked for
_WAITING: Final = 4  # batches on their way to a process
_TICK, _RULES = b"tick", b"rules"
Sent = tuple[bytes, bytes]


class Revision(NamedTuple):
    """One revision of an alert, or a later release of one; ids and numbers only.

    Attributes:
        alert_id: the alert.
        revision: number of the revision.
        status: raised, amended, escalated, resolved or withdrawn.
        at: clock of it.
        opened_at: clock of revision 1.
        because: ids of the events that it rests on, as far as they are shown.
        agencies: of how many agencies they are.
        told: audience of each who is told.
        release: nothing new, a notice that was held leaves.
    """

    alert_id: str
    revision: int
    status: str
    at: int
    opened_at: int
    because: tuple[str, ...]
    agencies: int
    told: tuple[str, ...]
    release: bool


class Rerun(NamedTuple):
    """What came of it.

    Attributes:
        revisions: of each pack.
        events: how many events the log holds.
        first: clock of its first record.
        last: clock of its last record.
    """

    revisions: list[list[Revision]]
    events: int
    first: int
    last: int


class _Account(NamedTuple):
    """What identity saw of the log."""

    events: int
    first: int
    last: int


class _Worker:
    """A process with records going in and one answer coming out."""

    def __init__(self, work: Any, *words: Any) -> None:
        context = get_context()
        self.queue: Any = context.Queue(_WAITING)
        self._answer, sender = context.Pipe(duplex=False)
        self.process = context.Process(target=_work, args=(work, *words, self.queue, sender), daemon=True)
        self.process.start()
        sender.close()

    def answer(self) -> Any:
        """Wait for the answer.

        Raises:
            SafeguardingError: the process has died.
        """
        try:
            found = self._answer.recv()
        except EOFError:
            raise SafeguardingError("a process of the back-test has died; its reason stands above") from None
        self.process.join()
        return found


def rerun(accepted: Iterable[Record], packs: Sequence[Pack], *, eager: bool, processes: int | None = None) -> Rerun:
    """Run a log under several packs.

    Args:
        accepted: records of events.accepted.v1, in order; read once.
        packs: the packs; the first gives way to those that come into force in the log, the others judge all of it.
        eager: whether the events drive the clock.
        processes: how many processes there may be for correlation; one for each pack at least.
    """
    shards = max(1, (processes or cpu_count() or 1) // len(packs))
    folding = [_Worker(_correlate, pack, n == 0) for n, pack in enumerate(packs) for _ in range(shards)]
    about = {active.rule.about for pack in packs for active in pack.rules.values()}
    identity = _Worker(_identify, about, eager, shards, [worker.queue for worker in folding])
    sent = ((record.key or b"", record.value or b"") for record in accepted)
    while batch := list(islice(sent, _BATCH)):
        _put(identity, batch, [identity, *folding])
    _put(identity, None, [identity, *folding])
    account = identity.answer()
    answers = [worker.answer() for worker in folding]
    revisions = [list(chain(*answers[n * shards : (n + 1) * shards])) for n in range(len(packs))]
    return Rerun(revisions, *account)


def _work(work: Callable[..., None], *words: Any) -> None:
    """What a process does; batches make many objects, and hardly one in a cycle."""
    gc.freeze()
    gc.set_threshold(_GARBAGE, 20, 100)
    work(*words)


def _identify(about: set[str], eager: Any, shards: int, queues: Sequence[Any], queue: Any, answer: Any) -> None:
    """The second room, and who of its readers gets which fact."""
    room, rows = Identity(1, eager_ticks=eager, never_join=Settings().never_join), Rows()
    kinds, offset = dict[bytes, bool](), 0
    events = first = last = 0
    for batch in iter(queue.get, None):
        records = [Record(ACCEPTED, 0, offset + n, key, value, 0) for n, (key, value) in enumerate(batch)]
        offset += len(records)
        ends = [decode_as("log.accepted", record.value)["clock"] for record in (records[0], records[-1])]
        first, last = first or ends[0], max(last, *ends)
        state = Overlay(rows)
        made = list(room.handle(records, state))
        rows.apply(state.changes)
        events += sum(not key.startswith((b"tick|", RULES)) for key, _ in batch)
        facts = [(output.key, output.value) for output in made if output.topic == FACTS]
        parts: list[list[Sent]] = [[] for _ in range(shards)]
        for fact in facts:
            if fact[0] in (_TICK, _RULES):
                for part in parts:
                    part.append(fact)
            elif _matters(fact, about, kinds):
                parts[partition_of(fact[0], shards)].append(fact)
        for place, reader in enumerate(queues):
            reader.put(parts[place % shards])
    for reader in queues:
        reader.put(None)
    answer.send(_Account(events, first, last))


def _matters(fact: Sent, about: set[str], kinds: dict[bytes, bool]) -> bool:
    """Whether any rule is about subjects of its kind."""
    known = kinds.get(fact[0])
    if known is None:
        known = kinds[fact[0]] = decode_as("log.fact", fact[1])["about"] in about
    return known


def _correlate(pack: Pack, follows: Any, queue: Any, answer: Any) -> None:
    """The third room."""
    room, rows, offset, found = Correlation(pack), Rows(), 0, list[Revision]()
    for sent in iter(queue.get, None):
        batch = [fact for fact in sent if follows or fact[0] != _RULES]
        records = [Record(FACTS, 0, offset + n, key, value, 0) for n, (key, value) in enumerate(batch)]
        if records:
            offset += len(records)
            made = outcome(room, records, rows, None)
            rows.apply(made.changes)
            found += _revisions(output.value for output in made.outputs)
    answer.send(found)


def _put(worker: _Worker, batch: list[Sent] | None, others: Sequence[_Worker]) -> None:
    """Hand a batch over; a process that has died is not waited for."""
    while True:
        try:
            worker.queue.put(batch, timeout=2)
            return
        except Full:
            if any(other.process.exitcode for other in others):
                raise SafeguardingError("a process of the back-test has died; its reason stands above") from None


def _revisions(values: Iterable[bytes]) -> Iterator[Revision]:
    for value in values:
        name, raised = decode(value)
        if name == "alert.raised":
            alert = raised["alert"]
            yield Revision(
                alert["alert_id"],
                alert["revision"],
                alert["status"],
                raised["at"],
                alert["opened_at"],
                tuple(because["event_id"] for because in alert["because"]),
                len({because["agency"] for because in alert["because"]}),
                tuple(telling["audience"] for telling in raised["tell"]),
                raised["release"],
            )
