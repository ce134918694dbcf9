"""How near a rule comes: of its windows the best one, whether it holds enough or not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from safeguarding.correlation.finding import Reach, Seen
from safeguarding.correlation.windows import Span, Unit


def best(
    windows: Iterable[Sequence[Unit]], weigh: Callable[[Sequence[Unit]], Sequence[Seen]], span: Span | None
) -> Reach:
    """The window that lacks least; of those that lack the same the latest.

    Args:
        windows: units in order of occurrence; none: an empty window is weighed.
        weigh: what a window holds against what it needs.
        span: length of the windows.
    """
    nearest = Reach(weigh(()), (), span)
    for window in windows:
        reach = Reach(weigh(window), [unit.first for unit in window], span)
        if reach.lacks <= nearest.lacks:
            nearest = reach
    return nearest
