"""A TCP proxy between clients and a broker that cuts, delays, and half-opens: a connection that nobody answers."""

import asyncio
from contextlib import suppress
from threading import Thread


class Proxy:
    """Listens on a port that the broker advertises, in a thread of its own; a context manager.

    Args:
        listen: port of 127.0.0.1 that clients know.
        broker: port of 127.0.0.1 at which the broker really is.
    """

    def __init__(self, listen: int, broker: int) -> None:
        self._listen, self._broker = listen, broker
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._open: set[asyncio.StreamWriter] = set()
        self._deaf: set[asyncio.StreamWriter] = set()
        self._refusing = False
        self._delay = 0.0

    def __enter__(self) -> "Proxy":
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._serve(), self._loop).result(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def cut(self) -> None:
        """Reset all connections, and take no new ones until `heal`."""
        self._refusing = True
        self._loop.call_soon_threadsafe(self._close)

    def delay(self, seconds: float) -> None:
        """Hold back whatever is sent, either way, until `heal`."""
        self._delay = seconds

    def half_open(self) -> None:
        """From now on nothing goes through the connections that are open, and nobody is told; new ones work."""
        self._deaf |= self._open

    def heal(self) -> None:
        """No more cuts and delays; what is half open stays so until its client gives it up."""
        self._refusing, self._delay = False, 0.0

    async def _serve(self) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self._listen)

    def _close(self) -> None:
        for writer in self._open:
            writer.transport.abort()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends = {writer}
        with suppress(OSError, asyncio.CancelledError):
            if not self._refusing:
                there, back = await asyncio.open_connection("127.0.0.1", self._broker)
                ends.add(back)
                self._open |= ends
                pumps = [asyncio.ensure_future(self._pump(*way)) for way in ((reader, back), (there, writer))]
                await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            end.transport.abort()
        self._open -= ends
        self._deaf -= ends

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                if self._delay:
                    await asyncio.sleep(self._delay)
                if writer not in self._deaf:
                    writer.write(data)
                    await writer.drain()
