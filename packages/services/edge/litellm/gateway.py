"""Starts the gateway: LiteLLM, the guard in front of it, and one server for both. Its directory has the files of its configuration."""

import argparse
import asyncio
import json
import os
from pathlib import Path

DIRECTORY = Path(__file__).parent
# Read by LiteLLM while it is imported and started.
os.environ["CONFIG_FILE_PATH"] = str(DIRECTORY / "config.yaml")

import uvicorn  # noqa: E402
from guard import Guard  # noqa: E402
from litellm.proxy.proxy_server import app  # noqa: E402
from uvicorn.protocols.http.h11_impl import H11Protocol  # noqa: E402

HEADER_SECONDS = 15
HEADER_BYTES = 16 * 1024
# Longer than proxies in front keep theirs, which would otherwise send a request into a connection that is just being closed.
KEEP_ALIVE_SECONDS = 75


class Connection(H11Protocol):
    """A connection whose next request has to begin within a time: uvicorn itself waits for headers without an end."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport) -> None:
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP ends the connection, in the middle of an answer without a word."""
        if self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete:
            self.transport.abort()
        else:
            super().send_400_response(msg)

    def _wait(self) -> None:
        """Begins to wait where no request is being answered; what comes in bit by bit does not begin anew."""
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_waiting()
        elif self._waiting is None:
            self._waiting = self.loop.call_later(HEADER_SECONDS, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None


def guarded() -> Guard:
    """LiteLLM behind the guard."""
    return Guard(app, json.loads((DIRECTORY / "guard.json").read_text(encoding="utf-8")))


def server(host: str, port: int) -> uvicorn.Server:
    """The server that is not running yet."""
    config = uvicorn.Config(
        guarded(),
        host=host,
        port=port,
        http=Connection,
        ws="none",
        access_log=False,
        # Of the rest, strangers could write as many lines as they like.
        log_level="error",
        proxy_headers=False,
        server_header=False,
        h11_max_incomplete_event_size=HEADER_BYTES,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )
    return uvicorn.Server(config)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="0.0.0.0")
    parser.add_argument("--port", type=int, required=True)
    server(**vars(parser.parse_args())).run()
