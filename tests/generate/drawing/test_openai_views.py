"""The real client over real HTTP against our loopback server: every fault with its code, requests, and money."""

from __future__ import annotations

import base64
import builtins
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from image_service import (
    KEY,
    Act,
    ImageService,
    cut_short,
    error,
    hang_up,
    image_service,
    json_of,
    late,
    made_of,
    picture,
    raw,
    stream,
    trickle,
)
from PIL import Image

from generate.drawing.backoff import Backoff
from generate.drawing.bounded_answers import bounded
from generate.drawing.ledger import Ledger
from generate.drawing.openai_views import DrawingSettings, OpenAIViewMaker
from generate.drawing.prices import estimate
from generate.drawing.view_maker import MadeView, ViewOrder
from generate.errors import LimitReached, ServiceError

PROMPT = "Seen exactly from the front: a cat."
SETTINGS = DrawingSettings(timeout_s=10.0, connect_s=10.0)
IMPATIENT = DrawingSettings(timeout_s=0.5)
EXPECTED = estimate(SETTINGS.model, SETTINGS.quality, SETTINGS.size, PROMPT, 1).usd
BILLED = (300 * 5 + 1000 * 8 + 1372 * 30) / 1e6
"""What the usage that the server reports comes to, in dollars."""


@dataclass
class Session:
    """One maker against one server, with what it waited for and whom it announced."""

    service: ImageService
    slept: list[float] = field(default_factory=list)
    announced: list[str] = field(default_factory=list)
    ledger: Ledger = field(default_factory=lambda: Ledger(budget_usd=10.0))
    partials: list[bytes] = field(default_factory=list)

    def draw(self, settings: DrawingSettings = SETTINGS, references: int = 1, photo: bytes = b"") -> MadeView:
        backoff = Backoff(sleep=self.slept.append, draw=lambda: 0.5)
        photo = photo or self.service.picture_of("front")
        order = ViewOrder("front", PROMPT, (photo,) * references)
        with OpenAIViewMaker(settings, self.ledger, backoff=backoff, announce=self.announced.append) as maker:
            return maker.make_view(order, lambda side, data: self.partials.append(data))


@pytest.fixture(scope="module")
def server(repository: Path) -> Iterator[ImageService]:
    with image_service(repository / "examples" / "cat") as service:
        yield service


@pytest.fixture
def session(server: ImageService, monkeypatch: pytest.MonkeyPatch) -> Session:
    server.script.clear()
    server.received.clear()
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    return Session(server)


def half_a_picture(handler: Any, request: Any) -> None:
    made_of(handler.service.picture_of("front")[:3000])(handler, request)


