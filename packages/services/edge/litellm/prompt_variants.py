"""Which wording of a prompt a request gets: LiteLLM shows `prompt_variants` every request before it looks for a model.

A prompt is asked for by its name in place of a model's. `prompts.json` beside this file says which variants it has and how often each
is used; each text is a file of PROMPT_DIRECTORY, and none is used that is not the one of the index. A request gets the same variant
again where it names its user or session. Its variables come from its metadata, which the guard keeps for it. Which variant it was, stands in a header of the answer
and in a label of the metrics.
"""

import hashlib
import json
import os
import random
import re
from pathlib import Path

import guard_request
from fastapi import HTTPException
from litellm.integrations.custom_logger import CustomLogger

HEADER = "x-prompt-variant"
LABEL = "prompt_variant"
VARIABLE = re.compile(r"\{\{ *([a-z][a-zA-Z0-9_]{0,39}) *\}\}")


def share(prompt: str, asker: str) -> int:
    """A number below 100 that is always the same for the same asker of a prompt, and independent between prompts."""
    return int.from_bytes(hashlib.sha256(f"{prompt}\n{asker}".encode()).digest()[:8], "big") % 100


def drawn(variants: list[dict], number: int) -> dict:
    """The variant that a number below 100 belongs to: each has as many numbers as its weight, in their order."""
    for variant in variants:
        number -= variant["weight"]
        if number < 0:
            return variant
    raise ValueError("weights do not sum to 100")


def filled(text: str, request: guard_request.Request) -> str:
    """A text with its variables filled in, once: braces in a value stay. Raises 400 with the names of those that are missing."""
    values = request.metadata
    missing = [name for name in dict.fromkeys(VARIABLE.findall(text)) if name not in values]
    if missing:
        request.refused = f"metadata must have these variables of the prompt, as text: {', '.join(missing)}"
        raise HTTPException(400, request.refused)
    return VARIABLE.sub(lambda found: str(values[found[1]]), text)


def in_front(text: str, messages: list) -> list:
    """Messages that begin with a text; a system message of the client's comes after it in the same message: many models read but one."""
    first = messages[0] if messages and isinstance(messages[0], dict) else {}
    if first.get("role") not in ("system", "developer"):
        return [{"role": "system", "content": text}, *messages]
    content = first.get("content")
    parts = [{"type": "text", "text": text}, *content] if isinstance(content, list) else f"{text}\n\n{content or ''}"
    return [{**first, "content": parts}, *messages[1:]]


def asker_of(data: dict, request: guard_request.Request) -> str | None:
    """Whom a variant stays with: the user that a request names, else its session."""
    return data.get("user") or request.session or request.metadata.get("session_id")


class PromptVariants(CustomLogger):
    """Puts the text of a variant in front of what is asked. Raises RuntimeError where a text is not the one that the index says."""

    def __init__(self, index: dict, directory: Path, number=lambda: random.randrange(100)):
        super().__init__()
        self._index = index
        self._number = number
        self._texts = {}
        for variant in (each for prompt in index.values() for each in prompt["variants"]):
            content = (directory / variant["name"]).read_bytes()
            if hashlib.sha256(content).hexdigest() != variant["sha256"]:
                raise RuntimeError(f"{variant['name']} holds another text than the one that was reviewed")
            self._texts[variant["name"]] = content.decode()

    async def async_pre_call_hook(self, user_api_key_dict, cache, data, call_type):
        # The Responses API has a `metadata` of its own, which goes on to the model.
        own = data.setdefault("litellm_metadata" if call_type == "aresponses" else "metadata", {})
        prompt = data.get("model") in self._index
        own["spend_logs_metadata"] = {LABEL: self._ask(data, guard_request.current.get(), call_type) if prompt else ""}
        return data

    def _ask(self, data: dict, request: guard_request.Request, call_type: str) -> str:
        prompt = data["model"]
        asker = asker_of(data, request)
        number = self._number() if asker is None else share(prompt, str(asker))
        name = drawn(self._index[prompt]["variants"], number)["name"]
        text = filled(self._texts[name], request)
        if call_type == "aresponses":
            data["instructions"] = f"{text}\n\n{data['instructions']}" if data.get("instructions") else text
        elif isinstance(data.get("messages"), list):
            data["messages"] = in_front(text, data["messages"])
        return name

    async def async_post_call_response_headers_hook(
        self, data, user_api_key_dict, response, request_headers=None, litellm_call_info=None
    ):
        for metadata in (data.get("metadata"), data.get("litellm_metadata")):
            noted = metadata.get("spend_logs_metadata") if isinstance(metadata, dict) else None
            name = noted.get(LABEL) if isinstance(noted, dict) else None
            if name in self._texts:
                return {HEADER: name}
        return None


prompt_variants = PromptVariants(
    json.loads(Path(__file__).with_name("prompts.json").read_text(encoding="utf-8")), Path(os.environ["PROMPT_DIRECTORY"])
)
