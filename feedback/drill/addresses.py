"""Which addresses the portal has, from its own list of them: what is added there is walked or missed out loud."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, get_resolver, resolve
from django.urls.exceptions import Resolver404
from django.utils import translation

# Addresses that stand on no page: whoever knows one was given it.
NOT_WALKED = {
    "outreach:preview": "xem trước bằng mã riêng, do biên tập viên đưa",
    "outreach:preview_picture": "xem trước bằng mã riêng, do biên tập viên đưa",
    "outreach:preview_file": "xem trước bằng mã riêng, do biên tập viên đưa",
    "outreach:material_captions": "phụ đề của tệp đã công khai",
    "outreach:material_first_page": "ảnh của tệp đã công khai",
    "outreach:comment_sent": "lời cảm ơn sau khi gửi ý kiến, không có gì của ai",
    "subscriptions:quick": "chỉ nhận địa chỉ thư từ ô ở cuối trang, không có trang riêng",
    "subscriptions:sent": "lời báo đã gửi thư xác nhận, không có gì của ai",
    "subscriptions:manage_link_sent": "lời báo đã gửi thư, không có gì của ai",
    "subscriptions:confirm": "đường dẫn riêng trong thư của người đăng ký nhận tin",
    "subscriptions:manage": "đường dẫn riêng trong thư của người đăng ký nhận tin",
    "subscriptions:kept_data": "đường dẫn riêng trong thư của người đăng ký nhận tin",
    "subscriptions:unsubscribe": "đường dẫn riêng trong thư của người đăng ký nhận tin",
    "procedures:legal_document_file": "tệp của văn bản đã công khai",
    "feedback:kiosk": "câu hỏi trên máy ở quầy, ai có địa chỉ riêng của máy mới mở được",
    "feedback:kiosk_thanks": "lời cảm ơn trên máy ở quầy, không có gì của ai",
    "procedures:qr_scan": "mã in trên biển, chỉ chuyển sang trang của mã",
    "procedures:procedures.views.qr.qr_scan": "mã in trên biển, chỉ chuyển sang trang của mã",
}


def public_patterns() -> dict[str, list[str]]:
    """The name of every public address with the names of what it is filled in with."""
    found = {}
    for names, pattern, parameters in _flat(get_resolver()):
        if names[:1] != [admin.site.name]:
            found.setdefault(":".join([*names, _name(pattern)]), parameters)
    return found


def admin_patterns() -> dict[str, list[str]]:
    """Those of the staff, by names without their prefix."""
    patterns, _app, namespace = admin.site.urls
    return {
        _name(pattern): parameters
        for pattern in patterns
        for _names, pattern, parameters in _flat_from(pattern, [], [])
        if pattern.name
    }


def _flat(resolver):
    for pattern in resolver.url_patterns:
        yield from _flat_from(pattern, [], [])


def _flat_from(pattern, names, parameters):
    parameters = [*parameters, *pattern.pattern.converters, *_groups(pattern)]
    if isinstance(pattern, URLPattern):
        yield names, pattern, parameters
        return
    names = [*names, pattern.namespace] if pattern.namespace else names
    for inner in pattern.url_patterns:
        yield from _flat_from(inner, names, parameters)


def _groups(pattern):
    """Of patterns that are written as regular expressions."""
    named = getattr(pattern.pattern.regex, "groupindex", {})
    return [name for name in named if name not in pattern.pattern.converters]


def _name(pattern):
    return pattern.name or pattern.lookup_str


def name_of(address) -> str | None:
    """The name of an address's pattern; None for what the portal does not have."""
    path = address.split("?")[0].split("#")[0]
    language = translation.get_language_from_path(path) or settings.LANGUAGE_CODE
    with translation.override(language):
        try:
            return resolve(path).view_name
        except Resolver404:
            return None


def language_of(address) -> str:
    return translation.get_language_from_path(address.split("?")[0]) or settings.LANGUAGE_CODE
