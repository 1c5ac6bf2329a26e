"""
Records how vLLM itself answers the requests of answers.jsonl. vLLM's own HTTP server, validation and error handlers run, from its source
package; only the model, its tokenizer and the engine are stubs. Run it again with each new version of vLLM, and look at what changed:

    pip download --no-deps --no-binary :all: vllm==0.30.0   # unpack it; building it is not needed
    pip install -r vllm-0.30.0/requirements/common.txt
    python record.py vllm-0.30.0

A new case is a new line of answers.jsonl with its request; this fills in the answer, and where in vLLM's source it comes from.
"""

import asyncio
import json
import os
import pathlib
import re
import sys
from types import SimpleNamespace as Namespace

SOURCE = pathlib.Path(sys.argv[1]).resolve()
TABLE = pathlib.Path(__file__).with_name("answers.jsonl")
sys.path[:0] = [str(SOURCE), str(pathlib.Path(__file__).parent)]
os.environ.update(VLLM_TARGET_DEVICE="cpu", VLLM_LOGGING_LEVEL="CRITICAL", VLLM_API_KEY="test-key")

import stubs

stubs.install()

import httpx
import jinja2
import vllm.exceptions
from fastapi import FastAPI
from vllm.entrypoints.chat_utils import parse_chat_messages_async
from vllm.entrypoints.launchers.api_server.routers import register_api_routers
from vllm.entrypoints.openai.chat_completion.serving import OpenAIServingChat
from vllm.entrypoints.openai.completion.serving import OpenAIServingCompletion
from vllm.entrypoints.openai.models.protocol import BaseModelPath, LoRAModulePath
from vllm.entrypoints.openai.models.serving import OpenAIServingModels
from vllm.entrypoints.openai.responses.serving import OpenAIServingResponses
from vllm.entrypoints.serve.engine.protocol import ErrorInfo
from vllm.entrypoints.serve.exception_handling.register import init_exception_handler
from vllm.entrypoints.serve.middleware.register import init_entrypoints_middleware
from vllm.entrypoints.serve.tokenize.serving import ServingTokenization
from vllm.inputs import tokens_input
from vllm.logprobs import Logprob
from vllm.outputs import CompletionOutput, RequestOutput
from vllm.renderers.base import BaseRenderer
from vllm.renderers.hf import _template_error_reason
from vllm.renderers.online_renderer import OnlineRenderer
from vllm.v1.engine.input_processor import InputProcessor

# As the test starts the stand-in.
NAMES, ADAPTER, CONTEXT, ANSWER = ["chat", "Qwen/Qwen3-8B"], "legal", 8192, 1024
VOCABULARY = 262144
# What matters of Qwen3's template here.
TEMPLATE = """{%- if messages[0].role == 'system' %}{{ messages[0].content }}{%- endif %}
{%- for message in messages %}{{ message.role + ' ' + (message.content or '') }}
{% endfor %}"""


class Tokenizer:
    """A token a word."""

    max_token_id, max_chars_per_token, eos_token_id, truncation_side, is_fast = VOCABULARY - 1, 128, 1, "right", False

    def encode(self, text, **_):
        return [sum(map(ord, word)) % 1000 for word in text.split()]

    def __call__(self, text, **options):
        most = options.get("max_length") if options.get("truncation") else None
        return {"input_ids": self.encode(text)[:most]}

    def decode(self, tokens, **_):
        return " ".join(map(str, tokens))


architecture = Namespace(model_type="qwen3")
model_config = Namespace(
    model="/models/qwen", tokenizer="/models/qwen", served_model_name=NAMES[0], max_model_len=CONTEXT, max_logprobs=20,
    hf_config=architecture, hf_text_config=architecture, hf_overrides=None, architectures=["Qwen3ForCausalLM"], runner_type="generate",
    generation_config="auto", override_generation_config={"max_new_tokens": ANSWER}, get_diff_sampling_param=lambda: {"max_tokens": ANSWER},
    get_vocab_size=lambda: VOCABULARY, get_pooling_task=lambda _: None, logits_processors=None, multimodal_config=None,
    is_multimodal_model=False, enable_prompt_embeds=False, is_encoder_decoder=False, is_diffusion=False, return_sampling_mask=False,
    enable_trace_replay=False, allowed_local_media_path="", allowed_media_domains=None, skip_tokenizer_init=False,
)


