"""What a page in the browser asks for, so that a test knows when it has got everything."""

from time import monotonic

QUIET_SECONDS = 0.1


class Traffic:
    """From when it is made, before the page is opened."""

    def __init__(self, page):
        self._page = page
        self._open, self._last = set(), monotonic()
        page.on("request", self._begin)
        page.on("requestfinished", self._end)
        page.on("requestfailed", self._end)

    def wait_for_the_last(self):
        """Until the page has loaded and then asks for nothing; Playwright's own “networkidle” waits half a second."""
        self._page.wait_for_load_state("load")
        deadline = monotonic() + 30
        while self._open or monotonic() < self._last + QUIET_SECONDS:
            assert monotonic() < deadline, self._open
            self._page.wait_for_timeout(20)

    def _begin(self, request):
        self._open.add(request)
        self._last = monotonic()

    def _end(self, request):
        self._open.discard(request)
        self._last = monotonic()
