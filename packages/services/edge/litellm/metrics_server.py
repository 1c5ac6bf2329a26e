"""Serves what the gateway's processes count on a port of its own, which tenants cannot reach: the counts tell who uses what."""

import signal
import sys
import threading

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector

registry = CollectorRegistry()
MultiProcessCollector(registry)
start_http_server(int(sys.argv[1]), registry=registry)

# The first process of a container gets no default handling of signals.
stopped = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stopped.set())
stopped.wait()
