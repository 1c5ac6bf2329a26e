"""Loaded by Python before a program: writes down whom the program looks up and connects to, whether or not it succeeds."""

import os
import socket
import sys

written = open(os.environ["CONNECTIONS_FILE"], "a", buffering=1)


def hook(event, arguments):
    if event == "socket.getaddrinfo":
        host = arguments[0]
        written.write(f"{host.decode() if isinstance(host, bytes) else host}\n")
    elif event in ("socket.connect", "socket.sendto") and arguments[0].family != socket.AF_UNIX:
        host, port = arguments[1][:2]
        written.write(f"{host}:{port}\n")


sys.addaudithook(hook)
