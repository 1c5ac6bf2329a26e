"""Answers that are written event by event: errors in the guard's words, nothing of LiteLLM's own, texts as the guardrails leave them."""

import json
import re
from hashlib import sha256

from guard_errors import from_inside
from guard_texts import UNREAD_IN_ANSWERS, TextFilter, Writing

# Where in a response of the Responses API an event belongs.
_PLACE = ("item_id", "output_index", "content_index", "summary_index")
_TEXTS = ("content", "reasoning_content", "reasoning", "refusal")

# Members and identifiers in which LiteLLM says what answered.
_OWN = frozenset(("provider_specific_fields", "hidden_params", "_hidden_params"))
_CODED = re.compile(r"\b([a-z]{2,8}_)bGl0ZWxsb[\w+/=-]*")


def tidy(value: object) -> object:
    """An answer without what is LiteLLM's own."""
    if isinstance(value, list):
        return [tidy(each) for each in value]
    if isinstance(value, dict):
        return {key: tidy(each) for key, each in value.items() if key not in _OWN}
    if isinstance(value, str) and "_bGl0ZWxsb" in value:
        return _CODED.sub(lambda found: found[1] + sha256(found[0].encode()).hexdigest()[:32], value)
    return value


class Stream:
    """A stream of server-sent events. Raises Blocked where a text is refused."""

    def __init__(self, texts: TextFilter | None):
        self._texts = texts
        self._left = b""
        self._writings: dict[tuple, Writing] = {}

    def next(self, part: bytes) -> bytes:
        """What may leave of a part; what is no whole event yet waits for the next one."""
        *events, self._left = (self._left + part).split(b"\n\n")
        return b"".join(self._event(event) + b"\n\n" for event in events if event)

    def _said(self, value: dict, named: bool) -> bytes:
        """An event with a value of the guard's own."""
        data = b"data: " + json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        return (b"event: " + value["type"].encode() + b"\n" if named else b"") + data

    def _event(self, event: bytes) -> bytes:
        lines = event.split(b"\n")
        before: list[dict] = []
        kept = [self._line(line, before) for line in lines]
        named = any(line.startswith(b"event:") for line in lines)
        return b"\n\n".join([*(self._said(value, named) for value in before), b"\n".join(kept)])

    def _line(self, line: bytes, before: list[dict]) -> bytes:
        """What becomes of a line; `before` gets events that have to come first."""
        name, _, data = line.partition(b":")
        # A comment that keeps the connection alive, or the event's name.
        if name != b"data":
            return line if name == b"event" else b":"
        data = data.strip()
        if data == b"[DONE]":
            return line
        value = json.loads(data)
        if isinstance(value, dict) and isinstance(value.get("error"), dict):
            value = error_event(data)
        elif isinstance(value, dict) and value.get("type") in ("error", "response.failed"):
            value = {"type": "error", **error_event(b"")["error"]}
        else:
            value = tidy(value)
            if self._texts:
                value = self._filtered(value, before)
        return self._said(value, named=False)

    def _filtered(self, value: dict, before: list[dict]) -> dict:
        if "choices" in value:
            for choice in value["choices"]:
                self._choice(choice)
            return value
        kind = value.get("type", "")
        place = {name: value[name] for name in _PLACE if name in value}
        if kind.endswith(".delta") and isinstance(value.get("delta"), str):
            value["delta"] = self._writing((kind, *place.values())).next(value["delta"])
            return value
        delta = kind.removesuffix(".done") + ".delta"
        if kind.endswith(".done") and (writing := self._writings.pop((delta, *place.values()), None)):
            if rest := writing.next("", last=True):
                before.append({"type": delta, "sequence_number": value.get("sequence_number"), **place, "delta": rest})
        return self._texts.clean_all(value, UNREAD_IN_ANSWERS)

    def _choice(self, choice: dict) -> None:
        index, delta = choice.get("index", 0), choice.get("delta") or {}
        pieces = [((index, name), delta, name) for name in _TEXTS if isinstance(delta.get(name), str)]
        if isinstance(choice.get("text"), str):
            pieces.append(((index, "text"), choice, "text"))
        for call in delta.get("tool_calls") or []:
            function = call.get("function") or {}
            if isinstance(function.get("arguments"), str):
                pieces.append(((index, "tool", call.get("index", 0)), function, "arguments"))
        for place, holder, name in pieces:
            holder[name] = self._writing(place).next(holder[name])
        for place in [each for each in self._writings if each[0] == index]:
            # Nothing follows where the answer is complete, or its next part has begun.
            if choice.get("finish_reason") or (pieces and place not in [each for each, *_ in pieces]):
                self._append(choice, place, self._writings.pop(place).next("", last=True))

    @staticmethod
    def _append(choice: dict, place: tuple, rest: str) -> None:
        if not rest:
            return
        delta = choice.setdefault("delta", {}) if place[1] != "text" else choice
        if place[1] != "tool":
            delta[place[1]] = (delta.get(place[1]) or "") + rest
            return
        calls = delta["tool_calls"] = delta.get("tool_calls") or []
        own = next((call for call in calls if call.get("index", 0) == place[2]), None)
        if own is None:
            calls.append({"index": place[2], "function": {"arguments": rest}})
        else:
            own["function"]["arguments"] += rest

    def _writing(self, place: tuple) -> Writing:
        return self._writings.setdefault(place, Writing(self._texts))


def error_event(data: bytes) -> dict:
    """The error of a stream in the guard's words."""
    try:
        status = int(json.loads(data)["error"]["code"])
    except (ValueError, KeyError, TypeError):
        status = 500
    return from_inside(status, data).body()
