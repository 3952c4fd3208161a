"""Where an image service lives, whether a photo may go there, and the key that opens it."""

from __future__ import annotations

import ipaddress
import os
from urllib.parse import urlsplit

from generate.errors import ServiceError

OPENAI_URL = "https://api.openai.com/v1"
KEY_VARIABLE, URL_VARIABLE = "OPENAI_API_KEY", "OPENAI_BASE_URL"


def service_url() -> str:
    """Return the address from the environment, or OpenAI's; raises ServiceError where a photo must not go there."""
    url = os.environ.get(URL_VARIABLE, "").strip() or OPENAI_URL
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ServiceError("bad-address", f"{URL_VARIABLE} is no web address; it looks like {OPENAI_URL}")
    if parts.username or parts.password or parts.query:
        raise ServiceError(
            "bad-address", f"{URL_VARIABLE} holds more than an address; the key belongs in {KEY_VARIABLE}"
        )
    if parts.scheme == "http" and not _is_nearby(parts.hostname):
        raise ServiceError(
            "bad-address", f"{URL_VARIABLE} is http: photo and key would cross the internet in the clear; use https"
        )
    return url.rstrip("/")


def host_of(url: str) -> str:
    """Return the host of an address, with its port where it names one."""
    return urlsplit(url).netloc


def service_key() -> str:
    """Return the key from the environment. Raises ServiceError, which never shows any of it."""
    key = os.environ.get(KEY_VARIABLE, "").strip()
    if not key:
        raise ServiceError(
            "no-key",
            f"{KEY_VARIABLE} is not set: an image service draws the views and needs a key. Without one: --dry-run "
            f"prints the prompts for any chat service, --style none takes the photo as it is",
        )
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise ServiceError("bad-key", f"{KEY_VARIABLE} holds characters that no key has; copy it anew")
    return key


def _is_nearby(host: str) -> bool:
    """Return whether a host is this machine or in its own network."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".local", ".lan", ".internal", ".localhost"))
