"""What is kept about a sender, told without showing it: whoever holds a slip need not be the one who sent it."""

from django.utils.translation import gettext as _


def kept_identity(sender) -> list[tuple[str, str]]:
    """What is kept and in which form it is recognised by who knows it: N… T…, ··· 678, t…@example.vn."""
    rows = [
        (_("Họ tên"), _initials(sender.name)),
        (_("Tên tổ chức, doanh nghiệp"), _initials(sender.organisation_name)),
        (_("Địa chỉ"), _initials(sender.address)),
        (_("Điện thoại"), sender.phone and f"··· {sender.phone[-3:]}"),
        (_("Thư điện tử"), _mail(sender.email)),
    ]
    return [(label, masked) for label, masked in rows if masked]


def _initials(words):
    """A house number would say too much."""
    return " ".join(f"{word[0]}…" if word[0].isalpha() else "…" for word in words.split())


def _mail(address):
    name, at, domain = address.partition("@")
    return f"{name[:1]}…{at}{domain}" if at else ""
