"""What an image service answers when it does not answer with a picture, in words that say what to do.

Nothing here knows a client library: an answer is its HTTP status (None where it broke off before one, or came as an
event of a stream) and the `code`, `type`, `param` and `message` of its error object.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generate.drawing.backoff import retry_after_s
from generate.errors import ServiceError

REFUSED = {"moderation_blocked", "content_policy_violation", "image_generation_user_error", "safety_violation"}
NO_QUOTA = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "quota_exceeded"}
OPTIONAL = ("background", "input_fidelity", "partial_images", "stream", "quality", "output_format")
"""Parameters that a compatible server may not know; a picture can be had without them."""

LONGEST_QUOTE = 200


@dataclass(frozen=True)
class Answer:
    """An error answer, taken apart."""

    status: int | None
    headers: Mapping[str, str]
    code: str | None = None
    kind: str | None = None
    parameter: str | None = None
    message: str = ""


def explain(answer: Answer, *, model: str, host: str) -> ServiceError:
    """Return the error that an answer means. The service's own words are quoted, except where it refused the key."""
    status, names = answer.status, {answer.code, answer.kind}
    if names & NO_QUOTA or status == 402:
        return ServiceError("no-quota", f"{host}: the account has no credit left; add some in its billing settings")
    if names & REFUSED or "safety system" in answer.message:
        return ServiceError(
            "refused",
            f"{host} refused to draw this for safety reasons: {_quote(answer)}; use another photo, or change --note",
        )
    if status == 401 or answer.code == "invalid_api_key":
        return ServiceError("bad-key", f"{host} does not accept the key in OPENAI_API_KEY; make a new one and set it")
    if answer.code == "model_not_found" or answer.parameter == "model" or status == 404:
        remedy = "choose another with --model, or see that OPENAI_BASE_URL is right"
        return ServiceError("unknown-model", f"{host} has no image model {model!r} for this account; {remedy}")
    if status == 403:
        return ServiceError("no-permission", f"{host} does not allow this account to draw: {_quote(answer)}")
    if status == 429:
        return _passing(
            answer, "rate-limited", f"{host} takes no more requests for now; wait a while, then run it again"
        )
    if status in (408, 409) or (status or 0) >= 500 or names & {"server_error", "internal_error"}:
        what = f"{host} fails ({status or answer.code}): {_quote(answer)}; run it again later, nothing is paid twice"
        return _passing(answer, "failing", what)
    if 300 <= (status or 0) < 400:
        return ServiceError(
            "moved", f"{host} sends requests elsewhere ({status}); put the new address in OPENAI_BASE_URL"
        )
    if status in (400, 422) and (parameter := _optional_parameter(answer)):
        return ServiceError("unknown-parameter", f"{host} does not take {parameter!r}", parameter=parameter)
    return ServiceError("bad-request", f"{host} does not take the order ({status or answer.code}): {_quote(answer)}")


def timed_out(host: str, seconds: float) -> ServiceError:
    """Return the error for an answer that did not come in time; the picture may have been drawn."""
    message = f"{host} did not answer within {seconds:g} s; run it again later"
    return ServiceError("timed-out", message, is_worth_retrying=True, may_be_billed=True)


def unreachable(host: str, why: str, *, was_sent: bool) -> ServiceError:
    """Return the error for a connection that could not be made, or that broke."""
    if was_sent:
        message = f"{host} hung up before its answer was complete; run it again later"
        return ServiceError("broke-off", message, is_worth_retrying=True, may_be_billed=True)
    message = f"{host} cannot be reached ({why}); see that the network is up and OPENAI_BASE_URL right"
    return ServiceError("unreachable", message, is_worth_retrying=True)


def bad_answer(host: str, what: str) -> ServiceError:
    """Return the error for an answer that says it is fine and holds no usable picture."""
    message = f"{host} answered without a usable picture: {what}; run it again later"
    return ServiceError("bad-answer", message, is_worth_retrying=True, may_be_billed=True)


def _passing(answer: Answer, code: str, message: str) -> ServiceError:
    return ServiceError(code, message, is_worth_retrying=True, retry_after_s=retry_after_s(answer.headers))


def _optional_parameter(answer: Answer) -> str | None:
    if answer.parameter in OPTIONAL:
        return answer.parameter
    if answer.parameter is None:
        return next((name for name in OPTIONAL if f"'{name}'" in answer.message or f'"{name}"' in answer.message), None)
    return None


def _quote(answer: Answer) -> str:
    words = " ".join(answer.message.split()) or "no reason given"
    return f"“{words[:LONGEST_QUOTE]}{'…' if len(words) > LONGEST_QUOTE else ''}”"
