"""Guardrails: what LiteLLM's content filter finds is masked, or refused, in every text of a question and an answer.

LiteLLM itself shows its filter the messages of a chat and little else. Here it sees every text, whatever the field.
"""

import re

from litellm.proxy.guardrails.guardrail_hooks.litellm_content_filter.content_filter import ContentFilterGuardrail

# A pattern is looked for in windows of a text: some take quadratic time, and a text comes from a stranger.
LEAD, STEP, TAIL = 64, 640, 320
# What every match of a pattern has; looking for it first costs next to nothing.
NEEDED = {"email": "@"}
# Characters of an answer that are held back while it is written, because what follows could make a match of them.
HELD = 64
LONGEST_WORD = 1024

# Members that are no text of anybody's: names that the protocol or the stack file gives, and coded bytes. In an answer identifiers too.
UNREAD = frozenset("model role type object status finish_reason encoding_format format url image_url data embedding".split())
UNREAD_IN_ANSWERS = UNREAD | frozenset("id call_id tool_call_id item_id response_id".split())
# Below these, names are the client's own.
OPEN = frozenset("parameters schema chat_template_kwargs metadata".split())
ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


class Blocked(ValueError):
    """A text has what is refused; the message is the name of its pattern."""


class TextFilter:
    """What becomes of texts. `actions` maps names of LiteLLM's patterns to `mask` or `block`."""

    def __init__(self, actions: dict[str, str]):
        patterns = [{"pattern_type": "prebuilt", "pattern_name": name, "action": action.upper()} for name, action in actions.items()]
        self._engine = ContentFilterGuardrail(guardrail_name="content", patterns=patterns)
        self._blocked = {name for name, action in actions.items() if action == "block"}

    def spans(self, text: str) -> list[tuple[int, int, str]]:
        """Where something is found, and what, in order and without overlaps. Raises Blocked."""
        found = []
        for start in range(0, max(len(text), 1), STEP):
            offset = max(start - LEAD, 0)
            window = text[offset : start + STEP + TAIL]
            for entry in self._engine.compiled_patterns:
                name = entry["pattern_name"]
                if NEEDED.get(name, "") not in window:
                    continue
                for first, last in self._engine._find_pattern_spans(window, entry):
                    if start <= offset + first < start + STEP:
                        if name in self._blocked:
                            raise Blocked(name)
                        found.append((offset + first, offset + last, name))
        distinct = []
        for first, last, name in sorted(found):
            if distinct and first < distinct[-1][1]:
                before = distinct[-1]
                distinct[-1] = (before[0], max(before[1], last), before[2])
            else:
                distinct.append((first, last, name))
        return distinct

    def clean(self, text: str) -> str:
        """A text with what is masked replaced by its name. Raises Blocked."""
        # JSON within a text, such as the arguments of a tool, may spell its characters out.
        plain = ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "\\u" in text else text
        if plain != text and (spans := self.spans(plain)):
            return masked(plain, spans)
        return masked(text, self.spans(text))

    def clean_all(self, value: object, unread: frozenset[str] = UNREAD, open_: bool = False) -> object:
        """A JSON value whose texts are clean, keys of objects too. Raises Blocked."""
        if isinstance(value, str):
            return self.clean(value)
        if isinstance(value, list):
            return [self.clean_all(each, unread, open_) for each in value]
        if isinstance(value, dict):
            return {
                self.clean(key): each
                if isinstance(each, str) and key in unread and not open_
                else self.clean_all(each, unread, open_ or key in OPEN)
                for key, each in value.items()
            }
        # A number has no room for a mask.
        if open_ and isinstance(value, (int, float)) and (spans := self.spans(str(value))):
            raise Blocked(spans[0][2])
        return value


def masked(text: str, spans: list[tuple[int, int, str]]) -> str:
    parts, end = [], 0
    for first, last, name in spans:
        parts += [text[end:first], f"[{name.upper()}_REDACTED]"]
        end = last
    return "".join([*parts, text[end:]])


class Writing:
    """A text that comes in pieces: each is given out once nothing that may follow can make it part of a match."""

    def __init__(self, texts: TextFilter):
        self._texts = texts
        self._context = ""
        self._held = ""

    def next(self, piece: str, last: bool = False) -> str:
        """What may be given out now. Raises Blocked."""
        self._held += piece
        known = len(self._context)
        text = self._context + self._held
        spans = [(max(first, known), end, name) for first, end, name in self._texts.spans(text) if end > known]
        cut = len(text) if last else self._cut(text, known, spans)
        given = masked(text[known:cut], [(first - known, end - known, name) for first, end, name in spans if end <= cut])
        self._context = text[max(cut - LEAD, 0) : cut]
        self._held = text[cut:]
        return given

    @staticmethod
    def _cut(text: str, known: int, spans: list[tuple[int, int, str]]) -> int:
        cut = len(text) - HELD
        while cut > known and not text[cut].isspace():
            cut -= 1
        # A word without an end is given out all the same.
        if cut <= known and len(text) - known > LONGEST_WORD:
            cut = len(text) - HELD
        for first, end, _ in spans:
            if first < cut < end:
                cut = first
        return max(cut, known)
