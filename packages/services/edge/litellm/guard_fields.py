"""What a request may say, by route: everything else is refused. Nothing here names a provider, key, address, timeout, retry, cache,
fallback, router or guardrail: those are the platform's.

A field that is listed with the value None alone is one that client libraries repeat from an answer; it is accepted empty, and not
passed on.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

Real = Annotated[float, Field(allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, lt=2**31)]
Integer = Annotated[int, Field(ge=-(2**63), lt=2**63)]
Name = Annotated[str, Field(min_length=1, max_length=256)]
Label = Annotated[str, Field(max_length=512)]
# Whatever JSON: the schema of a tool.
Json = dict
Tokens = Annotated[list[Annotated[int, Field(ge=0, lt=2**31)]], Field(min_length=1)]
Stop = str | Annotated[list[str], Field(max_length=16)]
Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh"]
# Bytes that come along. An address would have the model server fetch it from inside the cluster.
Picture = Annotated[str, Field(pattern=r"^data:image/[a-z0-9.+-]+;base64,[A-Za-z0-9+/]*={0,2}$")]
Sound = Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]*={0,2}$")]
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:-]{1,256}$")]
Metadata = Annotated[
    dict[Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,63}$")], Annotated[str, Field(max_length=8192)] | int | Real],
    Field(max_length=16),
]


class Fields(BaseModel):
    """Nothing beside what is listed, and no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, protected_namespaces=())


class Text(Fields):
    type: Literal["text", "input_text", "output_text"]
    text: str
    annotations: Annotated[list[Json], Field(max_length=256)] | None = None
    logprobs: Annotated[list[Json], Field(max_length=0)] | None = None


class Refusal(Fields):
    type: Literal["refusal"]
    refusal: str


class ImageAddress(Fields):
    url: Picture
    detail: Literal["auto", "low", "high"] | None = None


class Image(Fields):
    type: Literal["image_url"]
    image_url: ImageAddress


class Audio(Fields):
    class Recording(Fields):
        data: Sound
        format: Literal["wav", "mp3", "flac", "ogg"]

    type: Literal["input_audio"]
    input_audio: Recording


class InputImage(Fields):
    type: Literal["input_image"]
    image_url: Picture
    detail: Literal["auto", "low", "high"] | None = None


Part = Annotated[Text | Refusal | Image | Audio | InputImage, Field(discriminator="type")]
Content = str | list[Part]


class Function(Fields):
    name: Name
    description: str | None = None
    parameters: Json | None = None
    strict: bool | None = None


class Tool(Fields):
    type: Literal["function"]
    function: Function


class NamedFunction(Fields):
    name: Name


class ToolChoice(Fields):
    type: Literal["function"]
    function: NamedFunction


class Called(Fields):
    name: Name
    arguments: str


class ToolCall(Fields):
    id: Identifier
    type: Literal["function"] = "function"
    function: Called
    index: Count | None = None


class Message(Fields):
    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: Content | None = None
    name: Name | None = None
    tool_calls: Annotated[list[ToolCall], Field(max_length=128)] | None = None
    tool_call_id: Identifier | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    refusal: str | None = None
    annotations: Annotated[list[Json], Field(max_length=0)] | None = None
    audio: None = None
    function_call: None = None


class Schema(Fields):
    name: Name
    description: str | None = None
    schema_: Annotated[Json | None, Field(alias="schema")] = None
    strict: bool | None = None


class ResponseFormat(Fields):
    type: Literal["text", "json_object", "json_schema"]
    json_schema: Schema | None = None


class StreamOptions(Fields):
    include_usage: bool | None = None
    continuous_usage_stats: bool | None = None
    include_obfuscation: bool | None = None


class Sampling(Fields):
    """What chat completions and completions have in common."""

    model: Name
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    temperature: Real | None = None
    top_p: Real | None = None
    top_k: Integer | None = None
    min_p: Real | None = None
    n: Annotated[int, Field(ge=1, le=16)] | None = None
    max_tokens: Count | None = None
    min_tokens: Count | None = None
    stop: Stop | None = None
    stop_token_ids: Annotated[Tokens, Field(max_length=64)] | None = None
    ignore_eos: bool | None = None
    skip_special_tokens: bool | None = None
    presence_penalty: Real | None = None
    frequency_penalty: Real | None = None
    repetition_penalty: Real | None = None
    logit_bias: Annotated[dict[Annotated[str, Field(pattern=r"^\d{1,9}$")], Real], Field(max_length=1024)] | None = None
    seed: Integer | None = None
    user: Label | None = None


