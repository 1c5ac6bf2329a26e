"""What leaves the gateway: answers of LiteLLM without what is LiteLLM's own, errors in the guard's words, texts as the guardrails leave them."""

import asyncio
import json
import re

from guard_errors import Refused, from_inside
from guard_request import Request
from guard_streams import Stream, tidy
from guard_texts import UNREAD_IN_ANSWERS, Blocked, TextFilter

_HEADERS = re.compile(rb"content-type|retry-after|cache-control|x-prompt-variant|x-ratelimit-[a-z-]+")
_LARGEST_ERROR = 65536


class Ended(Exception):
    """The guard has ended the answer; what LiteLLM still writes of it goes nowhere."""


class Answer:
    """The answer to one request. `status` is what the client gets, 0 before it gets anything."""

    def __init__(self, send, texts: TextFilter | None):
        self._send, self._texts = send, texts
        self.status = 0
        self.complete = False
        #: Set before LiteLLM is asked.
        self.client: Request | None = None
        self._whole = True
        self._inside = 0
        self._headers: list[tuple[bytes, bytes]] = []
        self._body = bytearray()
        self._stream: Stream | None = None

    async def say(self, status: int, body: dict, headers: dict[str, str] | None = None, ends: bool = True) -> None:
        """Answers with an object of the guard's own. `ends`: whether nothing is left to be done on the connection."""
        data = json.dumps(body, ensure_ascii=False).encode()
        listed = {"content-type": "application/json", "content-length": str(len(data)), **(headers or {})}
        await self._start(status, [(name.encode(), value.encode()) for name, value in listed.items()])
        await (self.end(data) if ends else self._send({"type": "http.response.body", "body": data, "more_body": True}))

    async def refuse(self, refused: Refused, ends: bool = True) -> None:
        if self.status == 0:
            await self.say(refused.status, refused.body(), refused.headers, ends)
        elif not self.complete:
            await self.end(b"data: " + json.dumps(refused.body()).encode() + b"\n\n" if self._stream else b"")

    def inside(self, changes: bool):
        """What LiteLLM sends its answer to. `changes`: whether the answer has texts, and is to be read before it leaves."""

        async def send(message: dict) -> None:
            if self.complete:
                raise Ended
            if message["type"] == "http.response.start":
                await self._begin(message, changes)
            elif message["type"] == "http.response.body":
                await self._continue(message.get("body", b""), message.get("more_body", False))

        return send

    async def _begin(self, message: dict, changes: bool) -> None:
        self._inside = message["status"]
        headers = [(name.lower(), value) for name, value in message["headers"]]
        kept = [(name, value) for name, value in headers if _HEADERS.fullmatch(name)]
        self._headers = kept
        if self._inside != 200:
            return
        if dict(headers).get(b"content-type", b"").startswith(b"text/event-stream"):
            self._stream, self._whole = Stream(self._texts), False
        elif not changes:
            self._whole = False
            kept += [(name, value) for name, value in headers if name == b"content-length"]
        if not self._whole:
            await self._start(200, kept)

    async def _continue(self, body: bytes, more: bool) -> None:
        if self._whole:
            # Of an error no more than its beginning is of use.
            if self._inside == 200 or len(self._body) < _LARGEST_ERROR:
                self._body += body
            if not more:
                await self._finish()
            return
        if self._stream:
            try:
                body = self._stream.next(body)
            except Blocked as blocked:
                await self.refuse(blocked_answer(blocked))
                raise Ended from None
        if more:
            if body:
                await self._send({"type": "http.response.body", "body": body, "more_body": True})
            # What goes to a connection that is closed is thrown away without waiting: others get their turn, and who notices it.
            await asyncio.sleep(0)
        else:
            await self.end(body)

    async def _finish(self) -> None:
        headers = {name.decode(): value.decode() for name, value in self._headers if name != b"content-type"}
        if self._inside != 200:
            refused = from_inside(self._inside, bytes(self._body))
            if self.client and self.client.refused:
                refused = Refused(400, self.client.refused)
            refused.headers = headers
            return await self.refuse(refused)
        value = tidy(json.loads(bytes(self._body)))
        if self._texts:
            try:
                value = await asyncio.to_thread(self._texts.clean_all, value, UNREAD_IN_ANSWERS)
            except Blocked as blocked:
                return await self.refuse(blocked_answer(blocked))
        await self.say(200, value, headers)

    async def _start(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        self.status = status
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    async def end(self, body: bytes = b"") -> None:
        self.complete = True
        await self._send({"type": "http.response.body", "body": body, "more_body": False})


def blocked_answer(blocked: Blocked) -> Refused:
    """The error where a guardrail refuses a text."""
    return Refused(400, f"The text has what this platform does not let through: {blocked}.", "content_policy_violation")
