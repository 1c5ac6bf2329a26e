"""Bodies of requests: how large one may be, how long it may take, and how much of them the gateway holds at a time."""

import asyncio
import contextlib
from collections import defaultdict

from guard_errors import Refused
from guard_scope import has_body, length_of, values

BODY_SECONDS = 30
# How long the body of a refused request is read and dropped, so that its sender gets to read the answer: a connection that is closed
# with bytes unread loses it.
LINGER_SECONDS = 10
# Of the largest bodies, all requests in flight may hold this many, and those of one tenant half as many.
BODIES_IN_FLIGHT = 8
# What a value weighs above an ordinary number of them: LiteLLM takes 20 µs for each (measured), in which it does nothing else.
ORDINARY_VALUES, BYTES_PER_VALUE = 1000, 1536
# Above this a body is a large one, and waits for its turn among its tenant's: nobody is answered while LiteLLM works on one.
LARGE_BYTES = 64 * 2**10
# What LiteLLM takes for a body before it asks the model (measured on a busy core).
SECONDS_PER_BYTE, SECONDS_PER_VALUE = 0.3e-6, 25e-6


class InFlight:
    """What the requests in flight hold, in bytes, and whose turn it is."""

    def __init__(self, largest: int):
        #: The largest body.
        self.largest = largest
        self._held: defaultdict[str, int] = defaultdict(int)
        #: Held by the tenant's large request whose turn it is.
        self.turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @contextlib.contextmanager
    def share(self, tenant: str):
        """The share of one request, until it is answered."""
        share = Share(self, tenant)
        try:
            yield share
        finally:
            self.change(tenant, -share.held)

    def change(self, tenant: str, more: int) -> None:
        """Counts bytes. Raises Refused where there are too many."""
        if more > 0:
            if self._held[""] + more > BODIES_IN_FLIGHT * self.largest:
                raise Refused(503, "The gateway holds as many requests as it can. Try again later.", headers={"retry-after": "1"})
            if self._held[tenant] + more > BODIES_IN_FLIGHT // 2 * self.largest:
                message = "The requests in flight of this key's tenant are too large together. Try again later."
                raise Refused(429, message, headers={"retry-after": "1"})
        for who in (tenant, ""):
            self._held[who] += more


class Share:
    """What one request holds."""

    def __init__(self, in_flight: InFlight, tenant: str):
        self.in_flight, self._tenant = in_flight, tenant
        self.held = self.values = 0

    def hold(self, total: int) -> None:
        """Raises Refused where there is no room for it."""
        if total > self.held:
            self.in_flight.change(self._tenant, total - self.held)
            self.held = total

    def weigh(self, values: int) -> None:
        """Counts the values of a body, which take time where its bytes take memory."""
        self.values = values
        self.hold(self.held + max(values - ORDINARY_VALUES, 0) * BYTES_PER_VALUE)

    @contextlib.asynccontextmanager
    async def turn(self):
        """Where a body is read and judged. The next large one of the tenant follows once LiteLLM has had its time for this one."""
        if self.held < LARGE_BYTES:
            yield
            return
        size, lock = self.held, self.in_flight.turns[self._tenant]
        await lock.acquire()
        seconds = 0.0
        try:
            yield
            seconds = size * SECONDS_PER_BYTE + self.values * SECONDS_PER_VALUE
        finally:
            asyncio.get_running_loop().call_later(seconds, lock.release)


class Incoming:
    """The body of one request, as it comes in."""

    def __init__(self, scope, receive):
        self._declared = length_of(scope)
        #: Whether it has two lengths: a program in front that goes by the other one would read another request.
        self.ambiguous = self._declared is not None and bool(values(scope, b"transfer-encoding"))
        self._receive = receive
        self._gone = asyncio.Event()
        #: Whether some of it is still to come.
        self.left = has_body(scope)

    async def receive(self) -> dict:
        message = await self._receive()
        if not message.get("more_body", False):
            self.left = False
        return message

    async def read(self, share: Share) -> bytes:
        """All of it. Raises Refused where it is too large, too slow or cut off."""
        body = bytearray()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                while True:
                    if max(self._declared or 0, len(body)) > share.in_flight.largest:
                        raise Refused(413, f"The body is larger than {share.in_flight.largest // 2**20} MiB.", "request_too_large")
                    share.hold(max(self._declared or 0, len(body)))
                    if not self.left:
                        return bytes(body)
                    message = await self.receive()
                    if message["type"] == "http.disconnect":
                        raise Refused(400, "The body ended early.")
                    body += message.get("body", b"")
        except TimeoutError:
            raise Refused(408, f"The body took longer than {BODY_SECONDS} s.", "request_timeout") from None

    async def drop(self) -> None:
        """Reads what is left, for a while, and forgets it."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LINGER_SECONDS):
                while self.left:
                    await self.receive()

    async def gone(self) -> None:
        """Returns once nobody waits for the answer any more: its sender has gone, or has it all."""
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._gone.set()

    def replaced(self, body: bytes):
        """Another body in one piece, and after it whether the sender is still there, as far as `gone` is awaited."""
        given = False

        async def receive() -> dict:
            nonlocal given
            if given:
                await self._gone.wait()
                return {"type": "http.disconnect"}
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        return receive
