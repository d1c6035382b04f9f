"""What can go wrong, told to a user: every refusal is an `AppError` whose text is Chinese and says what to do."""

from __future__ import annotations


class AppError(Exception):
    """A refusal that a user may read.

    `code` is stable (for scripts and tests), `message` says in Chinese what happened and `advice` what to do next.
    """

    def __init__(self, code: str, message: str, advice: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.advice = advice

    @property
    def text(self) -> str:
        """The whole sentence for the screen."""
        return f"{self.message}{self.advice}"


class Forbidden(AppError):
    """The actor may not do this. Unknown actions and unknown actors end here too."""

    def __init__(self, message: str = "您的账号没有这项权限。", advice: str = "如需办理，请联系区局科室管理人员。") -> None:
        super().__init__("forbidden", message, advice)


class NotFound(AppError):
    """The thing asked for does not exist (any more, or yet)."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__("not_found", message, advice)


class Blocked(AppError):
    """The change was understood but must not happen in this state; nothing was changed."""
