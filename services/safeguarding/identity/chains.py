"""An event and its corrections are one chain, of which one event stands; duplicates and conflicts of ids."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec

from safeguarding.identity.rows import Shelf, joined

_PACK = msgspec.msgpack.Encoder()


class Known(msgspec.Struct, array_like=True):
    """An event id that an agency has used.

    Attributes:
        offset: where the event stands in the log.
        clock: the pipeline's clock then.
        digest: of its content, but for when it was published.
        label: id by which its chain is known.
        source: which system of the agency sent it.
        test: a test event, which no correction can name.
    """

    offset: int
    clock: int
    digest: bytes
    label: str
    source: str
    test: bool = False


class Link(msgspec.Struct, array_like=True, frozen=True):
    """One event of a chain."""

    id: str
    offset: int
    clock: int
    action: str
    supersedes: str | None
    published_at: int
    live: bool


class Chain(msgspec.Struct, array_like=True):
    """An event and its corrections, in the order in which they came.

    Attributes:
        label: the id by which the chain is known, for good.
        source: which system of the agency sent them.
        links: its events.
    """

    label: str
    source: str
    links: list[Link] = []

    @property
    def standing(self) -> Link | None:
        """The event that stands: named by no correction, the newest of such; None: it is withdrawn."""
        if len(self.links) == 1:
            return None if self.links[0].action == "delete" else self.links[0]
        named = {link.supersedes for link in self.links}
        heads = [link for link in self.links if link.id not in named] or self.links
        newest = max(heads, key=lambda link: (link.published_at, link.offset))
        return None if newest.action == "delete" else newest


class Entry(NamedTuple):
    """What an arriving event is in its chain.

    Attributes:
        before: the event that stood until now; several when it joins chains, each of which had its own.
        after: the event that stands from now on.
        chain: the chain, which begins where the pipeline first heard of it.
        labels: by which chains that are part of it now, or the event itself, may have been known until now.
        joins: whether several chains are one from now on.
    """

    before: list[Link]
    after: Link | None
    chain: Chain
    labels: set[str]
    joins: bool


class Refusal(NamedTuple):
    """Why an event is not taken: a repeat of one that was, or a fault."""

    status: str
    code: str | None = None
    field: str | None = None


class Chains:
    """All ids and all chains."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def enter(self, event: dict[str, Any], offset: int, clock: int) -> Entry | Refusal:
        """Take an event in, whatever it says.

        Args:
            event: the event.
            offset: where it stands in the log.
            clock: the pipeline's clock.
        """
        agency, name, source = event["agency"], event["id"], event["source"]
        digest = blake2b(_PACK.encode({**event, "published_at": 0}), digest_size=16).digest()
        known = self.known(agency, name)
        if known is not None:
            return Refusal("duplicate") if known.digest == digest else Refusal("rejected", "ID_CONFLICT", "id")
        target = event["supersedes"]
        if target is not None and not self._is_theirs(agency, source, target):
            return Refusal("rejected", "NOT_YOURS", "supersedes")
        chains = self._chains(agency, source, name, target)
        before = [link for chain in chains if chain.links and (link := chain.standing)]
        labels = {name, *(chain.label for chain in chains)}
        chain = chains[0] if event["test"] else self._joined(agency, chains)
        live = event["mode"] == "live"
        chain.links.append(Link(name, offset, clock, event["action"], target, event["published_at"], live))
        self._shelf.write(_id_row(agency, name), Known(offset, clock, digest, chain.label, source, event["test"]))
        if not event["test"] and (target is not None or len(chain.links) > 1):
            self._shelf.write(_chain_row(agency, chain.label), chain)
        if target is not None and self.known(agency, target) is None:
            self._shelf.write(_early_row(agency, target), chain.label)
        return Entry(before, chain.standing, chain, labels - {chain.label}, len(chains) > 1)

    def known(self, agency: str, name: str) -> Known | None:
        """What is known of an event id."""
        return self._shelf.read(_id_row(agency, name), Known)

    def label(self, agency: str, name: str) -> str:
        """Label of the chain to which an event belongs, known or not."""
        known = self.known(agency, name)
        return known.label if known else self._shelf.read(_early_row(agency, name), str) or name

    def standing(self, agency: str, label: str) -> int | None:
        """Offset of the event that stands in a chain."""
        chain = self._shelf.read(_chain_row(agency, label), Chain)
        if chain is not None:
            return chain.standing.offset if chain.standing else None
        known = self.known(agency, label)
        return known.offset if known else None

    def _is_theirs(self, agency: str, source: str, target: str) -> bool:
        """Whether a correction may name an event: its own agency's and source's, or one that has yet to come."""
        known = self.known(agency, target)
        if known is not None:
            return known.source == source
        return not self._shelf.tails(b"e|" + joined(target))

    def _joined(self, agency: str, chains: list[Chain]) -> Chain:
        """One chain of several, under the label of the one that was heard of first."""
        first, *others = sorted(chains, key=lambda chain: chain.links[0].offset if chain.links else 0)
        for other in others:
            for link in other.links:
                known = self.known(agency, link.id)
                assert known is not None  # noqa: S101  # links are events that came
                known.label = first.label
                self._shelf.write(_id_row(agency, link.id), known)
                if link.supersedes is not None and self.known(agency, link.supersedes) is None:
                    self._shelf.write(_early_row(agency, link.supersedes), first.label)
            self._shelf.write(_chain_row(agency, other.label), None)
            first.links.extend(other.links)
        first.links.sort(key=lambda link: link.offset)
        return first

    def _chains(self, agency: str, source: str, name: str, target: str | None) -> list[Chain]:
        """The chains that an event joins: of what it corrects, of corrections that came before it; or a new one."""
        known = self.known(agency, target) if target is not None else None
        early = [self._shelf.read(_early_row(agency, id_), str) for id_ in (name, target) if id_ is not None]
        if target is None and early == [None]:
            return [Chain(name, source)]  # nobody has named it before it came
        found = dict[str, Chain]()
        for label in [known.label if known and not known.test else None, *early]:
            chain = None if label is None else self._shelf.read(_chain_row(agency, label), Chain)
            if chain is not None and chain.source == source:
                found[chain.label] = chain
        if known is not None and not known.test and known.label not in found:
            first = self._shelf.event(known.offset)
            live, published = first["mode"] == "live", first["published_at"]
            link = Link(first["id"], known.offset, known.clock, first["action"], None, published, live)
            found[known.label] = Chain(known.label, source, [link])
        if found:
            return [*found.values()]
        other = self._shelf.read(_chain_row(agency, target or name), Chain)  # corrections that were not theirs to make
        return [Chain(target or name if other is None else f"{name}|{source}", source)]


def _id_row(agency: str, name: str) -> bytes:
    return b"e|" + joined(name, agency)


def _chain_row(agency: str, label: str) -> bytes:
    return b"q|" + joined(agency, label)


def _early_row(agency: str, name: str) -> bytes:
    """For an id that a correction named before it came: the label of the chain."""
    return b"o|" + joined(agency, name)
