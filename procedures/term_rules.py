"""The terms that the portal works by, as they stand until staff change them."""

from decimal import Decimal

from django.apps import apps as installed_apps
from django.db import DEFAULT_DB_ALIAS

_FEEDBACK = "Nghị định 20/2008/NĐ-CP về tiếp nhận, xử lý phản ánh, kiến nghị (đã sửa đổi, bổ sung)"
_OWN = "Thời hạn do Cổng đặt ra, chưa có văn bản ấn định"
_DATA = "Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15, Nghị định 356/2025/NĐ-CP"
_DENUNCIATION = "Luật Tố cáo 2018 (đã sửa đổi, bổ sung)"

# Key, what it is for, number, unit, ground, whether the ground is certain.
RULES = [
    (
        "feedback.classify",
        "Phản ánh: phân loại",
        2,
        "working_day",
        f"{_OWN}; {_FEEDBACK} không nói riêng.",
        False,
    ),
    (
        "feedback.transfer",
        "Phản ánh: chuyển đến cơ quan có thẩm quyền",
        5,
        "working_day",
        f"{_FEEDBACK}: chuyển trong 5 ngày làm việc kể từ ngày nhận và báo cho người gửi.",
        True,
    ),
    (
        "feedback.answer",
        "Phản ánh: trả lời",
        15,
        "working_day",
        f"{_OWN}; lấy theo quy định cũ về trả lời câu hỏi của tổ chức, cá nhân.",
        False,
    ),
    (
        "feedback.extension",
        "Phản ánh: gia hạn một lần, có lý do",
        15,
        "working_day",
        f"{_OWN}.",
        False,
    ),
    (
        "feedback.reopen",
        "Phản ánh: người gửi nói “chưa giải quyết” trong vòng, kể từ ngày trả lời",
        15,
        "day",
        f"{_OWN}.",
        False,
    ),
    (
        "feedback.close",
        "Phản ánh: tự kết thúc, kể từ ngày trả lời",
        15,
        "day",
        f"{_OWN}.",
        False,
    ),
    (
        "denunciation.first",
        "Tố cáo: xử lý ban đầu",
        7,
        "working_day",
        f"{_DENUNCIATION}: xử lý ban đầu trong 7 ngày làm việc kể từ ngày nhận.",
        False,
    ),
    (
        "denunciation.transfer",
        "Tố cáo: chuyển đến cơ quan có thẩm quyền",
        5,
        "working_day",
        f"{_DENUNCIATION}: chuyển trong 5 ngày làm việc.",
        False,
    ),
    (
        "data.reply",
        "Dữ liệu cá nhân: trả lời yêu cầu",
        2,
        "working_day",
        f"{_DATA}: trả lời trong 2 ngày làm việc.",
        True,
    ),
    (
        "data.act",
        "Dữ liệu cá nhân: thực hiện yêu cầu",
        15,
        "day",
        f"{_DATA}: thực hiện trong 15 ngày.",
        True,
    ),
    (
        "data.act_third_party",
        "Dữ liệu cá nhân: thực hiện khi bên thứ ba cũng phải ngừng",
        20,
        "day",
        f"{_DATA}: thực hiện trong 20 ngày.",
        True,
    ),
    (
        "data.extension",
        "Dữ liệu cá nhân: gia hạn một lần",
        15,
        "day",
        f"{_DATA}: gia hạn một lần, nhiều nhất 15 ngày.",
        True,
    ),
    (
        "data.retention",
        "Dữ liệu cá nhân: giữ tên và liên hệ của người gửi, kể từ khi kết thúc",
        24,
        "month",
        f"{_OWN}.",
        False,
    ),
    (
        "procedure.same_day_until",
        "Thủ tục giải quyết ngay: nhận đến mấy giờ thì trả trong ngày",
        15,
        "hour",
        "Pháp luật hộ tịch: nhận hồ sơ sau 15 giờ mà không giải quyết được ngay thì trả kết quả trong ngày"
        " làm việc tiếp theo. Cổng dùng chung cho các thủ tục giải quyết ngay.",
        True,
    ),
]


def add_missing_rules(sender, using=DEFAULT_DB_ALIAS, apps=installed_apps, **options):
    """After every migration: the rules that are not there yet. What staff have set stays."""
    try:
        model = apps.get_model("procedures", "TermRule")
    except LookupError:
        # Migrated back to before there were any.
        return
    model.objects.using(using).bulk_create(
        [
            model(
                key=key,
                title=title,
                value=Decimal(value),
                unit=unit,
                ground=ground,
                is_confirmed=sure,
            )
            for key, title, value, unit, ground, sure in RULES
        ],
        ignore_conflicts=True,
    )