class ChatCompletion(Sampling):
    messages: Annotated[list[Message], Field(min_length=1, max_length=4096)]
    max_completion_tokens: Count | None = None
    tools: Annotated[list[Tool], Field(max_length=128)] | None = None
    tool_choice: Literal["none", "auto", "required"] | ToolChoice | None = None
    parallel_tool_calls: bool | None = None
    response_format: ResponseFormat | None = None
    reasoning_effort: Effort | None = None
    logprobs: bool | None = None
    top_logprobs: Annotated[int, Field(ge=0, le=20)] | None = None
    chat_template_kwargs: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")], bool | int | Real | Label] | None = None
    metadata: Metadata | None = None
    store: Literal[False] | None = None


class Completion(Sampling):
    prompt: str | Tokens | Annotated[list[str], Field(min_length=1, max_length=256)] | Annotated[list[Tokens], Field(max_length=256)]
    suffix: str | None = None
    echo: bool | None = None
    logprobs: Annotated[int, Field(ge=0, le=20)] | None = None
    metadata: Metadata | None = None


class Embedding(Fields):
    model: Name
    input: str | Tokens | Annotated[list[str], Field(min_length=1, max_length=2048)] | Annotated[list[Tokens], Field(max_length=2048)]
    encoding_format: Literal["float", "base64"] | None = None
    dimensions: Count | None = None
    user: Label | None = None


class Rerank(Fields):
    model: Name
    query: str
    documents: Annotated[list[str], Field(min_length=1, max_length=1000)]
    top_n: Count | None = None
    return_documents: bool | None = None


class Summary(Fields):
    type: Literal["summary_text", "reasoning_text"]
    text: str


class ItemMessage(Fields):
    type: Literal["message"] = "message"
    role: Literal["system", "developer", "user", "assistant"]
    content: Content
    id: Identifier | None = None
    status: Literal["in_progress", "completed", "incomplete"] | None = None
    phase: None = None


class ItemCall(Fields):
    type: Literal["function_call"]
    call_id: Identifier
    name: Name
    arguments: str
    id: Identifier | None = None
    status: Literal["in_progress", "completed", "incomplete"] | None = None


class ItemOutput(Fields):
    type: Literal["function_call_output"]
    call_id: Identifier
    output: Content
    id: Identifier | None = None
    status: Literal["in_progress", "completed", "incomplete"] | None = None


class ItemReasoning(Fields):
    type: Literal["reasoning"]
    summary: list[Summary]
    content: list[Summary] | None = None
    id: Identifier | None = None
    status: Literal["in_progress", "completed", "incomplete"] | None = None
    encrypted_content: None = None


Item = Annotated[
    Annotated[ItemMessage, Tag("message")]
    | Annotated[ItemCall, Tag("function_call")]
    | Annotated[ItemOutput, Tag("function_call_output")]
    | Annotated[ItemReasoning, Tag("reasoning")],
    Discriminator(lambda item: item.get("type", "message") if isinstance(item, dict) else item.type),
]


class ResponseTool(Function):
    type: Literal["function"]


class ResponseToolChoice(NamedFunction):
    type: Literal["function"]


class TextFormat(Fields):
    type: Literal["text", "json_object", "json_schema"]
    name: Name | None = None
    description: str | None = None
    schema_: Annotated[Json | None, Field(alias="schema")] = None
    strict: bool | None = None


class TextOptions(Fields):
    format: TextFormat | None = None
    verbosity: Literal["low", "medium", "high"] | None = None


class Reasoning(Fields):
    effort: Effort | None = None
    summary: Literal["auto", "concise", "detailed"] | None = None


class Response(Fields):
    """Without what a server would have to remember: `previous_response_id` names another request, perhaps another tenant's."""

    model: Name
    input: str | Annotated[list[Item], Field(min_length=1, max_length=4096)]
    instructions: str | None = None
    stream: bool | None = None
    temperature: Real | None = None
    top_p: Real | None = None
    max_output_tokens: Count | None = None
    tools: Annotated[list[ResponseTool], Field(max_length=128)] | None = None
    tool_choice: Literal["none", "auto", "required"] | ResponseToolChoice | None = None
    parallel_tool_calls: bool | None = None
    text: TextOptions | None = None
    reasoning: Reasoning | None = None
    truncation: Literal["auto", "disabled"] | None = None
    metadata: Metadata | None = None
    user: Label | None = None
    store: Literal[False] | None = None
