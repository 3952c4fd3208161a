"""Views drawn by OpenAI's image service, or by a server that speaks its language. The only file that imports `openai`.

The client's own retries are off: they retry an empty account as well as a busy server, know nothing of a budget, and
do not retry an answer that breaks off. `Backoff` waits, `Ledger` counts every request that is sent.
"""

from __future__ import annotations

import base64
import binascii
import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from generate.drawing.backoff import Backoff
from generate.drawing.bounded_answers import bounded
from generate.drawing.ledger import Ledger
from generate.drawing.prices import Usage, bill, estimate, price_of, price_table
from generate.drawing.service_address import host_of, service_key, service_url
from generate.drawing.service_errors import Answer, bad_answer, explain, timed_out, unreachable
from generate.drawing.view_maker import MadeView, OnPartial, ViewOrder
from generate.errors import ServiceError, UnusableView
from generate.pictures import as_png, picture_in

if TYPE_CHECKING:
    from openai import OpenAI

PNG_START = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class DrawingSettings:
    """How a picture is to be drawn. `partial_images` (0 to 3) are unfinished ones to show while it is."""

    model: str = field(default_factory=lambda: price_table().default_model)
    quality: str = "medium"
    size: str = "1024x1536"
    partial_images: int = 0
    timeout_s: float = 300.0
    connect_s: float = 10.0


