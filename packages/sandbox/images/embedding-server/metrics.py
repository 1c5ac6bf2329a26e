"""The metrics of Text Embeddings Inference, by the names it gives them."""

from prometheus_client import CollectorRegistry, Gauge, Histogram, disable_created_metrics
from prometheus_client.core import Metric

disable_created_metrics()
registry = CollectorRegistry()
_buckets = [0.001 * 2**step for step in range(17)]


def _seconds(name: str, meaning: str) -> Histogram:
    return Histogram(name, meaning, buckets=_buckets, registry=registry)


queue_size = Gauge("te_queue_size", "Requests that wait for the model.", registry=registry)
request_duration = _seconds("te_request_duration", "Seconds of a whole request.")
tokenization_duration = _seconds("te_request_tokenization_duration", "Seconds of cutting a text into tokens.")
queue_duration = _seconds("te_request_queue_duration", "Seconds of waiting for the model.")
inference_duration = _seconds("te_request_inference_duration", "Seconds of the model.")


class Counter:
    """A counter without the ending `_total`, which the library gives every counter of its own."""

    def __init__(self, name: str, label: str, values: tuple[str, ...]) -> None:
        self._name, self._label = name, label
        # There from the first moment, so that a rate over them starts at nought.
        self._counts = dict.fromkeys(values, 0)
        registry.register(self)

    def add(self, value: str) -> None:
        self._counts[value] = self._counts.get(value, 0) + 1

    def collect(self):
        metric = Metric(self._name, "Requests.", "untyped")
        for value, count in self._counts.items():
            metric.add_sample(self._name, {self._label: value}, count)
        yield metric


requests = Counter("te_request_count", "method", ("single", "batch"))
successes = Counter("te_request_success", "method", ("single", "batch"))
failures = Counter("te_request_failure", "err", ("empty", "validation", "backend", "overloaded"))
