"""What anybody can reach from some addresses by following links."""

import re


def links(text, path):
    """The addresses of this portal that a page of any format leads to."""
    for link in re.findall(r'(?:href|src|srcset)="([^"]+)"', text):
        link = link.split()[0].split("#")[0].replace("&amp;", "&")
        link = re.sub(r"^https?://127\.0\.0\.1:\d+", "", link)
        if link.startswith("/"):
            yield link
        elif link.startswith("?"):
            yield path.split("?")[0] + link


def read_all(client, starts, *, at_most=600, leave_out=lambda link: False):
    """Each address that is reached with its text; none may be answered by an error of the server."""
    read, waiting = {}, list(starts)
    while waiting and len(read) < at_most:
        path = waiting.pop(0)
        if path in read or path.startswith("/static/"):
            continue
        response = client.get(path)
        assert response.status_code < 500, path
        read[path] = response.getvalue().decode(errors="replace")
        waiting += [link for link in links(read[path], path) if not leave_out(link)]
    return read