class Renderer(BaseRenderer):
    tokenizer = Tokenizer()

    def __init__(self):
        self.model_config, self.config = model_config, Namespace(model_config=model_config)

    def get_tokenizer(self):
        return self.tokenizer

    async def render_messages_async(self, messages, params):
        conversation, _, _ = await parse_chat_messages_async(messages, model_config, content_format="string")
        try:
            text = jinja2.Environment().from_string(TEMPLATE).render(messages=conversation)
        except jinja2.TemplateError as error:
            raise vllm.exceptions.VLLMValidationError(_template_error_reason(error)) from error
        return conversation, {"prompt": text}

    async def _tokenize_prompt_async(self, prompt, params):
        return self._tokenize_prompt(prompt, params)

    async def _detokenize_prompt_async(self, prompt):
        return self._detokenize_prompt(prompt)

    async def process_for_engine_async(self, prompt, arrival_time, skip_mm_cache=False):
        return tokens_input(prompt["prompt_token_ids"])


Renderer.__abstractmethods__ = frozenset()


class Engine:
    """Judges a request as vLLM's engine does, and answers it with a few tokens."""

    errored, model_config = False, model_config
    vllm_config = Namespace(kv_transfer_config=None, model_config=model_config, lora_config=None, reasoning_config=None)

    def __init__(self):
        self.renderer = Renderer()
        self.input_processor = judge = InputProcessor.__new__(InputProcessor)
        judge.__dict__.update(
            model_config=model_config, vllm_config=self.vllm_config, renderer=self.renderer, speculative_config=None, lora_config=None,
            structured_outputs_config=Namespace(backend="auto"), supports_mm_inputs=False, skip_prompt_length_check=False,
        )

    def check_admission(self, _):
        pass

    async def check_health(self):
        pass

    async def is_tracing_enabled(self):
        return False

    async def add_lora(self, _):
        pass

    async def generate(self, prompt, parameters, identity, **_):
        self.input_processor._validate_params(parameters, ("generate",))
        self.input_processor._validate_model_inputs(None, prompt)
        parameters = parameters.clone()
        parameters.update_from_tokenizer(self.renderer.tokenizer)
        tokens, read = [1] * min(3, parameters.max_tokens), prompt["prompt_token_ids"]
        probability = {1: Logprob(-0.1, 1, "x")}
        output = {
            "text": "OK", "token_ids": tokens, "cumulative_logprob": None, "finish_reason": "stop",
            "logprobs": None if parameters.num_logprobs is None else [probability] * len(tokens),
        }
        yield RequestOutput(
            request_id=identity, prompt="hello there", prompt_token_ids=read, finished=True,
            prompt_logprobs=None if parameters.prompt_logprobs is None else [None] + [probability] * (len(read) - 1),
            outputs=[CompletionOutput(index=index, **output) for index in range(parameters.n)],
        )


