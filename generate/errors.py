"""What can go wrong between pictures and a raw mesh.

    GenerateError
    ├── UnusableView        a picture that cannot be read, is empty, too large, or holds no subject
    ├── ViewsDisagree       the pictures cannot be one subject
    ├── BackendUnavailable  the chosen backend cannot run here; the message names what would let it
    ├── ShapeFailed         the backend ran and made no shape: no memory, a number that is none, an empty body
    ├── UnknownStyle        no style of that name, or a style file that is none
    ├── LimitReached        the budget or the number of pictures that was allowed is used up
    └── ServiceError        the image service refused, failed or could not be reached; `code` says which

Each message says what, what it got, the limit, and the remedy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generate.views import Note


class GenerateError(Exception):
    """Base of everything that `generate` raises on purpose."""


class UnusableView(GenerateError):  # noqa: N818
    """A picture that cannot serve as a view."""


class ViewsDisagree(GenerateError):  # noqa: N818
    """Pictures that cannot be one subject; `notes` tells what was found on them before."""

    def __init__(self, message: str, notes: tuple[Note, ...] = ()) -> None:
        super().__init__(message)
        self.notes = notes


class BackendUnavailable(GenerateError):  # noqa: N818
    """The chosen backend cannot run on this machine."""


class ShapeFailed(GenerateError):  # noqa: N818
    """The backend ran and made no shape."""


class UnknownStyle(GenerateError):  # noqa: N818
    """No style of that name, or a style file that is none."""


class LimitReached(GenerateError):  # noqa: N818
    """The budget or the number of pictures that was allowed is used up."""


class ServiceError(GenerateError):
    """What the image service said or did not say.

    `code` is stable. `is_worth_retrying` tells a passing fault from a lasting one, `may_be_billed` whether the service
    may have drawn the picture all the same, `retry_after_s` how long it asked to wait, `parameter` what it refused.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        is_worth_retrying: bool = False,
        may_be_billed: bool = False,
        retry_after_s: float | None = None,
        parameter: str | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.is_worth_retrying = is_worth_retrying
        self.may_be_billed = may_be_billed
        self.retry_after_s = retry_after_s
        self.parameter = parameter