def half_an_answer(handler: Any, request: Any) -> None:
    whole = json.dumps({"data": [{"b64_json": base64.b64encode(handler.service.picture_of("front")).decode()}]})
    raw(whole[: len(whole) // 2].encode())(handler, request)


@dataclass(frozen=True)
class Fault:
    """What the server does, and what must come of it: code, requests that reach it, dollars counted, words said."""

    acts: list[Act]
    code: str
    requests: int
    usd: float
    says: str
    settings: DrawingSettings = SETTINGS


def twice(act: Act, says: str, code: str = "bad-answer", settings: DrawingSettings = SETTINGS) -> Fault:
    """Return a fault that may have been billed: tried once more, both counted at the estimate."""
    return Fault([act] * 2, code, 2, 2 * EXPECTED, says, settings)


def passing(act: Act, says: str, code: str = "failing") -> Fault:
    """Return a fault that costs nothing and may pass: tried four times."""
    return Fault([act] * 4, code, 4, 0.0, says)


def lasting(act: Act, code: str, says: str) -> Fault:
    """Return a fault that will not pass: tried once."""
    return Fault([act], code, 1, 0.0, says)


REFUSAL = {"message": "Your request was rejected by the safety system.", "code": "moderation_blocked"}
ELSEWHERE = {"Location": "http://127.0.0.1:9/v1/images/edits"}
FAULTS = {
    "bad key": lasting(error(401, f"Incorrect API key: {KEY}", code="invalid_api_key"), "bad-key", "make a new one"),
    "no credit": lasting(error(429, "exceeded", code="insufficient_quota"), "no-quota", "billing settings"),
    "spending limit": lasting(error(400, "limit", code="billing_hard_limit_reached"), "no-quota", "billing settings"),
    "unknown model": lasting(error(404, "no such model", code="model_not_found"), "unknown-model", "--model"),
    "wrong model": lasting(error(400, "Invalid value", param="model"), "unknown-model", "gpt-image-2.5-sunburst"),
    "wrong address": lasting(error(404, "Not Found"), "unknown-model", "OPENAI_BASE_URL"),
    "safety": lasting(error(400, **REFUSAL), "refused", "another photo"),
    "not verified": lasting(error(403, "Your organization must be verified"), "no-permission", "must be verified"),
    "odd size": lasting(error(400, "Size is no multiple of 16", param="size"), "bad-request", "multiple of 16"),
    "moved": lasting(json_of({}, 307, ELSEWHERE), "moved", "OPENAI_BASE_URL"),
    "busy for an hour": lasting(error(429, "later", {"Retry-After": "3600"}), "rate-limited", "wait a while"),
    "busy": passing(error(429, "Rate limit reached"), "wait a while", "rate-limited"),
    "down": passing(error(503, "overloaded"), "503"),
    "bad gateway": passing(error(502, "Bad gateway"), "nothing is paid twice"),
    "locked": passing(error(409, "conflict"), "409"),
    "server times out": passing(error(408, "timeout"), "408"),
    "late": twice(late(1.0), "0.5 s", "timed-out", IMPATIENT),
    "trickle": twice(trickle(0.05, 100), "0.5 s", "timed-out", IMPATIENT),
    "hangs up": twice(hang_up, "hung up", "broke-off"),
    "cut short": twice(cut_short, "hung up", "broke-off"),
    "half an answer": twice(half_an_answer, "cut short"),
    "a login page": twice(raw(b"<html>sign in</html>", "text/html"), "no picture"),
    "no picture": twice(json_of({"created": 1, "data": []}), "no picture"),
    "not base 64": twice(json_of({"data": [{"b64_json": "§§"}]}), "base 64"),
    "not an image": twice(made_of(b"plain words"), "not a picture"),
    "half a picture": twice(half_a_picture, "truncated"),
    "an address": twice(json_of({"data": [{"url": "http://127.0.0.1:9/y.png"}]}), "address instead"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_has_its_line_its_requests_and_its_price(session: Session, name: str) -> None:
    fault = FAULTS[name]
    session.service.script.extend(fault.acts)
    with pytest.raises(ServiceError) as caught:
        session.draw(fault.settings)
    assert caught.value.code == fault.code
    assert fault.says in str(caught.value)
    assert KEY not in str(caught.value)
    assert caught.value.__cause__ is None  # nor in what a traceback would show
    assert len(session.service.received) == session.ledger.requests == fault.requests
    assert session.ledger.spent_usd == pytest.approx(fault.usd)
    assert session.ledger.pictures == (fault.requests if fault.usd else 0)
    assert len(session.slept) == fault.requests - 1


STREAMED = DrawingSettings(partial_images=1, timeout_s=10.0)
STREAMED_USD = EXPECTED + 100 * 30 / 1e6
STREAM_FAULTS = {
    "refused in the stream": lasting(stream(error=REFUSAL), "refused", "safety"),
    "fails in the stream": passing(stream(error={"message": "oops", "type": "server_error"}), "oops"),
    "the stream ends early": Fault([stream(ends=False)] * 2, "bad-answer", 2, 2 * STREAMED_USD, "the stream ended"),
    "the stream is garbled": Fault(
        [raw(b"data: {half\n\n", "text/event-stream")] * 2, "bad-answer", 2, 2 * STREAMED_USD, "garbled"
    ),
}


@pytest.mark.parametrize("name", STREAM_FAULTS)
def test_faults_of_a_stream_are_told_alike(session: Session, name: str) -> None:
    fault = STREAM_FAULTS[name]
    session.service.script.extend(fault.acts)
    with pytest.raises(ServiceError) as caught:
        session.draw(STREAMED)
    assert (caught.value.code, len(session.service.received)) == (fault.code, fault.requests)
    assert fault.says in str(caught.value)
    assert session.ledger.spent_usd == pytest.approx(fault.usd)


RECOVERIES = {
    "busy, then not": ([error(429, "later", {"Retry-After": "7"})], 0.0, 7.0),
    "busy by milliseconds": ([error(429, "later", {"retry-after-ms": "1500"})], 0.0, 1.5),
    "down, then up": ([error(500, "oops"), error(503, "oops")], 0.0, 1.0),
    "hung up once": ([hang_up], EXPECTED, 1.0),
    "cut short once": ([cut_short], EXPECTED, 1.0),
}


@pytest.mark.parametrize("name", RECOVERIES)
def test_what_passes_is_waited_out_and_counted(session: Session, name: str) -> None:
    acts, lost_usd, at_least_s = RECOVERIES[name]
    session.service.script.extend(acts)
    assert session.draw().usd == pytest.approx(BILLED)
    assert session.ledger.spent_usd == pytest.approx(BILLED + lost_usd)
    assert len(session.service.received) == len(acts) + 1
    assert all(pause >= at_least_s for pause in session.slept)
    assert len(session.slept) == len(acts)


def test_a_late_picture_is_asked_for_again_and_the_lost_one_counted(session: Session) -> None:
    session.service.script.append(late(3.0))
    assert session.draw(DrawingSettings(timeout_s=1.5)).usd == pytest.approx(BILLED)
    assert session.ledger.spent_usd == pytest.approx(BILLED + EXPECTED)


def test_a_good_answer_is_the_picture_byte_for_byte_and_costs_what_it_says(session: Session) -> None:
    made = session.draw(references=2)
    assert made.picture == session.service.picture_of("front")
    assert made.usd == session.ledger.spent_usd == pytest.approx(BILLED)
    (request,) = session.service.received
    fields = {"background": "transparent", "quality": "medium", "size": "1024x1536", "n": "1", "output_format": "png"}
    assert request.fields == {"model": SETTINGS.model, "prompt": PROMPT, **fields}
    assert [len(request.files), request.path] == [2, "/v1/images/edits"]
    assert session.announced == [session.service.url.removeprefix("http://").removesuffix("/v1")]


@pytest.mark.parametrize(
    ("model", "asked"),
    [("gpt-image-1.5", "high"), ("gpt-image-2", None), ("gpt-image-1-mini", None), ("gpt-image-2-2026-04-21", None)],
)
def test_high_fidelity_is_asked_for_where_the_model_offers_it(session: Session, model: str, asked: str | None) -> None:
    session.draw(DrawingSettings(model=model))
    assert session.service.received[0].fields.get("input_fidelity") == asked


def test_partial_pictures_are_handed_on_as_they_come(session: Session) -> None:
    session.service.script.append(stream(partials=3))
    made = session.draw(DrawingSettings(partial_images=3))
    assert session.partials == [session.service.picture_of("front")] * 3
    assert made.usd == pytest.approx(BILLED)
    assert session.service.received[0].fields["partial_images"] == "3"


def test_a_server_that_does_not_stream_is_understood_all_the_same(session: Session) -> None:
    session.service.script.append(made_of(session.service.picture_of("front")))
    assert session.draw(STREAMED).usd == pytest.approx(BILLED)


def test_a_compatible_server_that_lacks_a_parameter_is_asked_without_it(session: Session) -> None:
    session.service.script.extend(
        [error(400, "Unknown parameter: 'background'."), error(400, "not supported", param="quality"), picture]
    )
    session.draw()
    sent = [set(request.fields) for request in session.service.received]
    assert [fields & {"background", "quality"} for fields in sent] == [{"background", "quality"}, {"quality"}, set()]
    assert session.ledger.spent_usd == pytest.approx(BILLED)
    assert session.slept == []


def test_without_usage_the_estimate_counts(session: Session) -> None:
    session.service.script.append(made_of(session.service.picture_of("front"), usage=None))
    assert session.draw().usd == session.ledger.spent_usd == pytest.approx(EXPECTED)


def test_a_picture_in_another_format_becomes_a_png(session: Session, tmp_path: Path) -> None:
    Image.open(session.service.pictures / "front.png").save(tmp_path / "front.webp", lossless=True)
    session.service.script.append(made_of((tmp_path / "front.webp").read_bytes()))
    assert session.draw().picture.startswith(b"\x89PNG")


def test_nothing_is_sent_beyond_the_budget(session: Session) -> None:
    session.ledger = Ledger(budget_usd=EXPECTED * 0.9)
    with pytest.raises(LimitReached, match="--budget"):
        session.draw()
    assert (session.ledger.requests, session.service.received) == (0, [])


def test_doubtful_pictures_use_up_those_that_are_allowed(session: Session) -> None:
    session.ledger = Ledger(budget_usd=10.0, max_pictures=1)
    session.service.script.append(hang_up)
    with pytest.raises(LimitReached, match="--max-requests"):
        session.draw()
    assert len(session.service.received) == 1


def test_nobody_at_home_costs_nothing(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{free.getsockname()[1]}/v1")
        with pytest.raises(ServiceError, match="network is up") as caught:
            session.draw()
    assert caught.value.code == "unreachable"
    assert (session.ledger.requests, session.ledger.spent_usd) == (4, 0.0)


@pytest.mark.parametrize(
    ("key", "code"), [("", "no-key"), ("  ", "no-key"), ("sk-a\nb", "bad-key"), ("sk-ä", "bad-key"), ("a b", "bad-key")]
)
def test_a_key_that_cannot_be_one_is_never_shown(
    session: Session, monkeypatch: pytest.MonkeyPatch, key: str, code: str
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", key)
    with pytest.raises(ServiceError) as caught:
        session.draw()
    assert caught.value.code == code
    assert not key.strip() or key not in str(caught.value)
    assert session.announced == []
    assert session.service.received == []


def test_without_the_client_the_remedy_is_named(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.partition(".")[0] == "openai":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ServiceError, match="pip install 'openai") as caught:
        session.draw()
    assert (caught.value.code, session.announced) == ("no-client", [])


@pytest.mark.parametrize(
    "url",
    ["http://images.example.com/v1", "ftp://127.0.0.1/v1", "api.openai.com/v1", "https://user:pass@example.com/v1"],
)
def test_a_photo_goes_nowhere_unsafe(session: Session, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", url)
    with pytest.raises(ServiceError) as caught:
        session.draw()
    assert caught.value.code == "bad-address"
    assert "pass" not in str(caught.value)


def test_an_answer_without_end_is_not_read_to_its_end(server: ImageService) -> None:
    import httpx2

    server.script.append(raw(b"x" * 300_000))
    with httpx2.Client(event_hooks=bounded(5.0, max_bytes=100_000), trust_env=False) as client:
        body = {"prompt": (None, "Seen exactly from the front")}
        with pytest.raises(httpx2.DecodingError):
            client.post(f"{server.url}/images/edits", files=body)
