from django.urls import path

from feedback import feeds
from feedback.views import channels, intake, ledger, lookup

app_name = "feedback"

urlpatterns = [
    # Phản ánh, kiến nghị
    path("phan-anh/", intake.ticket_new, name="ticket_new"),
    path("phan-anh/bien-nhan/", intake.receipt_slip, name="receipt_slip"),
    path("phan-anh/khieu-nai/", intake.legal_route, {"kind": "complaint"}, name="legal_route"),
    path("phan-anh/to-cao/", intake.legal_route, {"kind": "denunciation"}, name="legal_route"),
    # Tra cứu
    path("phan-anh/tra-cuu/", lookup.lookup, name="lookup"),
    path("phan-anh/tra-cuu/tin-nhan/", lookup.lookup_message, name="lookup_message"),
    path("phan-anh/tra-cuu/rut-lai/", lookup.lookup_withdraw, name="lookup_withdraw"),
    path("phan-anh/tra-cuu/danh-gia/", lookup.lookup_rate, name="lookup_rate"),
    path("phan-anh/tra-cuu/chua-giai-quyet/", lookup.lookup_reopen, name="lookup_reopen"),
    path(
        "phan-anh/tra-cuu/du-lieu-ca-nhan/",
        lookup.lookup_data_request,
        name="lookup_data_request",
    ),
    path("phan-anh/tra-cuu/tep/", lookup.lookup_file, name="lookup_file"),
    # Sổ biên nhận
    path("phan-anh/so-bien-nhan/", ledger.ledger, name="ledger"),
    path("phan-anh/so-bien-nhan/dau-cuoi-ngay.csv", ledger.ledger_heads, name="ledger_heads"),
    path("phan-anh/so-bien-nhan/atom.xml", feeds.ledger_feed, name="ledger_feed"),
    path("phan-anh/so-bien-nhan/kiem-tra/", ledger.receipt_check, name="receipt_check"),
    # Kênh tiếp nhận
    path("kenh-tiep-nhan/", channels.intake_channels, name="intake_channels"),
]
