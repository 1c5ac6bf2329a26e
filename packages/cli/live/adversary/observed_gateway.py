"""Runs the gateway's own program, unchanged, and beside it tells a test what the running process holds. For tests only.

    python3 observed_gateway.py STATE_PORT PROGRAM [ARGUMENT ...]

On STATE_PORT of the loopback interface, `/state` is what a request must not change, and `/surface` what there is to attack in this
version of LiteLLM: its routes, the fields of a body that it reads as settings, and the headers that its source names.
"""

import json
import re
import runpy
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

# What counts ordinary traffic, or is a cache of it.
COUNTERS = re.compile(
    r"(_calls|_cache|_caches|cache|_count|_time|_lock|_logs|model_cost|_tokens|_spend|_cost|_latency|_last_\w+|_in_flight\w*)$"
)
HEADER = re.compile(r"""["'](x-[a-z0-9-]+|[a-z]+-api-key|api-key|openai-[a-z-]+|anthropic-[a-z-]+|llm_provider-[a-z-]+)["']""")

cooled = []


def plain(value, depth=0):
    """A value as JSON; of what is no data its type alone, since an address in memory says nothing."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return value
    if depth > 8:
        return "…"
    if isinstance(value, type):
        return value.__qualname__
    if hasattr(value, "model_dump"):
        return plain(value.model_dump(), depth + 1)
    if isinstance(value, dict):
        return {str(key): plain(each, depth + 1) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each, depth + 1) for each in value]
    if isinstance(value, (set, frozenset)):
        return sorted((plain(each, depth + 1) for each in value), key=str)
    return type(value).__qualname__


def settings(owner):
    """The data among an object's attributes."""
    return {
        name: plain(value)
        for name, value in list(vars(owner).items())
        if not name.startswith("__") and not COUNTERS.search(name) and isinstance(value, (bool, int, float, str, list, dict, set, tuple, type(None)))
    }


def state():
    litellm, server = sys.modules["litellm"], sys.modules["litellm.proxy.proxy_server"]
    router = server.llm_router
    return {
        "deployments": plain(router.model_list),
        "router": settings(router),
        "litellm": settings(litellm),
        "server": settings(server),
        "configuration": plain(server.proxy_config.config),
        "routes": sorted({route.path for route in every(server.app.routes)}),
        "cooled": list(cooled),
    }


def every(routes):
    """Routes, those of routers within routers too; LiteLLM gives none of them a prefix."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from every(inner.routes)
        else:
            yield route


def lazily_loaded(package):
    """Routes that LiteLLM adds at their first request, from the description that it brings along."""
    described = json.loads((package / "proxy" / "_lazy_openapi_snapshot.json").read_text(encoding="utf-8"))
    found = []

    def walk(node):
        if not isinstance(node, dict):
            return
        for key, value in node.items():
            if key.startswith("/") and isinstance(value, dict):
                found.append({"path": key, "methods": sorted(method.upper() for method in value)})
            else:
                walk(value)

    walk(described)
    return found


def surface():
    litellm, server = sys.modules["litellm"], sys.modules["litellm.proxy.proxy_server"]
    package = Path(litellm.__file__).parent
    from litellm.types.utils import all_litellm_params

    headers = set()
    for file in [*package.glob("proxy/**/*.py"), *package.glob("litellm_core_utils/*.py"), *package.glob("*.py")]:
        headers.update(HEADER.findall(file.read_text(encoding="utf-8", errors="replace")))
    own = [
        {"path": route.path, "methods": sorted(getattr(route, "methods", None) or ["GET"])}
        for route in every(server.app.routes)
    ]
    parameters = litellm.types.router.GenericLiteLLMParams.model_fields
    return {
        "routes": own + lazily_loaded(package),
        "fields": sorted({*all_litellm_params, *parameters}),
        "headers": sorted(headers),
        "deployments": {each["model_name"]: each["model_info"]["id"] for each in server.llm_router.model_list},
    }


class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"/state": state, "/surface": surface}[self.path]()).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Its requests are not the gateway's."""


def watch_cooldowns():
    """Notes every deployment that is left alone from now on, since a cooldown may be over before anybody asks."""
    from litellm.router_utils.cooldown_cache import CooldownCache

    add = CooldownCache.add_deployment_to_cooldown

    def noted(self, model_id, original_exception, exception_status, cooldown_time):
        cooled.append([model_id, exception_status])
        return add(self, model_id, original_exception, exception_status, cooldown_time)

    CooldownCache.add_deployment_to_cooldown = noted


if __name__ == "__main__":
    port, program = int(sys.argv[1]), sys.argv[2]
    watch_cooldowns()
    threading.Thread(target=ThreadingHTTPServer(("127.0.0.1", port), Answers).serve_forever, daemon=True).start()
    # As `python3 PROGRAM` would: its directory is where it finds its own modules.
    sys.argv = sys.argv[2:]
    sys.path[0] = str(Path(program).parent)
    runpy.run_path(program, run_name="__main__")
