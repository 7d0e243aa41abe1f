"""Pages that are not the API's: what stands between it and its clients answers them, without a request id.

The bodies are shortened after those that people pasted into public issues: 502, 504, 520 and 524 as a page of the edge,
503 as plain text of a proxy (anthropics/claude-code#70128, #3197, #16737, #7043).
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

HTML: Final = "text/html; charset=utf-8"
PLAIN: Final = "text/plain"


class Page(NamedTuple):
    """A body that is not the API's."""

    body: str
    content_type: str = HTML


def edge_page(status: int, words: str) -> Page:
    """The page with which the edge says that what it asked for did not come."""
    return Page(
        f"<html>\r\n<head><title>{status} {words}</title></head>\r\n<body>\r\n"
        f"<center><h1>{status} {words}</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n"
    )


PAGES: Final[Mapping[int, Page]] = {
    502: edge_page(502, "Bad Gateway"),
    503: Page("upstream connect error or disconnect/reset before headers. reset reason: connection termination", PLAIN),
    520: edge_page(520, "Web server is returning an unknown error"),
    522: edge_page(522, "Connection timed out"),
    524: edge_page(524, "A timeout occurred"),
}
"""What is answered with these statuses: nobody recorded one of them in the API's own words."""

GATEWAY_TIMEOUT: Final = edge_page(504, "Gateway Time-out")
"""A 504 as it was seen. The API's own, in JSON, is documented and was not recorded."""
CAPTIVE_PORTAL: Final = Page(
    "<!DOCTYPE html>\n<html><head><title>Welcome to our Wi-Fi</title></head>\n"
    "<body><form action=/login>Please accept our terms to go online.</form></body></html>\n"
)
"""A 200 of a network that wants to be asked first."""
