"""Whose request it is: the one notion of an address for limits, for the count of visits and for log-ins."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings

# For who comes without an address that can be read, as over a socket file.
UNKNOWN = "0.0.0.0"


def client_address(request) -> str:
    """The sender's address: the peer's, or the one that our own proxies wrote last.

    Each proxy adds the address that it saw at the END of X-Forwarded-For. As many entries as there are proxies of
    ours can be believed; whatever stands before them was written by the sender.
    """
    hops = [request.META.get("REMOTE_ADDR", "")]
    if settings.TRUSTED_PROXIES:
        written = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        hops.insert(0, written[-settings.TRUSTED_PROXIES :][0])
    return str(next(filter(None, map(_read, hops)), UNKNOWN))


def address_group(address: str) -> str:
    """What counts as one sender: an IPv4 address, and of IPv6 the 64 bits that a single household has for itself."""
    if isinstance(ip_address(address), IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return address


def _read(text: str) -> IPv4Address | IPv6Address | None:
    """An address as proxies write it: 192.0.2.1, 192.0.2.1:5000, 2001:db8::1, [2001:db8::1]:5000."""
    text = text.strip()[:60]
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