async def application():
    arguments = Namespace(
        api_key=None, allowed_origins=["*"], allow_credentials=False, allowed_methods=["*"], allowed_headers=["*"], middleware=[],
        enable_request_id_headers=False, log_error_stack=False, root_path="", sse_keep_alive_interval=0, profiler_config=None,
        enable_offline_docs=False, enable_tokenizer_info_endpoint=False, tokens_only=False, enable_scale_out=False,
    )
    app, engine = FastAPI(), Engine()
    app.state.args = arguments
    register_api_routers(arguments, app, ("generate",), model_config)
    init_exception_handler(app)
    init_entrypoints_middleware(arguments, app, ("generate",))
    paths = [BaseModelPath(name, model_config.model) for name in NAMES]
    models = OpenAIServingModels(engine, paths, lora_modules=[LoRAModulePath(ADAPTER, "/adapters/legal")])
    await models.init_static_loras()
    common = {"request_logger": None, "chat_template": None, "chat_template_content_format": "auto"}
    renderer = OnlineRenderer(model_config, engine.renderer, **common)
    state = {
        "engine_client": engine, "openai_serving_models": models, "online_renderer": renderer,
        "openai_serving_chat": OpenAIServingChat(engine, models, "assistant", online_renderer=renderer, **common),
        "openai_serving_completion": OpenAIServingCompletion(engine, models, online_renderer=renderer, request_logger=None),
        "openai_serving_responses": OpenAIServingResponses(engine, models, renderer, **common),
        "serving_tokenization": ServingTokenization(models, renderer, **common),
        "enable_server_load_tracking": False, "server_load_metrics": 0,
    }
    for name, value in state.items():
        setattr(app.state, name, value)
    return app


# Where the last refusal came from.
origin = []


def remember(kind):
    """Notes the innermost function of vLLM's that makes one of these, past those that all refusals go through."""
    original = kind.__init__

    def initialize(self, *arguments, **named):
        frame = sys._getframe(1)
        while frame and not origin:
            file = frame.f_code.co_filename
            if file.startswith(f"{SOURCE}/vllm/") and not re.search(r"/exceptions\.py$|error_response\.py$|def create_error", file):
                if "create_error_response" not in frame.f_code.co_name:
                    origin.append(f"{file.removeprefix(f'{SOURCE}/')} {frame.f_code.co_name}")
            frame = frame.f_back
        original(self, *arguments, **named)

    kind.__init__ = initialize


def expanded(value):
    """Writes out long texts: `word×3` stands for `word word word `."""
    if isinstance(value, list):
        return [expanded(each) for each in value]
    if isinstance(value, dict):
        return {name: expanded(each) for name, each in value.items()}
    match = re.fullmatch(r"word×(\d+)", value) if isinstance(value, str) else None
    return "word " * int(match[1]) if match else value


def comparable(answer):
    """Leaves out of a message what a stand-in cannot repeat: pydantic's report on every member of a union, and places in a broken text."""
    error = answer.get("error") if isinstance(answer, dict) else None
    if isinstance(error, dict) and re.search(r"validation errors|ValidatorIterator|for ChatCompl|characters \(more|json_invalid|<dict of 2 items>", error["message"]):
        del error["message"]
    return answer


async def record():
    remember(vllm.exceptions.VLLMValidationError)
    remember(ErrorInfo)
    cases = [json.loads(line) for line in TABLE.read_text().splitlines()]
    transport = httpx.ASGITransport(await application(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://vllm", timeout=60) as client:
        for case in cases:
            headers = {"authorization": "Bearer test-key"}
            content = case["raw"].encode("latin1") if "raw" in case else None
            if "body" in case:
                content = json.dumps(expanded(case["body"])).encode()
            if content is not None:
                headers["content-type"] = "application/json"
            headers = {name: value for name, value in {**headers, **case.get("headers", {})}.items() if value is not None}
            origin.clear()
            answer = await client.request(case["method"], case["path"], content=content, headers=headers)
            for name in ("status", "allow", "answer", "source"):
                case.pop(name, None)
            case["status"] = answer.status_code
            if "allow" in answer.headers:
                case["allow"] = answer.headers["allow"]
            event = re.match(r'data: (\{"error".*)', answer.text)
            if answer.status_code >= 400 or event:
                case["answer"] = comparable(json.loads(event[1] if event else answer.text or "null"))
                if origin:
                    case["source"] = origin[0]
    TABLE.write_text("".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases))


asyncio.run(record())
