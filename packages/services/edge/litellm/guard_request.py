"""What the rest of the gateway may know of a request beside its body; LiteLLM sees none of it."""

from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass
class Request:
    """What a client says of its request: `metadata` fills in the variables of prompts, `session` keeps it at one variant."""

    metadata: dict = field(default_factory=dict)
    session: str | None = None
    #: Why a program of the platform's refuses the request, in words for its sender.
    refused: str | None = None


#: The request that is being answered.
current: ContextVar[Request] = ContextVar("current")
