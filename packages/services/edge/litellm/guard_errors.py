"""What the gateway says when it does not answer: always in OpenAI's form, and always in words of its own."""

import json
import re

_TYPES = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error"}
_CODES = {401: "invalid_api_key", 404: "not_found", 429: "rate_limit_exceeded"}

# Of an error that does not come from the guard itself, by status.
_MESSAGES = {
    400: "The model refused the request.",
    404: "The model does not serve this route.",
    413: "The request is too large for the model.",
    422: "The model refused the request.",
    429: "The limit of this key's tenant is reached, or the model is busy. Try again later.",
    502: "The model cannot be reached. Try again later.",
    503: "The model is busy or starting. Try again later.",
    504: "The model did not answer in time.",
}
# The client has shown its key, and asked in time: a model that refuses the platform's key, or does not answer, is not its fault.
_OUTSIDE = {401: 502, 403: 502, 408: 504}
_OTHER = "The model failed to answer. Try again later."
# Statuses at which a model says what is wrong with the request, which its sender has to know.
_EXPLAINED = {400, 413, 422}
# What no message carries out: addresses, and words of programs behind the gateway.
_INSIDE = re.compile(r"://|\d+\.\d+\.\d+\.\d+|\.svc\b|localhost|litellm|exception|traceback|hosted_vllm|huggingface|fallback|deployment", re.I)


class Refused(Exception):
    """A request ends here. `headers` are further ones of the answer."""

    def __init__(self, status: int, message: str, code: str | None = None, param: str | None = None, headers: dict | None = None):
        super().__init__(message)
        self.status, self.message, self.code, self.param, self.headers = status, message, code, param, headers or {}

    def body(self) -> dict:
        kind = _TYPES.get(self.status, "invalid_request_error" if self.status < 500 else "api_error")
        code = self.code or _CODES.get(self.status)
        return {"error": {"message": self.message, "type": kind, "param": self.param, "code": code}}


def from_inside(status: int, body: bytes) -> Refused:
    """The error for an error of LiteLLM's: of its text, only what a model itself says of the request."""
    status = _OUTSIDE.get(status, status) if 400 <= status < 600 else 502
    if status == 429 and b"No deployments available" in body:
        status = 503
    said = _upstream_message(body) if status in _EXPLAINED else None
    return Refused(status, said or _MESSAGES.get(status, _OTHER))


def _upstream_message(body: bytes) -> str | None:
    """A model's own words within LiteLLM's: the message of the JSON object that an upstream answered, which LiteLLM quotes."""
    try:
        text = json.loads(body)["error"]["message"]
        quoted = json.JSONDecoder().raw_decode(text, text.index("{"))[0]
        inner = quoted.get("error", quoted)
        said = inner.get("message") if isinstance(inner, dict) else inner
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return said[:1000] if isinstance(said, str) and said and not _INSIDE.search(said) else None
