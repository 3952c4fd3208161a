"""A loopback server that speaks the image API: multipart edits, event streams, and every way to fail.

It serves renders of our own examples: the side is read from the prompt, as a painter would. Each request is recorded,
so that a test can count them and see what was in them. `script` holds what to do with the next requests; when it is
empty, a good picture is sent.
"""

from __future__ import annotations

import base64
import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

USAGE = {
    "input_tokens": 1300,
    "input_tokens_details": {"text_tokens": 300, "image_tokens": 1000},
    "output_tokens": 1372,
    "total_tokens": 2672,
}
KEY = "sk-test-0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Received:
    """One request: its form fields, its files as bytes, and its headers."""

    path: str
    fields: dict[str, str]
    files: tuple[bytes, ...]
    headers: dict[str, str]

    @property
    def side(self) -> str:
        """Return the side that the prompt asks for."""
        phrases = {"the front": "front", "behind": "back", "its own left": "left", "its own right": "right"}
        return next(side for words, side in phrases.items() if f"Seen exactly from {words}" in self.fields["prompt"])


Act = Callable[["Handler", Received], None]


@dataclass
class ImageService:
    """What the server serves, what it has received, and what it is to do next."""

    pictures: Path
    script: deque[Act] = field(default_factory=deque)
    by_side: dict[str, deque[Act]] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    port: int = 0

    @property
    def url(self) -> str:
        """Return the base URL for a client."""
        return f"http://127.0.0.1:{self.port}/v1"

    def next_act(self, request: Received) -> Act:
        """Return what to do with a request, after recording it."""
        with self.lock:
            self.received.append(request)
            for acts in (self.by_side.get(request.side), self.script):
                if acts:
                    return acts.popleft()
        return picture

    def picture_of(self, side: str) -> bytes:
        """Return the render of a side."""
        return (self.pictures / f"{side}.png").read_bytes()


class Handler(BaseHTTPRequestHandler):
    """Reads a request whole, then does what the service says."""

    protocol_version = "HTTP/1.1"
    service: ImageService

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        request = _parsed(self.path, dict(self.headers.items()), body)
        self.service.next_act(request)(self, request)

    def reply(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        """Send a whole answer."""
        self.send_response(status)
        for name, value in ({"Content-Type": "application/json"} | (headers or {})).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that hang up are what some tests are about."""


@contextmanager
def image_service(pictures: Path) -> Iterator[ImageService]:
    """Yield a running service on a free port of this machine."""
    service = ImageService(pictures)
    handler = type("BoundHandler", (Handler,), {"service": service})
    server = _QuietServer(("127.0.0.1", 0), handler)
    service.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def picture(handler: Handler, request: Received) -> None:
    """Send the render of the side that is asked for, as a stream where that is asked for."""
    if request.fields.get("stream") == "true":
        return stream()(handler, request)
    return made_of(handler.service.picture_of(request.side))(handler, request)


def made_of(data: bytes, usage: dict[str, Any] | None = USAGE) -> Act:
    """Return the act of sending this picture."""
    body = {"created": 1, "data": [{"b64_json": base64.b64encode(data).decode()}]}
    return json_of(body | ({"usage": usage} if usage else {}))


def json_of(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Act:
    """Return the act of sending this JSON."""
    return lambda handler, request: handler.reply(status, json.dumps(body).encode(), headers)


def raw(body: bytes, content_type: str = "application/json") -> Act:
    """Return the act of sending these bytes."""
    return lambda handler, request: handler.reply(200, body, {"Content-Type": content_type})


def error(status: int, message: str = "", headers: dict[str, str] | None = None, **parts: Any) -> Act:
    """Return the act of sending an error object: parts are its `code`, `type` and `param`."""
    return json_of({"error": {"message": message, "type": None, "param": None, "code": None} | parts}, status, headers)


def cut_short(handler: Handler, request: Received) -> None:
    """Announce a whole answer, send half of it, hang up."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(b'{"created": 1, "data": [{"b64_json": "iVBORw0K')
    handler.close_connection = True


def hang_up(handler: Handler, request: Received) -> None:
    """Close the connection without a word."""
    handler.close_connection = True


def late(seconds: float) -> Act:
    """Return the act of thinking for too long."""

    def act(handler: Handler, request: Received) -> None:
        time.sleep(seconds)
        handler.close_connection = True

    return act


def trickle(pause_s: float, pieces: int) -> Act:
    """Return the act of sending a byte now and then, so that no single pause is long."""

    def act(handler: Handler, request: Received) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(pieces))
        handler.end_headers()
        try:
            for _ in range(pieces):
                handler.wfile.write(b" ")
                handler.wfile.flush()
                time.sleep(pause_s)
        except OSError:
            handler.close_connection = True

    return act


def stream(*, partials: int = 1, ends: bool = True, error: dict[str, Any] | None = None) -> Act:
    """Return the act of streaming: partial pictures, then the finished one, or an error, or nothing."""

    def act(handler: Handler, request: Received) -> None:
        data = base64.b64encode(handler.service.picture_of(request.side)).decode()
        shared = {"b64_json": data, "created_at": 1, "size": "1024x1536", "quality": "low", "background": "transparent"}
        events: list[tuple[str, dict[str, Any]]] = [
            ("image_edit.partial_image", {"partial_image_index": k, **shared}) for k in range(partials)
        ]
        if error is not None:
            events.append(("error", {"error": error}))
        elif ends:
            events.append(("image_edit.completed", {"usage": USAGE, **shared}))
        text = "".join(f"event: {kind}\ndata: {json.dumps({'type': kind, **body})}\n\n" for kind, body in events)
        handler.reply(200, text.encode(), {"Content-Type": "text/event-stream"})

    return act


def _parsed(path: str, headers: dict[str, str], body: bytes) -> Received:
    content_type = next(value for name, value in headers.items() if name.lower() == "content-type")
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    fields: dict[str, str] = {}
    files: list[bytes] = []
    for part in message.iter_parts():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        if part.get_filename():
            files.append(content)
        else:
            fields[str(part.get_param("name", header="content-disposition"))] = content.decode()
    return Received(path, fields, tuple(files), {name.lower(): value for name, value in headers.items()})
