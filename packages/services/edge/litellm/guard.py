"""The door in front of LiteLLM, which answers nothing that did not come through here.

LiteLLM reads a request in many places: a model in the body, the query or the path, a key in six headers, settings of its own in fields,
headers and metadata. The guard reads it once, refuses what is not on a list, and hands LiteLLM a request of its own making: one path,
no query, no header but the key, one spelling of the body.
"""

import asyncio
import contextlib
import json
import logging
import re
import time
from dataclasses import dataclass

import guard_fields
import tenant_keys
from guard_answers import Answer, Ended, blocked_answer
from guard_bodies import InFlight, Incoming, Share
from guard_errors import Refused
from guard_log import quiet_once_started
from guard_json import Malformed, bounded, canonical, parse
from guard_request import Request, current
from guard_scope import judge_headers, key_of, made, nothing, session_of
from guard_texts import Blocked, TextFilter
from pydantic import ValidationError

# With guardrails, bytes of one request: they look at every text for every pattern.
FILTERED_BYTES = 2 * 2**20


@dataclass(frozen=True)
class Route:
    """A route of models. `kinds`: the models that have it. `texts`: whether its answer has texts."""

    path: str
    fields: type[guard_fields.Fields]
    kinds: frozenset[str]
    texts: bool


_ROUTES = [
    Route("/v1/chat/completions", guard_fields.ChatCompletion, frozenset(("chat", "prompt")), True),
    Route("/v1/responses", guard_fields.Response, frozenset(("chat", "prompt")), True),
    Route("/v1/completions", guard_fields.Completion, frozenset(("chat",)), True),
    Route("/v1/embeddings", guard_fields.Embedding, frozenset(("embedding",)), False),
    Route("/v1/rerank", guard_fields.Rerank, frozenset(("reranking",)), True),
]
ROUTES = {path: route for route in _ROUTES for path in (route.path, route.path.removeprefix("/v1"))}
LISTS = ("/v1/models", "/models")
ONE_MODEL = re.compile(r"(/v1)?/models/[^/]+")
PROBES = ("/health/liveliness", "/health/readiness")


