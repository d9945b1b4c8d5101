"""What any view, or the code that it calls, may raise to refuse a request."""


class TooManyRequests(Exception):
    """The sender is to wait: answered with the page 429, which says for how long (in seconds)."""

    def __init__(self, retry_after: int):
        super().__init__(f"Too many requests; again in {retry_after} s.")
        self.retry_after = retry_after
