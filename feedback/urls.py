from django.urls import path

from feedback import feeds
from feedback.views import (
    answers,
    channels,
    intake,
    kiosk,
    ledger,
    lookup,
    open_data,
    page_ratings,
    results,
    survey_results,
    surveys,
)

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
    path("phan-anh/tra-cuu/thu-xin-loi/", lookup.lookup_letter, name="lookup_letter"),
    # Phản ánh đã trả lời
    path("phan-anh/da-tra-loi/", answers.public_answer_list, name="public_answer_list"),
    path("phan-anh/da-tra-loi/<int:number>/", answers.public_answer, name="public_answer"),
    path("phan-anh/da-tra-loi/du-lieu.csv", open_data.public_answer_csv, name="public_answer_csv"),
    path("phan-anh/da-tra-loi/atom.xml", feeds.answer_feed, name="public_answer_feed"),
    # Hỏi đáp
    path("hoi-dap/atom.xml", feeds.question_feed, name="question_feed"),
    path("hoi-dap/", answers.question_list, name="question_list"),
    path("hoi-dap/<int:number>/", answers.question, name="question"),
    # Sổ biên nhận
    path("phan-anh/so-bien-nhan/", ledger.ledger, name="ledger"),
    path("phan-anh/so-bien-nhan/dau-cuoi-ngay.csv", ledger.ledger_heads, name="ledger_heads"),
    path("phan-anh/so-bien-nhan/atom.xml", feeds.ledger_feed, name="ledger_feed"),
    path("phan-anh/so-bien-nhan/kiem-tra/", ledger.receipt_check, name="receipt_check"),
    # Kết quả xử lý
    path("ket-qua/phan-anh/", results.ticket_statistics, name="ticket_statistics"),
    path(
        "ket-qua/phan-anh/du-lieu.csv", results.ticket_statistics_csv, name="ticket_statistics_csv"
    ),
    path("ket-qua/khao-sat/", survey_results.survey_result_list, name="survey_result_list"),
    path("ket-qua/khao-sat/<slug:slug>/", survey_results.survey_result, name="survey_result"),
    path(
        "ket-qua/khao-sat/<slug:slug>/du-lieu.csv",
        survey_results.survey_result_csv,
        name="survey_result_csv",
    ),
    # Trang này có hữu ích không
    path("huu-ich/", page_ratings.page_rating, name="page_rating"),
    path("huu-ich/cam-on/", page_ratings.page_rating_thanks, name="page_rating_thanks"),
    # Khảo sát
    path("khao-sat/", surveys.survey_list, name="survey_list"),
    # Before the surveys: no survey is called “may-tai-quay”.
    path("khao-sat/may-tai-quay/ngoai-mang.js", kiosk.kiosk_worker, name="kiosk_worker"),
    path("khao-sat/may-tai-quay/<slug:token>/", kiosk.kiosk, name="kiosk"),
    path("khao-sat/may-tai-quay/<slug:token>/cam-on/", kiosk.kiosk_thanks, name="kiosk_thanks"),
    path("khao-sat/<slug:slug>/", surveys.survey, name="survey"),
    path("khao-sat/<slug:slug>/cam-on/", surveys.survey_thanks, name="survey_thanks"),
    # Kênh tiếp nhận
    path("kenh-tiep-nhan/", channels.intake_channels, name="intake_channels"),
]