class Guard:
    """An ASGI application in front of LiteLLM's. `settings` is what `guard.json` says."""

    def __init__(self, inner, settings: dict):
        self._inner = inner
        self._models: dict[str, str] = settings["models"]
        self._in_flight = InFlight(settings["maximumBodyBytes"])
        guardrails = settings["guardrails"]
        self._texts = TextFilter(guardrails) if guardrails else None

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "lifespan":
            return await self._inner(scope, receive, quiet_once_started(send))
        if scope["type"] != "http":
            return await send({"type": "websocket.close", "code": 1008})
        began = time.monotonic()
        answer, incoming = Answer(send, self._texts), Incoming(scope, receive)
        noted = {"path": "-", "tenant": "-"}
        try:
            await self._serve(scope, incoming, answer, noted)
        except Refused as refused:
            await self._refuse(incoming, answer, refused)
        except BaseException as error:
            if answer.complete:
                return
            if not isinstance(error, Exception):
                raise
            logging.getLogger("guard").exception("a request failed")
            await answer.refuse(Refused(500, "The gateway failed to answer. Try again later."))
        finally:
            milliseconds = round((time.monotonic() - began) * 1000)
            method = scope["method"] if scope["method"] in ("GET", "POST") else "-"
            if noted["path"] not in PROBES or answer.status != 200:
                print(method, noted["path"], noted["tenant"], answer.status or 499, f"{milliseconds} ms", flush=True)

    async def _serve(self, scope, incoming: Incoming, answer: Answer, noted: dict) -> None:
        if incoming.ambiguous:
            raise Refused(400, "Send Content-Length or Transfer-Encoding, not both.")
        path = scope["raw_path"].decode("latin-1")
        method = scope["method"]
        listed = ONE_MODEL.fullmatch(path)
        allowed = "POST" if path in ROUTES else "GET" if path in (*LISTS, *PROBES) or listed else None
        if allowed is None:
            raise Refused(404, "There is nothing at this path.")
        noted["path"] = "/v1/models/-" if listed else path
        if method != allowed:
            raise Refused(405, f"This path takes {allowed}.", "method_not_allowed", headers={"allow": allowed})
        if scope["query_string"]:
            raise Refused(400, "A query string is not read. Say everything in the body.", "query_refused")
        if allowed == "GET" and incoming.left:
            raise Refused(400, "GET takes no body.")
        if path in PROBES:
            return await self._probe(path, scope, answer)
        key = key_of(scope)
        tenant = tenant_keys.caller_of(key) if key else None
        if tenant is None:
            raise Refused(401, "This key is no tenant's. Send one as `Authorization: Bearer <key>`.", headers={"www-authenticate": "Bearer"})
        noted["tenant"] = tenant
        own = self._models if tenant == tenant_keys.PLATFORM else dict.fromkeys(tenant_keys.models_of(tenant))
        if allowed == "GET":
            return await self._list(path, own, answer)
        await self._ask(ROUTES[path], tenant, own, (key, scope, incoming), answer)

    async def _probe(self, path: str, scope, answer: Answer) -> None:
        """LiteLLM's own word, without what it tells about itself."""
        status = 0

        async def send(message):
            nonlocal status
            status = message.get("status", status)

        await self._inner({**made(scope, path), "method": "GET", "headers": []}, nothing, send)
        ok = status == 200
        await answer.say(200 if ok else 503, {"status": "ok" if ok else "not ready"})

    async def _list(self, path: str, own, answer: Answer) -> None:
        models = [{"id": name, "object": "model", "created": 0, "owned_by": "platform"} for name in own]
        if path in LISTS:
            return await answer.say(200, {"object": "list", "data": models})
        name = path.rpartition("/")[2]
        model = next((each for each in models if each["id"] == name), None)
        if model is None:
            raise _unknown(name)
        await answer.say(200, model)

    async def _ask(self, route: Route, tenant: str, own, request, answer: Answer) -> None:
        key, scope, incoming = request
        judge_headers(scope)
        with self._in_flight.share(tenant) as share:
            received = await incoming.read(share)
            async with share.turn():
                body, answer.client = await self._checked(route, own, received, share, scope)
            del received
            current.set(answer.client)
            inner = made(scope, route.path)
            inner["headers"] = [
                (b"host", b"gateway"),
                (b"authorization", b"Bearer " + key),
                (b"content-type", b"application/json"),
                (b"content-length", str(len(body)).encode()),
            ]
            asking = asyncio.ensure_future(self._inner(inner, incoming.replaced(body), answer.inside(route.texts)))
            gone = asyncio.ensure_future(incoming.gone())
            await asyncio.wait((asking, gone), return_when=asyncio.FIRST_COMPLETED)
            gone.cancel()
            # Nobody reads on: the model must not go on writing.
            if not answer.complete:
                asking.cancel()
            with contextlib.suppress(Ended, asyncio.CancelledError):
                await asking

    async def _checked(self, route: Route, own, body: bytes, share: Share, scope) -> tuple[bytes, Request]:
        """The body that LiteLLM gets, and what is kept from it."""
        try:
            read = parse(body)
            share.weigh(bounded(read))
            asked = route.fields.model_validate(read).model_dump(by_alias=True, exclude_unset=True, exclude_none=True)
        except Malformed as malformed:
            raise Refused(400, f"The body cannot be read: {malformed}.", "invalid_json") from None
        except ValidationError as error:
            raise _wrong_fields(error, read) from None
        model = asked["model"]
        if model not in own:
            raise _unknown(model)
        kind = self._models[model]
        if kind not in route.kinds:
            raise Refused(400, f'"{model}" is {_KINDS[kind]}, which {route.path} does not reach.', "wrong_route", "model")
        asked.pop("store", None)
        client = Request(session=session_of(scope))
        # Responses carry their metadata back; that of a chat fills in prompts, and would be settings to LiteLLM.
        client.metadata = asked.get("metadata", {}) if route.fields is guard_fields.Response else asked.pop("metadata", {})
        if self._texts:
            asked, client.metadata = await self._filtered(asked, client.metadata, len(body))
        try:
            return canonical(asked), client
        except Malformed as malformed:
            raise Refused(400, f"The body cannot be read: {malformed}.", "invalid_json") from None

    async def _filtered(self, asked: dict, metadata: dict, size: int) -> tuple[dict, dict]:
        if size > FILTERED_BYTES:
            raise Refused(413, f"This platform looks at every text, of {FILTERED_BYTES // 2**20} MiB at most in a request.")
        if asked.get("logprobs"):
            raise Refused(400, "logprobs would repeat the answer token by token, past the platform's guardrails.", param="logprobs")
        texts = asked.get("prompt") or asked.get("input")
        if isinstance(texts, list) and not isinstance(texts[0], (str, dict)):
            raise Refused(400, "Tokens cannot be looked at by the platform's guardrails. Send texts.", param="prompt" if "prompt" in asked else "input")
        try:
            return await asyncio.to_thread(lambda: (self._texts.clean_all(asked), self._texts.clean_all(metadata, open_=True)))
        except Blocked as blocked:
            raise blocked_answer(blocked) from None

    @staticmethod
    async def _refuse(incoming: Incoming, answer: Answer, refused: Refused) -> None:
        if answer.status or not incoming.left:
            return await answer.refuse(refused)
        refused.headers["connection"] = "close"
        await answer.refuse(refused, ends=False)
        await incoming.drop()
        await answer.end()


_KINDS = {"chat": "a model that answers", "prompt": "a prompt", "embedding": "an embedding model", "reranking": "a reranking model"}


def _unknown(model: str) -> Refused:
    """The same for another tenant's model and for none at all."""
    message = f"The model {json.dumps(model[:100])} does not exist, or this key may not use it."
    return Refused(404, message, "model_not_found", "model")


def _wrong_fields(error: ValidationError, body: dict) -> Refused:
    """Every wrong field with the rule it breaks, and nothing of its value."""
    wrong: dict[str, dict[str, None]] = {}
    for each in error.errors(include_url=False, include_context=False, include_input=False):
        message = "is not taken here" if each["type"] == "extra_forbidden" else each["msg"]
        wrong.setdefault(_place(each["loc"], body), {})[message[:1].lower() + message[1:]] = None
    listed = "; ".join(f"{place}: {' or '.join(messages)}" for place, messages in list(wrong.items())[:10])
    return Refused(400, f"The request has fields that are wrong: {listed}.", "invalid_fields", next(iter(wrong)))


def _place(location: tuple, body: object) -> str:
    """Where in the body something is wrong, without the names of types that were tried."""
    parts, value = [], body
    for position, part in enumerate(location):
        here = part in value if isinstance(value, dict) else isinstance(value, list) and isinstance(part, int)
        if here or (isinstance(value, dict) and position == len(location) - 1):
            parts.append(str(part)[:64])
            value = value[part] if here else None
    return ".".join(parts) or "body"
