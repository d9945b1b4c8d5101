from django.urls import path, re_path

from procedures.views import catalogue, deadlines, handbook, legal, qr, reception

app_name = "procedures"

urlpatterns = [
    # Thủ tục
    path("thu-tuc/", catalogue.procedure_list, name="procedure_list"),
    path("thu-tuc/<str:code>/", catalogue.procedure_detail, name="procedure_detail"),
    path("thu-tuc/<str:code>/qr.svg", qr.procedure_qr_svg, name="procedure_qr_svg"),
    path("thu-tuc/<str:code>/qr.png", qr.procedure_qr_png, name="procedure_qr_png"),
    # Ngày trả kết quả
    path("tinh-ngay-tra-ket-qua/", deadlines.deadline_calculator, name="deadline_calculator"),
    path("tinh-ngay-tra-ket-qua/lich.ics", deadlines.deadline_ics, name="deadline_ics"),
    # Lĩnh vực, cơ quan
    path("linh-vuc/", catalogue.sector_list, name="sector_list"),
    path("linh-vuc/<slug:slug>/", catalogue.sector_detail, name="sector_detail"),
    path("co-quan/", catalogue.agency_list, name="agency_list"),
    path("co-quan/<slug:slug>/", catalogue.agency_detail, name="agency_detail"),
    # Nơi nộp hồ sơ
    path("noi-nop-ho-so/", reception.service_point_list, name="service_point_list"),
    path("noi-nop-ho-so/<slug:slug>/", reception.service_point_detail, name="service_point_detail"),
    # Văn bản
    path("van-ban/", legal.legal_document_list, name="legal_document_list"),
    path("van-ban/<slug:slug>/", legal.legal_document, name="legal_document"),
    path(
        "van-ban/<slug:slug>/tep/<int:pk>/", legal.legal_document_file, name="legal_document_file"
    ),
    # Sổ tay cho người nước ngoài
    path("handbook/", handbook.handbook, name="handbook"),
    # Mã QR đã in: địa chỉ này không bao giờ đổi
    path("q/<str:token>", qr.qr_scan, name="qr_scan"),
    re_path(r"^[qQ]/(?P<token>[^/]{1,40})/?$", qr.qr_scan),
]
