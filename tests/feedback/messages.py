"""What a browser sends with the form for messages."""

from datetime import timedelta
from secrets import token_urlsafe

from django.utils import timezone

from feedback.forms import MessageForm
from feedback.models import ConsentText

FORM = "/phan-anh/"
SLIP = "/phan-anh/bien-nhan/"
NAME, PHONE, MAIL = "Chim Hoàng Yến", "0987 654 321", "chim.hoang.yen@example.vn"
BODY = "Sáng thứ Hai tôi chờ từ 7 giờ 30 đến 10 giờ mà chưa được gọi."


def stamp(*, key=None, age=timedelta(minutes=1)):
    opened_at = int((timezone.now() - age).timestamp())
    return MessageForm._signer().sign_object([key or token_urlsafe(24), opened_at])


def agreed(purpose="intake", language="vi"):
    """A ticked box: the text that stood beside it."""
    return str(ConsentText.objects.present(purpose, language).pk)


def anonymous_message(**fields):
    words = {
        "stamp": stamp(),
        "declared_kind": "reflection",
        "subject": "Chờ lâu ở quầy số 2",
        "body": BODY,
        "naming": "anonymous",
    }
    return words | fields


def message(**fields):
    """A reflection with everything that one needs. A field of None is left out, as browsers do with an empty box."""
    identity = {
        "naming": "named",
        "name": NAME,
        "address": "Ấp 3, xã Tân Thuận",
        "phone": PHONE,
        "email": MAIL,
        "consent_intake": agreed(),
    }
    words = anonymous_message(**identity | fields)
    return {name: value for name, value in words.items() if value is not None}
