"""The style guide: every component in every state, for those who build the portal and those who write for it."""

import re
from datetime import date, datetime
from functools import cache

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.charts import (
    Bar,
    BarChart,
    LikertChart,
    LikertRow,
    LineChart,
    Series,
    chart_csv,
)
from portal.forms import DayField, PhoneField, UploadField
from portal.held_files import AttachmentsField
from portal.models import HeldFile
from portal.styleguide_subscriptions import SampleTopicsForm
from portal.styleguide_survey import SURVEY_SHEET

SECTIONS = [
    ("mau", "Màu"),
    ("chu", "Cỡ chữ"),
    ("khoang-cach", "Khoảng cách"),
    ("bieu-tuong", "Biểu tượng"),
    ("khung-trang", "Khung trang"),
    ("thong-bao", "Thông báo"),
    ("tim-kiem", "Ô tìm"),
    ("cac-muc", "Mục lục và văn bản"),
    ("thong-tin", "Bảng thông tin"),
    ("bang", "Bảng"),
    ("tep-va-anh", "Tệp và ảnh"),
    ("so-lieu-lon", "Số liệu lớn"),
    ("bieu-do", "Biểu đồ"),
    ("the", "Thẻ và danh sách"),
    ("loc-va-trang", "Lọc, chia trang"),
    ("trang-thai", "Nhãn và trạng thái"),
    ("cac-buoc", "Các bước và tiến trình"),
    ("nut", "Nút"),
    ("bieu-mau", "Biểu mẫu"),
    ("tep-gui-kem", "Tệp gửi kèm"),
    ("phieu", "Phiếu phản ánh"),
    ("khao-sat", "Phiếu khảo sát"),
    ("nhan-tin", "Đăng ký nhận tin"),
    ("ket-qua", "Kết quả xử lý"),
    ("tra-loi-cong-khai", "Trả lời công khai"),
    ("tin-bai", "Tin bài"),
    ("ban-tin-dien-tu", "Bản tin điện tử"),
    ("phat-thanh", "Phát thanh, báo chí"),
    ("trong", "Khi chưa có gì"),
    ("ngon-ngu", "Tiếng nước ngoài"),
    ("ban-in", "Bản in"),
]

