"""The rows behind a Faust table: Faust knows the table (assignment, stand-by copies, changelog), we keep the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from faust.stores.base import Store as FaustStore
from faust.types import TP, EventT

from safeguarding.errors import StateError
from safeguarding.runtime.rows import Rows


class Store(FaustStore):  # type: ignore[misc]  # faust ships no types
    """Store of the `faust.stores` entry point ``safeguarding://``: one folder of rows for each partition."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._open: dict[int, Rows] = {}

    def rows(self, partition: int) -> Rows:
        """The rows of a partition, opened at first use."""
        if partition not in self._open:
            folder = self.app.conf.tabledir / f"{self.table_name}-{partition}"
            self._open[partition] = Rows(folder)
        return self._open[partition]

    def persisted_offset(self, tp: TP) -> int | None:
        """The last changelog offset that is in the rows."""
        return self.rows(tp.partition).changelog - 1

    def apply_changelog_batch(
        self, batch: Iterable[EventT], to_key: Callable[[Any], Any], to_value: Callable[[Any], Any]
    ) -> None:
        """Never used: changelog records reach the rows through `runtime.changelog.Replica`.

        Raises:
            StateError: Faust had records for us; its transport is not ours.
        """
        if list(batch):
            raise StateError("changelog records must go through our own transport")

    def reset_state(self) -> None:
        """Nothing is held but the open folders."""

    async def on_stop(self) -> None:
        """Close the folders."""
        for rows in self._open.values():
            rows.close()
        self._open.clear()

    async def backup_partition(self, tp: TP, *args: Any, **kwargs: Any) -> None:
        """The changelog is the backup."""

    def restore_backup(self, tp: TP, *args: Any, **kwargs: Any) -> None:
        """The changelog is the backup."""

    def __getitem__(self, key: Any) -> Any:
        raise KeyError(key)

    def __setitem__(self, key: Any, value: Any) -> None:
        raise StateError("rows are written by the engine, in batches")

    def __delitem__(self, key: Any) -> None:
        raise StateError("rows are written by the engine, in batches")

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0
