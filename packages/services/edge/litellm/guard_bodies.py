"""Bodies of requests: how large one may be, how long it may take, and how much of them the gateway holds at a time."""

import asyncio
import contextlib
from collections import defaultdict

from guard_errors import Refused
from guard_scope import has_body, length_of

BODY_SECONDS = 30
# How long the body of a refused request is read and dropped, so that its sender gets to read the answer: a connection that is closed
# with bytes unread loses it.
LINGER_SECONDS = 10
# Of the largest bodies, all requests in flight may hold this many, and those of one tenant half as many.
BODIES_IN_FLIGHT = 8
# What a value weighs above an ordinary number of them: LiteLLM takes 20 µs for each (measured), in which it does nothing else.
ORDINARY_VALUES, BYTES_PER_VALUE = 1000, 1536


class InFlight:
    """What the requests in flight hold, in bytes."""

    def __init__(self, largest: int):
        #: The largest body.
        self.largest = largest
        self._held: defaultdict[str, int] = defaultdict(int)

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
        self.in_flight, self._tenant, self.held = in_flight, tenant, 0

    def hold(self, total: int) -> None:
        """Raises Refused where there is no room for it."""
        if total > self.held:
            self.in_flight.change(self._tenant, total - self.held)
            self.held = total

    def weigh(self, values: int) -> None:
        """Counts the values of a body, which take time where its bytes take memory."""
        self.hold(self.held + max(values - ORDINARY_VALUES, 0) * BYTES_PER_VALUE)


class Incoming:
    """The body of one request, as it comes in."""

    def __init__(self, scope, receive):
        self._declared = length_of(scope)
        self._receive = receive
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

    def replaced(self, body: bytes):
        """Another body in one piece, and after it whether the sender is still there."""
        given = False

        async def receive() -> dict:
            nonlocal given
            if given:
                return await self._receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        return receive