# A role, and what stands in it. Text is read against the page; the test of contrast measures them all.
COLOURS = [
    ("text", "Chữ", "nội dung, tiêu đề", "ít nhất 7 trên 1"),
    ("text-quiet", "Chữ phụ", "gợi ý, ghi chú, ngày tháng", "ít nhất 7 trên 1"),
    ("link", "Đường dẫn", "chữ bấm vào thì sang trang khác", "ít nhất 7 trên 1"),
    ("brand", "Đỏ của Cổng", "tên Cổng, mục đang xem, vạch nhấn", "ít nhất 4,5 trên 1"),
    ("action", "Việc chính", "một nút chính của mỗi trang", "ít nhất 4,5 trên 1"),
    ("good", "Tốt", "đang áp dụng, đã xong", "ít nhất 4,5 trên 1"),
    ("warning", "Lưu ý", "tạm dừng, hết hiệu lực, bảo trì", "ít nhất 4,5 trên 1"),
    ("error", "Cần sửa", "ô ghi sai, quá hạn", "ít nhất 4,5 trên 1"),
    ("mark", "Chữ trùng từ tìm", "trong kết quả tìm kiếm", "ít nhất 7 trên 1"),
    ("line-strong", "Đường kẻ", "viền ô nhập, đầu bảng", "ít nhất 3 trên 1"),
]
TEXT_SIZES = [
    ("h1", "Tiêu đề trang"),
    ("h2", "Tiêu đề mục"),
    ("h3", "Tiêu đề nhỏ"),
    ("large", "Lời dẫn"),
    ("body", "Nội dung"),
    ("small", "Ghi chú, nhãn"),
]
SPACES = ["2xs", "xs", "s", "m", "l", "xl", "2xl"]
BANNERS = [
    {
        "kind": "incident",
        "get_kind_display": "Sự cố",
        "text": "Cổng Dịch vụ công quốc gia đang chậm. Ông/bà nộp trực tuyến sau 14:00.",
    },
    {
        "kind": "maintenance",
        "get_kind_display": "Bảo trì theo kế hoạch",
        "text": "Việc tra cứu ở quầy vẫn như thường.",
    },
    {
        "kind": "information",
        "get_kind_display": "Thông báo",
        "text": "Từ ngày 01/07/2025 các xã, phường mới nhận hồ sơ tại trung tâm của mình.",
    },
]
EVENTS = [
    {
        "state": "done",
        "title": "Cổng đã nhận phản ánh",
        "when": "08:15 02/03/2026",
        "text": "Phản ánh có mã tra cứu, ông/bà giữ lại để xem trả lời.",
    },
    {
        "state": "done",
        "title": "Chuyển đến Ủy ban nhân dân xã Tân Thuận",
        "when": "09:40 03/03/2026",
    },
    {
        "state": "current",
        "title": "Cơ quan đang xem xét",
        "when": "trả lời chậm nhất ngày 23/03/2026",
        "text": "Tính 15 ngày làm việc kể từ khi chuyển, không kể ngày nghỉ.",
    },
    {"state": "coming", "title": "Trả lời ông/bà và công khai nội dung"},
]
STATUSES = [
    ("current", "Đang áp dụng"),
    ("waiting", "Đang xem xét"),
    ("paused", "Tạm dừng"),
    ("ended", "Hết hiệu lực"),
    ("late", "Quá hạn 2 ngày"),
]
TICKET_STANDINGS = [
    {
        "standing": {
            "kind": "waiting",
            "label": "Đang giải quyết",
            "words": "Cơ quan đang xem xét, giải quyết.",
            "next_words": "Cơ quan trả lời ông/bà ngay trên trang này.",
        },
        "promise": {
            "day": "Thứ Hai, 23/03/2026",
            "days_late": 2,
            "sentences": [
                "Nhận ngày Thứ Hai, 02/03/2026. Ngày nhận không tính, đếm từ ngày sau.",
                "Hết hạn lúc 24:00, Thứ Hai, 23/03/2026.",
            ],
        },
    },
    {
        "standing": {
            "kind": "paused",
            "label": "Đang chờ ông/bà trả lời",
            "words": "Cơ quan cần ông/bà trả lời thì mới làm tiếp được.",
        },
    },
    {
        "standing": {
            "kind": "current",
            "label": "Đã trả lời",
            "words": "Trả lời ở ngay dưới đây.",
        },
    },
]
EXCHANGE = [
    {
        "by": "staff",
        "body": "Ông/bà cho biết việc xảy ra ngày nào?",
        "sent_at": datetime(2026, 3, 4, 9, 40),
    },
    {
        "by": "sender",
        "body": "Sáng thứ Hai, ngày 02/03.",
        "sent_at": datetime(2026, 3, 4, 20, 5),
    },
]
PUBLIC_ANSWERS = [
    {
        "subject": "Chờ lâu ở quầy hộ tịch",
        "answer": "Từ ngày 01/12 có thêm một quầy vào sáng thứ Hai và thứ Ba.",
        "outcome": "resolved",
        "outcome_label": "Đã giải quyết",
        "agency": {"name": "Trung tâm Phục vụ hành chính công tỉnh"},
        "answered_on": date(2026, 3, 12),
        "published_on": date(2026, 3, 16),
        "kind_label": "Phản ánh",
        "is_reopened": True,
        "get_absolute_url": "#tra-loi-cong-khai",
    },
    {
        "subject": "Con sinh ở tỉnh khác thì khai sinh ở đâu?",
        "answer": "Ở Ủy ban nhân dân cấp xã nơi cư trú của cha hoặc mẹ.",
        "agency": {"name": "Sở Tư pháp"},
        "answered_on": date(2026, 3, 2),
        "published_on": date(2026, 3, 2),
        "kind_label": "Hỏi đáp",
        "is_sample": True,
        "may_have_changed": True,
        "get_absolute_url": "#tra-loi-cong-khai",
    },
]
FORM_PAGES = ["Sự việc", "Nội dung phản ánh", "Cách liên hệ", "Xem lại và gửi"]
CHARTS = [
    BarChart(
        slug="ho-so-theo-linh-vuc",
        title="Hộ tịch giải quyết đúng hạn nhất, đất đai chậm nhất",
        description="Tỷ lệ hồ sơ giải quyết đúng hạn của bốn lĩnh vực có nhiều hồ sơ nhất.",
        source="Số liệu mẫu để trình bày",
        period="quý I năm 2026",
        label_name="Lĩnh vực",
        value_name="Đúng hạn",
        unit="%",
        bars=(
            Bar("Hộ tịch", 99.2, 4120),
            Bar("Đất đai", 91.5, 5380),
            Bar("Thành lập và hoạt động của hộ kinh doanh", 97.8, 1260),
            Bar("Nuôi trồng thủy sản", None),
        ),
    ),
    LineChart(
        slug="muc-do-hai-long",
        title="Mức độ hài lòng tăng chậm, năm 2025 không so được với các năm trước",
        description="Chỉ số hài lòng của hai tỉnh trước sắp xếp và của tỉnh mới.",
        source="Số liệu mẫu để trình bày",
        period="2021 đến 2026",
        unit="%",
        labels=("2021", "2022", "2023", "2024", "2025", "2026"),
        series=(
            Series("Cà Mau", (82.1, 83.4, None, 84.9, 85.2, 86.0)),
            Series("Bạc Liêu", (80.6, 81.9, 82.8, 83.1, None, None)),
        ),
        gaps={"2025": "hai tỉnh hợp nhất từ ngày 01/07/2025"},
    ),
    LineChart(
        slug="thoi-gian-cho",
        title="Thời gian chờ đến lượt giảm còn một nửa",
        description="Số phút chờ trung bình tại các quầy của tỉnh.",
        source="Số liệu mẫu để trình bày",
        period="2021 đến 2026",
        unit="phút",
        labels=("2021", "2022", "2023", "2024", "2025", "2026"),
        series=(Series("Thời gian chờ", (34, 31, 27, 25, 19, 16)),),
    ),
    LineChart(
        slug="cach-nop-ho-so",
        title="Nộp trực tuyến đã vượt nộp tại quầy",
        description="Số hồ sơ theo bốn cách nộp.",
        source="Số liệu mẫu để trình bày",
        period="2023 đến 2026",
        labels=("2023", "2024", "2025", "2026"),
        series=(
            Series("Tại quầy", (5200, 4700, 3900, 3100)),
            Series("Trực tuyến", (1300, 2400, 3800, 5100)),
            Series("Bưu chính", (420, 510, 630, 660)),
            Series("Tại nhà", (None, 60, 140, 210)),
        ),
    ),
    LikertChart(
        slug="danh-gia-tai-quay",
        title="Người dân hài lòng về thái độ hơn là về thời gian chờ",
        description="Câu trả lời của người vừa nộp hồ sơ tại quầy.",
        source="Số liệu mẫu để trình bày",
        period="tháng 02/2026",
        items=(
            LikertRow("Thái độ của cán bộ tiếp nhận", (6, 14, 40, 190, 150)),
            LikertRow("Thời gian chờ đến lượt", (31, 62, 98, 144, 65)),
            LikertRow("Lối đi cho người khuyết tật", (1, 2, 5, 6, 3)),
        ),
    ),
    BarChart(
        slug="chua-co-so-lieu",
        title="Khi chưa có số liệu",
        description="Biểu đồ nói rõ là chưa có, không vẽ khung trống.",
        source="",
        period="",
        bars=(),
    ),
]