class OpenAIViewMaker:
    """Draws views through `images.edit`; a context manager that hangs up at its end.

    `announce` is called once with the service's host, before anything leaves this machine.
    """

    def __init__(
        self,
        settings: DrawingSettings,
        ledger: Ledger,
        *,
        backoff: Backoff | None = None,
        announce: Callable[[str], None] = lambda host: None,
    ) -> None:
        self.settings = settings
        self.ledger = ledger
        self.url = service_url()
        self.host = host_of(self.url)
        self._backoff = backoff or Backoff()
        self._announce = announce
        self._announced = False
        self._unwanted: frozenset[str] = frozenset()
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if "_client" in self.__dict__:  # made by the first order, and not before
            self._client.close()

    @property
    def identity(self) -> str:
        """Return service, model and parameters."""
        settings = self.settings
        return f"{self.url} {settings.model} {settings.quality} {settings.size} {self._optional()}"

    def make_view(self, order: ViewOrder, on_partial: OnPartial | None = None) -> MadeView:
        """Return the drawn picture, after waiting out what passes. Raises ServiceError and LimitReached."""
        failures = billed = 0
        expected_usd = self._estimate(order)
        while True:
            self._tell_first()
            self.ledger.book(expected_usd)
            usd = expected_usd  # whatever happens from here on may be billed, unless the service says otherwise
            try:
                made = self._draw(order, on_partial, expected_usd)
                usd = made.usd
            except ServiceError as error:
                usd = expected_usd if error.may_be_billed else 0.0
                if error.parameter is not None and error.parameter not in self._unwanted:
                    self._unwanted |= {error.parameter}
                    continue
                failures, billed = failures + 1, billed + error.may_be_billed
                if not error.is_worth_retrying or self._backoff.is_over(failures, billed, error.retry_after_s):
                    raise
                self._backoff.sleep(self._backoff.pause_s(failures, error.retry_after_s))
            else:
                return made
            finally:
                self.ledger.settle(expected_usd, usd)

    def _estimate(self, order: ViewOrder) -> float:
        settings = self.settings
        kind = (settings.model, settings.quality, settings.size)
        return estimate(*kind, order.prompt, len(order.references), settings.partial_images).usd

    def _tell_first(self) -> None:
        with self._lock:
            assert self._client is not None  # a missing key or client is told before the photo is said to travel
            if not self._announced:
                self._announce(self.host)
            self._announced = True

    @cached_property
    def _client(self) -> OpenAI:
        key = service_key()
        try:
            import openai
        except ImportError as error:
            raise ServiceError("no-client", "drawing views needs a package more: pip install 'openai>=3.50'") from error
        settings = self.settings
        timeout = openai.Timeout(settings.timeout_s, connect=settings.connect_s)
        hooks = bounded(settings.timeout_s)
        transport = openai.DefaultHttpxClient(timeout=timeout, follow_redirects=False, event_hooks=hooks)
        return openai.OpenAI(
            api_key=key,
            base_url=self.url,
            timeout=timeout,
            max_retries=0,
            http_client=transport,
            default_headers={"Accept-Encoding": "identity"},
        )

    def _optional(self) -> dict[str, Any]:
        """Return the parameters that a picture can be had without, as far as the model has them."""
        price = price_of(self.settings.model)
        wanted: dict[str, Any] = {"quality": self.settings.quality, "output_format": "png"}
        if price is None or price.transparent:
            wanted["background"] = "transparent"
        if price is not None and price.fidelity == "ask":
            wanted["input_fidelity"] = "high"
        return wanted

    def _parameters(self, order: ViewOrder) -> dict[str, Any]:
        pictures = [(f"{k}.png", data, "image/png") for k, data in enumerate(order.references)]
        wanted = self._optional()
        if self.settings.partial_images and not self._unwanted & {"stream", "partial_images"}:
            wanted |= {"stream": True, "partial_images": self.settings.partial_images}
        kept = {name: value for name, value in wanted.items() if name not in self._unwanted}
        fixed = {"model": self.settings.model, "prompt": order.prompt, "size": self.settings.size, "n": 1}
        return {"image": pictures, **fixed, **kept}

    def _draw(self, order: ViewOrder, on_partial: OnPartial | None, expected_usd: float) -> MadeView:
        import openai

        try:
            answer = self._client.images.edit(**self._parameters(order))
            if isinstance(answer, openai.Stream):
                answer = self._last_event(answer, order.side, on_partial)
        except openai.APITimeoutError:
            raise timed_out(self.host, self.settings.timeout_s) from None
        except openai.APIConnectionError as error:
            raise unreachable(self.host, _reason(error), was_sent=_was_sent(error)) from None
        except openai.APIError as error:
            raise explain(
                _taken_apart(error, self._client.api_key), model=self.settings.model, host=self.host
            ) from None
        except ValueError:  # JSON that is none, or that stops in the middle
            raise bad_answer(self.host, "it is cut short or garbled") from None
        return MadeView(self._picture(answer), self._usd(answer, expected_usd))

    def _last_event(self, stream: Iterable[Any], side: str, on_partial: OnPartial | None) -> Any:
        """Return the event that holds the finished picture, handing on the unfinished ones before it."""
        response = stream.response  # type: ignore[attr-defined]
        if "event-stream" not in response.headers.get("content-type", ""):  # a server that does not stream
            return json.loads(response.read())
        for event in stream:
            kind = getattr(event, "type", "")
            if kind.endswith(".completed"):
                return event
            if kind.endswith(".partial_image") and on_partial is not None:
                on_partial(side, _decoded(event.b64_json) or b"")
        raise bad_answer(self.host, "the stream ended before the picture was finished")

    def _picture(self, answer: Any) -> bytes:
        """Return the picture of an answer as PNG bytes."""
        entries = _get(answer, "data")
        entry = entries[0] if isinstance(entries, list) and entries else answer
        encoded = _get(entry, "b64_json")
        if not isinstance(encoded, str):
            what = "an address instead of a picture" if isinstance(_get(entry, "url"), str) else "no picture in it"
            raise bad_answer(self.host, what)
        data = _decoded(encoded)
        try:
            if data is None:
                raise UnusableView("it is not base 64")
            image = picture_in(data)
        except UnusableView as error:
            raise bad_answer(self.host, str(error)) from None
        return data if data.startswith(PNG_START) else as_png(image)

    def _usd(self, answer: Any, expected_usd: float) -> float:
        """Return what the answer says it used, in dollars, or the estimate where it says nothing or has no price."""
        usage = _get(answer, "usage")
        details = _get(usage, "input_tokens_details")
        counts = (_get(details, "text_tokens"), _get(details, "image_tokens"), _get(usage, "output_tokens"))
        if not all(isinstance(count, int) and count >= 0 for count in counts):
            return expected_usd
        usd = bill(self.settings.model, Usage(*counts))
        return expected_usd if usd is None else usd


def _get(thing: Any, name: str) -> Any:
    return thing.get(name) if isinstance(thing, dict) else getattr(thing, name, None)


def _decoded(encoded: str) -> bytes | None:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None


def _taken_apart(error: Any, key: str) -> Answer:
    """Return the parts of an error; a service that repeats the key is not quoted with it."""
    response = getattr(error, "response", None)
    return Answer(
        status=getattr(error, "status_code", None),
        headers=response.headers if response is not None else {},
        code=error.code,
        kind=error.type,
        parameter=error.param,
        message=str(_get(error.body, "message") or "").replace(key, "[key]"),
    )


def _was_sent(error: BaseException) -> bool:
    """Return whether a request left before the connection failed."""
    return type(error.__cause__).__name__ not in ("ConnectError", "ConnectTimeout", "ProxyError", "UnsupportedProtocol")


def _reason(error: BaseException) -> str:
    """Return why no connection could be made, in the words of the system."""
    return " ".join(str(error.__cause__ or error).split())[:100]
