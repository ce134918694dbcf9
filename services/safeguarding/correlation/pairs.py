"""Which alert of a past that was folded again is which that was sent: they share an evidence event, oldest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from safeguarding.correlation.record import Life

Pair = tuple[Life | None, Life | None]


def paired(sent: Iterable[Life], found: Sequence[Life]) -> list[Pair]:
    """Each alert that was sent with the one that is found now; what has no other stands alone.

    Args:
        sent: the alerts as they were sent.
        found: the alerts as they would have been sent, had all been known from the start.
    """
    left = sorted(sent, key=lambda life: (life.opened_at, life.rule, life.name, life.n))
    pairs: list[Pair] = []
    for same_case in (True, False):  # a corrected case keeps its alert, after all others have found theirs
        taken = {id(now) for _, now in pairs}
        for now in [life for life in found if id(life) not in taken]:
            for before in left:
                alike = before.rule == now.rule and (before.case == now.case or not same_case)
                if alike and not set(before.because).isdisjoint(now.because):
                    left.remove(before)
                    pairs.append((before, now))
                    break
    taken = {id(now) for _, now in pairs}
    pairs += [(None, life) for life in found if id(life) not in taken]
    return [*pairs, *((before, None) for before in left)]