class SampleForm(forms.Form):
    """One field of each kind."""

    full_name = forms.CharField(
        label="Họ và tên",
        max_length=100,
        help_text="Ghi như trong căn cước.",
        error_messages={"required": "Ghi họ và tên của ông/bà."},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = PhoneField(
        label="Số điện thoại",
        required=False,
        help_text="Chỉ người xử lý xem được, để báo khi có trả lời.",
    )
    birth_date = DayField(
        label="Ngày sinh", error_messages={"required": "Ghi ngày sinh, ví dụ 02/09/1985."}
    )
    people = forms.IntegerField(
        label="Số người trong hộ",
        min_value=1,
        required=False,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 6}),
        error_messages={"min_value": "Ghi một số từ 1 trở lên."},
    )
    place = forms.ChoiceField(
        label="Nơi nộp hồ sơ",
        choices=[
            ("", "Chọn một nơi"),
            ("tan-thuan", "Trung tâm Phục vụ hành chính công xã Tân Thuận"),
            ("an-xuyen", "Trung tâm Phục vụ hành chính công phường An Xuyên"),
        ],
        error_messages={"required": "Chọn nơi ông/bà đã nộp hồ sơ."},
    )
    kind = forms.ChoiceField(
        label="Ông/bà muốn gửi gì?",
        choices=[
            ("feedback", "Phản ánh một việc đã xảy ra"),
            ("proposal", "Kiến nghị một cách làm tốt hơn"),
            ("question", "Hỏi về thủ tục"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Chọn một trong ba loại."},
    )
    reply_by = forms.MultipleChoiceField(
        label="Nhận trả lời bằng",
        required=False,
        help_text="Chọn được nhiều cách.",
        choices=[("sms", "Tin nhắn"), ("mail", "Thư điện tử"), ("post", "Thư bưu điện")],
        widget=forms.CheckboxSelectMultiple,
    )
    body = forms.CharField(
        label="Nội dung",
        help_text="Việc gì, ở đâu, khi nào. Không ghi số căn cước.",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Ghi nội dung ông/bà muốn gửi."},
    )
    picture = UploadField(
        label="Ảnh hoặc giấy tờ kèm theo",
        types=["pdf", "jpg", "png"],
        megabytes=10,
        required=False,
    )
    consent = forms.BooleanField(
        label="Tôi đã đọc và đồng ý với cách Cổng dùng thông tin này",
        error_messages={
            "required": "Đánh dấu vào ô này nếu ông/bà đồng ý; chưa đồng ý thì Cổng chưa nhận được."
        },
    )


class SampleFilesForm(forms.Form):
    """The files of a form, as they come back with it."""

    files = AttachmentsField(
        label="Ảnh hoặc giấy tờ kèm theo",
        help_text="Không cần gửi ảnh căn cước: Cổng không xét việc của ông/bà theo giấy tờ đó.",
    )


HELD_FILES = [
    HeldFile(id=1, name="IMG_2041.jpg", content_type="image/jpeg", size=245_760),
    HeldFile(
        id=2,
        name="Giấy hẹn trả kết quả của Trung tâm Phục vụ hành chính công.pdf",
        content_type="application/pdf",
        size=1_572_864,
    ),
]

FILLED = {
    "full_name": "Nguyễn Thị Bảy",
    "phone": "0912 345 678",
    "birth_date": "02/09/1985",
    "people": "4",
    "place": "tan-thuan",
    "kind": "proposal",
    "reply_by": ["sms", "post"],
    "body": "Quầy số 2 nên có ghế cho người già ngồi chờ.",
    "consent": True,
}
WRONG = {"phone": "12345", "birth_date": "31/02/1985", "people": "0"}


@require_safe
def styleguide(request):
    """Open in development; in production there is such a page for staff only."""
    if settings.PRODUCTION and not request.user.is_staff:
        raise Http404
    for chart in CHARTS:
        if request.GET.get("so-lieu") == chart.slug:
            return chart_csv(chart)
    return render(request, "portal/styleguide.html", _content(request))


def _content(request):
    is_sent = "gui" in request.GET
    return {
        "sections": SECTIONS,
        "colours": COLOURS,
        "text_sizes": TEXT_SIZES,
        "spaces": SPACES,
        "icons": _icons(),
        "banners": BANNERS,
        "charts": CHARTS,
        "pages": [
            (name, Paginator(range(95), 10).page(number))
            for name, number in (("Trang đầu", 1), ("Trang giữa", 4), ("Trang cuối", 10))
        ],
        "statuses": STATUSES,
        "events": EVENTS,
        "standings": TICKET_STANDINGS,
        "exchange": EXCHANGE,
        "survey_sheet": SURVEY_SHEET,
        "topics_form": SampleTopicsForm(prefix="nhan-tin"),
        "public_answers": PUBLIC_ANSWERS,
        "form_pages": FORM_PAGES,
        # Its answer shows how a form comes back, also without script; it keeps nothing.
        "live_form": SampleForm(request.GET if is_sent else None, prefix="thu"),
        "is_sent": is_sent,
        "filled_form": SampleForm(initial=FILLED, prefix="day-du"),
        "wrong_form": _bound("can-sua", WRONG),
        "disabled_form": _disabled(SampleForm(initial=FILLED, prefix="khoa")),
        "file_forms": [
            ("Chưa chọn", SampleFilesForm(prefix="chua-chon")),
            ("Trở lại với tệp đã giữ", _files_form("da-giu", held_files=HELD_FILES)),
            (
                "Có tệp không nhận được",
                _files_form(
                    "tu-choi",
                    held_files=HELD_FILES[:1],
                    error="Tệp “danh-sach.xlsx”: không thuộc loại được nhận. Chọn ảnh JPEG, PNG, WebP hoặc tệp PDF.",
                ),
            ),
            ("Chưa giữ được", _files_form("khong-giu", not_held=["IMG_2041.jpg", "IMG_2042.jpg"])),
        ],
    }


def _files_form(prefix, *, held_files=(), not_held=(), error=None):
    form = SampleFilesForm({}, prefix=prefix)
    form.held_files, form.not_held = held_files, not_held
    if error:
        form.add_error("files", error)
    return form


def _bound(prefix, data):
    return SampleForm({f"{prefix}-{name}": value for name, value in data.items()}, prefix=prefix)


def _disabled(form):
    for field in form.fields.values():
        field.disabled = True
    return form


@cache
def _icons():
    """All names in the sprite."""
    sprite = (settings.BASE_DIR / "static/img/icons.svg").read_text()
    return re.findall(r'<symbol id="([^"]+)"', sprite)
