"""What the guard reads of a request before its body, each thing from one place."""

import re

from guard_errors import Refused

_SESSION = re.compile(rb"[A-Za-z0-9._-]{1,128}")


def values(scope, name: bytes) -> list[bytes]:
    return [value for each, value in scope["headers"] if each == name]


def key_of(scope) -> bytes | None:
    """The one key of a request."""
    given = values(scope, b"authorization")
    scheme, _, key = given[0].partition(b" ") if len(given) == 1 else (b"", b"", b"")
    return key if scheme.lower() == b"bearer" and key and not key.startswith(b" ") else None


def session_of(scope) -> str | None:
    given = values(scope, b"x-litellm-session-id")
    return given[0].decode() if len(given) == 1 and _SESSION.fullmatch(given[0]) else None


def length_of(scope) -> int | None:
    given = values(scope, b"content-length")
    return int(given[0]) if given else None


def has_body(scope) -> bool:
    return bool(length_of(scope) or values(scope, b"transfer-encoding"))


def judge_headers(scope) -> None:
    kinds = values(scope, b"content-type")
    kind, _, parameters = kinds[0].lower().partition(b";") if len(kinds) == 1 else (b"", b"", b"")
    if kind.strip() != b"application/json" or parameters.replace(b" ", b"") not in (b"", b"charset=utf-8"):
        raise Refused(415, "Send the body as `Content-Type: application/json`.", "unsupported_media_type")
    if any(value.lower() != b"identity" for value in values(scope, b"content-encoding")):
        raise Refused(415, "Send the body without Content-Encoding.", "unsupported_media_type")


def made(scope, path: str) -> dict:
    """A request of the guard's own, at the same connection."""
    kept = {name: scope[name] for name in ("type", "asgi", "http_version", "method", "scheme", "server", "client", "state") if name in scope}
    return {**kept, "path": path, "raw_path": path.encode(), "root_path": "", "query_string": b""}


async def nothing() -> dict:
    return {"type": "http.request", "body": b"", "more_body": False}
