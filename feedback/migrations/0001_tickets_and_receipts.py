import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import feedback.codes
import portal.fields
import portal.files


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("procedures", "0011_words_and_year_of_acts"),
    ]

    operations = [
        migrations.CreateModel(
            name="LedgerDay",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False, verbose_name="ngày")),
                ("position", models.BigIntegerField()),
                ("hash", models.CharField(max_length=64, verbose_name="dấu cuối ngày")),
                ("closed_at", models.DateTimeField(verbose_name="chốt lúc")),
            ],
            options={
                "verbose_name": "dấu cuối ngày",
                "verbose_name_plural": "dấu cuối ngày",
            },
        ),
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(verbose_name="lúc")),
                ("code_hash", models.CharField(max_length=64, unique=True)),
                ("content_digest", models.CharField(max_length=64)),
                ("salt", models.CharField(max_length=32)),
                ("previous_hash", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64, unique=True)),
            ],
            options={
                "verbose_name": "biên nhận trong sổ",
                "verbose_name_plural": "sổ biên nhận",
            },
        ),
        migrations.CreateModel(
            name="ConsentText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("intake", "Giữ và dùng thông tin để giải quyết phiếu"),
                            ("publish_name", "Nêu tên khi công khai kết quả"),
                            ("mail", "Báo tin bằng thư điện tử"),
                        ],
                        max_length=20,
                        verbose_name="mục đích",
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(verbose_name="bản số")),
                (
                    "language",
                    models.CharField(default="vi", max_length=10, verbose_name="ngôn ngữ"),
                ),
                (
                    "statement",
                    portal.fields.LineField(
                        help_text="Bắt đầu bằng “Tôi đồng ý…”.",
                        max_length=400,
                        verbose_name="câu bên ô đánh dấu",
                    ),
                ),
                (
                    "notice",
                    portal.fields.ProseField(
                        blank=True,
                        help_text="Dữ liệu nào, để làm gì, ai giữ, bao lâu, quyền của người gửi, liên hệ ai.",
                        verbose_name="thông báo đầy đủ",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="viết lúc"
                    ),
                ),
            ],
            options={
                "verbose_name": "lời xin đồng ý",
                "verbose_name_plural": "lời xin đồng ý",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("purpose", "language", "version"),
                        name="feedback_consenttext_version_once",
                        violation_error_message="Bản số này đã có.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LegalRoute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("complaint", "Khiếu nại"), ("denunciation", "Tố cáo")],
                        max_length=12,
                        unique=True,
                        verbose_name="loại",
                    ),
                ),
                (
                    "what_it_is",
                    portal.fields.ProseField(
                        help_text="Bằng lời dễ hiểu, khác phản ánh, kiến nghị ở chỗ nào.",
                        verbose_name="là gì",
                    ),
                ),
                (
                    "how_to_send",
                    portal.fields.ProseField(
                        help_text="Đơn ký tên, hoặc trực tiếp trình bày; gửi tới ai.",
                        verbose_name="gửi thế nào",
                    ),
                ),
                ("what_to_write", portal.fields.ProseField(verbose_name="đơn cần có gì")),
                ("time_limits", portal.fields.ProseField(blank=True, verbose_name="thời hạn")),
                (
                    "address",
                    portal.fields.LineField(
                        blank=True, max_length=300, verbose_name="địa chỉ tiếp công dân"
                    ),
                ),
                (
                    "phone",
                    portal.fields.LineField(blank=True, max_length=40, verbose_name="điện thoại"),
                ),
                (
                    "hours",
                    portal.fields.LineField(blank=True, max_length=200, verbose_name="giờ tiếp"),
                ),
                (
                    "form_url",
                    models.URLField(blank=True, max_length=500, verbose_name="địa chỉ tải mẫu đơn"),
                ),
                ("is_sample", models.BooleanField(default=False, verbose_name="nội dung mẫu")),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="legal_routes",
                        to="procedures.agency",
                        verbose_name="cơ quan tiếp công dân",
                    ),
                ),
                (
                    "legal_documents",
                    models.ManyToManyField(
                        blank=True,
                        related_name="legal_routes",
                        to="procedures.legaldocument",
                        verbose_name="căn cứ",
                    ),
                ),
            ],
            options={
                "verbose_name": "đường khiếu nại, tố cáo",
                "verbose_name_plural": "đường khiếu nại, tố cáo",
            },
        ),
        migrations.CreateModel(
            name="RegisterCounter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("is_restricted", models.BooleanField(default=False)),
                ("last_number", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "sổ đăng ký",
                "verbose_name_plural": "sổ đăng ký",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("year", "is_restricted"), name="feedback_registercounter_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Ticket",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        default=feedback.codes.new_code,
                        editable=False,
                        max_length=12,
                        unique=True,
                        verbose_name="mã phiếu",
                    ),
                ),
                ("secret_hash", models.CharField(editable=False, max_length=64)),
                ("form_hash", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "register_year",
                    models.PositiveSmallIntegerField(
                        editable=False, null=True, verbose_name="năm vào sổ"
                    ),
                ),
                (
                    "register_number",
                    models.PositiveIntegerField(
                        editable=False, null=True, verbose_name="số vào sổ"
                    ),
                ),
                (
                    "declared_kind",
                    models.CharField(
                        choices=[
                            ("reflection", "Phản ánh"),
                            ("proposal", "Kiến nghị"),
                            ("question", "Hỏi đáp"),
                            ("comment", "Góp ý"),
                            ("praise", "Khen ngợi"),
                            ("complaint", "Khiếu nại"),
                            ("denunciation", "Tố cáo"),
                        ],
                        editable=False,
                        max_length=12,
                        verbose_name="người gửi chọn loại",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("reflection", "Phản ánh"),
                            ("proposal", "Kiến nghị"),
                            ("question", "Hỏi đáp"),
                            ("comment", "Góp ý"),
                            ("praise", "Khen ngợi"),
                            ("complaint", "Khiếu nại"),
                            ("denunciation", "Tố cáo"),
                        ],
                        max_length=12,
                        verbose_name="loại",
                    ),
                ),
                (
                    "subject",
                    portal.fields.LineField(blank=True, max_length=200, verbose_name="việc gì"),
                ),
                (
                    "body",
                    portal.fields.ProseField(blank=True, max_length=10000, verbose_name="nội dung"),
                ),
                (
                    "content_erased_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="xóa nội dung lúc"
                    ),
                ),
                (
                    "is_anonymous",
                    models.BooleanField(
                        default=False, editable=False, verbose_name="không ghi tên"
                    ),
                ),
                (
                    "dossier_code",
                    portal.fields.LineField(blank=True, max_length=60, verbose_name="mã hồ sơ"),
                ),
                (
                    "incident_on",
                    models.DateField(blank=True, null=True, verbose_name="xảy ra ngày"),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("web", "Cổng cải cách hành chính"),
                            ("hotline", "Đường dây nóng"),
                            ("zalo", "Zalo"),
                            ("counter", "Tại quầy"),
                            ("post", "Bưu điện"),
                            ("email", "Thư điện tử"),
                            ("national_portal", "Cổng Dịch vụ công quốc gia"),
                            ("provincial_portal", "Cổng thông tin của tỉnh"),
                        ],
                        default="web",
                        max_length=20,
                        verbose_name="kênh",
                    ),
                ),
                (
                    "received_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="tiếp nhận lúc",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("received", "Đã tiếp nhận"),
                            ("classified", "Đã phân loại"),
                            ("rejected", "Không xử lý"),
                            ("transferred", "Đã chuyển cơ quan có thẩm quyền"),
                            ("in_progress", "Đang xử lý"),
                            ("collecting", "Đang thu thập thêm căn cứ"),
                            ("answered", "Đã trả lời"),
                            ("published", "Đã công khai kết quả"),
                            ("reopened", "Mở lại"),
                            ("closed", "Đã kết thúc"),
                            ("withdrawn", "Người gửi đã rút"),
                        ],
                        default="received",
                        editable=False,
                        max_length=12,
                        verbose_name="tình trạng",
                    ),
                ),
                (
                    "status_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="từ lúc"
                    ),
                ),
                (
                    "reopened_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="mở lại lúc"),
                ),
                (
                    "reject_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            (
                                "not_clear",
                                "Nội dung không rõ ràng, không xác định được việc cần xử lý",
                            ),
                            ("not_vietnamese", "Không viết bằng tiếng Việt"),
                            ("out_of_scope", "Không thuộc phạm vi phản ánh, kiến nghị"),
                            ("complaint", "Là khiếu nại, tố cáo: phải gửi theo đường luật định"),
                            ("duplicate", "Trùng với phiếu đã gửi"),
                            ("answered_before", "Đã được trả lời, không có tình tiết mới"),
                            ("abuse", "Xúc phạm, quảng cáo hoặc lạm dụng"),
                        ],
                        editable=False,
                        max_length=20,
                        verbose_name="lý do không xử lý",
                    ),
                ),
                (
                    "public_state",
                    models.CharField(
                        choices=[
                            ("private", "Không công khai"),
                            ("proposed", "Chờ duyệt công khai"),
                            ("published", "Đã công khai"),
                            ("withdrawn", "Đã gỡ"),
                        ],
                        default="private",
                        editable=False,
                        max_length=10,
                        verbose_name="công khai",
                    ),
                ),
                (
                    "public_subject",
                    portal.fields.LineField(
                        blank=True, max_length=200, verbose_name="tiêu đề công khai"
                    ),
                ),
                (
                    "public_body",
                    portal.fields.ProseField(blank=True, verbose_name="nội dung công khai"),
                ),
                (
                    "public_answer",
                    portal.fields.ProseField(blank=True, verbose_name="trả lời công khai"),
                ),
                (
                    "published_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="công khai lúc"),
                ),
                (
                    "is_sample",
                    models.BooleanField(default=False, editable=False, verbose_name="nội dung mẫu"),
                ),
                (
                    "about_staff",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Những người này không mở được phiếu, ở bất cứ đâu.",
                        related_name="tickets_about",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="nói về cán bộ",
                    ),
                ),
                (
                    "agency_concerned",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets_about",
                        to="procedures.agency",
                        verbose_name="về cơ quan",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entered_tickets",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="cán bộ nhập",
                    ),
                ),
                (
                    "handling_agency",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handled_tickets",
                        to="procedures.agency",
                        verbose_name="cơ quan xử lý",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_tickets",
                        to="feedback.ticket",
                        verbose_name="gộp vào phiếu",
                    ),
                ),
                (
                    "procedure",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="procedures.procedure",
                        verbose_name="về thủ tục",
                    ),
                ),
                (
                    "public_approved_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approved_publications",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người duyệt công khai",
                    ),
                ),
                (
                    "public_written_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="written_publications",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người viết bản công khai",
                    ),
                ),
                (
                    "receiving_agency",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="received_tickets",
                        to="procedures.agency",
                        verbose_name="cơ quan tiếp nhận",
                    ),
                ),
                (
                    "service_point",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="procedures.servicepoint",
                        verbose_name="về nơi nộp hồ sơ",
                    ),
                ),
                (
                    "split_from",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="split_tickets",
                        to="feedback.ticket",
                        verbose_name="tách từ phiếu",
                    ),
                ),
            ],
            options={
                "verbose_name": "phiếu phản ánh",
                "verbose_name_plural": "phiếu phản ánh",
                "permissions": [
                    ("view_every_ticket", "Xem phiếu của mọi cơ quan"),
                    ("classify_ticket", "Phân loại, chuyển phiếu"),
                    ("answer_ticket", "Trả lời phiếu"),
                    ("approve_publication", "Duyệt công khai kết quả"),
                    ("handle_denunciations", "Xử lý tố cáo"),
                ],
                "indexes": [
                    models.Index(
                        fields=["status", "received_at"], name="feedback_ticket_by_status"
                    ),
                    models.Index(fields=["received_at"], name="feedback_ticket_by_day"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "denunciation"), _negated=True),
                        fields=("register_year", "register_number"),
                        name="feedback_ticket_register_number_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "denunciation")),
                        fields=("register_year", "register_number"),
                        name="feedback_ticket_restricted_number_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("register_number", None), ("register_year", None)),
                            models.Q(
                                ("register_number__isnull", False), ("register_year__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="feedback_ticket_register_number_has_year",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["received", "rejected", "withdrawn"]),
                            ("register_number__isnull", False),
                            _connector="OR",
                        ),
                        name="feedback_ticket_accepted_is_registered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("content_erased_at", None),
                                models.Q(("subject", ""), _negated=True),
                                models.Q(("body", ""), _negated=True),
                            ),
                            models.Q(
                                ("body", ""), ("content_erased_at__isnull", False), ("subject", "")
                            ),
                            _connector="OR",
                        ),
                        name="feedback_ticket_has_content_until_erased",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("channel", "web"), ("entered_by", None)),
                            models.Q(
                                models.Q(("channel", "web"), _negated=True),
                                ("entered_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="feedback_ticket_other_channels_name_the_officer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "rejected"), _negated=True),
                            models.Q(("reject_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="feedback_ticket_rejection_has_reason",
                        violation_error_message="Không xử lý thì chọn lý do.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("public_state", "private"),
                            models.Q(
                                models.Q(
                                    ("kind__in", ["complaint", "denunciation"]), _negated=True
                                ),
                                ("is_anonymous", False),
                            ),
                            _connector="OR",
                        ),
                        name="feedback_ticket_only_some_become_public",
                        violation_error_message="Khiếu nại, tố cáo và phiếu không ghi tên không được công khai.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("public_state", "published"), _negated=True),
                            models.Q(
                                ("public_approved_by__isnull", False),
                                ("public_written_by__isnull", False),
                                ("published_at__isnull", False),
                                models.Q(("public_subject", ""), _negated=True),
                                models.Q(("public_body", ""), _negated=True),
                                models.Q(
                                    ("public_approved_by", models.F("public_written_by")),
                                    _negated=True,
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="feedback_ticket_publication_by_two_people",
                        violation_error_message="Người duyệt công khai phải khác người viết.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("merged_into", models.F("pk")), _negated=True),
                        name="feedback_ticket_not_merged_into_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DataSubjectRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("view", "Xem dữ liệu của tôi"),
                            ("correct", "Sửa dữ liệu của tôi"),
                            ("delete", "Xóa dữ liệu của tôi"),
                            ("restrict", "Hạn chế dùng dữ liệu của tôi"),
                            ("object", "Phản đối việc dùng dữ liệu của tôi"),
                            ("withdraw", "Rút lại sự đồng ý"),
                        ],
                        max_length=10,
                        verbose_name="yêu cầu",
                    ),
                ),
                (
                    "details",
                    portal.fields.ProseField(blank=True, max_length=2000, verbose_name="nội dung"),
                ),
                ("form_hash", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "received_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="nhận lúc"
                    ),
                ),
                ("reply_due_on", models.DateField(editable=False, verbose_name="hạn trả lời")),
                ("action_due_on", models.DateField(editable=False, verbose_name="hạn thực hiện")),
                ("reply_explanation", models.JSONField(default=dict, editable=False)),
                ("action_explanation", models.JSONField(default=dict, editable=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "Đã nhận"),
                            ("replied", "Đã trả lời, đang thực hiện"),
                            ("done", "Đã thực hiện"),
                            ("refused", "Không thực hiện được"),
                        ],
                        default="received",
                        editable=False,
                        max_length=10,
                        verbose_name="tình trạng",
                    ),
                ),
                ("reply", portal.fields.ProseField(blank=True, verbose_name="trả lời người gửi")),
                (
                    "replied_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="trả lời lúc"),
                ),
                (
                    "ended_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="xong lúc"),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="data_requests",
                        to="feedback.ticket",
                        verbose_name="phiếu",
                    ),
                ),
            ],
            options={
                "verbose_name": "yêu cầu về dữ liệu cá nhân",
                "verbose_name_plural": "yêu cầu về dữ liệu cá nhân",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at", None), ("replied_at", None), ("state", "received")
                            ),
                            models.Q(
                                ("ended_at", None),
                                ("replied_at__isnull", False),
                                ("state", "replied"),
                            ),
                            models.Q(
                                ("ended_at__isnull", False), ("state__in", ["done", "refused"])
                            ),
                            _connector="OR",
                        ),
                        name="feedback_datasubjectrequest_state_has_its_moment",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsentRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "given_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="đồng ý lúc"
                    ),
                ),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="rút lại lúc")),
                (
                    "text",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="feedback.consenttext",
                        verbose_name="lời",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="feedback.ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "sự đồng ý",
                "verbose_name_plural": "sự đồng ý",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("ticket", "text"), name="feedback_consentrecord_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("round", models.PositiveSmallIntegerField(default=1, verbose_name="lần")),
                ("body", portal.fields.ProseField(verbose_name="trả lời")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("resolved", "Đã giải quyết"),
                            ("explained", "Đã giải thích"),
                            ("rule_amended", "Đã sửa quy định"),
                            ("rule_proposed_for_amendment", "Đã kiến nghị sửa quy định"),
                            ("not_accepted", "Không tiếp thu, có nêu lý do"),
                            ("insufficient_grounds", "Chưa đủ cơ sở để kết luận"),
                        ],
                        max_length=30,
                        verbose_name="kết quả",
                    ),
                ),
                (
                    "signer",
                    portal.fields.LineField(
                        blank=True,
                        help_text="Họ tên và chức vụ.",
                        max_length=200,
                        verbose_name="người ký",
                    ),
                ),
                (
                    "document_number",
                    portal.fields.LineField(blank=True, max_length=60, verbose_name="số văn bản"),
                ),
                (
                    "answered_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="trả lời lúc"
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ticket_answers",
                        to="procedures.agency",
                        verbose_name="cơ quan",
                    ),
                ),
                (
                    "legal_documents",
                    models.ManyToManyField(
                        blank=True,
                        related_name="ticket_answers",
                        to="procedures.legaldocument",
                        verbose_name="căn cứ",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="feedback.ticket",
                        verbose_name="phiếu",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ticket_answers",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người soạn",
                    ),
                ),
            ],
            options={
                "verbose_name": "trả lời",
                "verbose_name_plural": "trả lời",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("ticket", "round"),
                        name="feedback_ticketanswer_once_a_round",
                        violation_error_message="Lần này đã có trả lời.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("round__in", [1, 2])),
                        name="feedback_ticketanswer_twice_at_most",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketDeadline",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("classify", "phân loại"),
                            ("transfer", "chuyển cơ quan có thẩm quyền"),
                            ("answer", "trả lời"),
                            ("first_handling", "xử lý ban đầu"),
                        ],
                        max_length=15,
                        verbose_name="hạn",
                    ),
                ),
                ("round", models.PositiveSmallIntegerField(default=1, verbose_name="lần")),
                ("started_at", models.DateTimeField(verbose_name="tính từ")),
                (
                    "term_value",
                    models.DecimalField(decimal_places=1, max_digits=6, verbose_name="thời hạn"),
                ),
                (
                    "term_unit",
                    models.CharField(
                        choices=[
                            ("working_day", "ngày làm việc"),
                            ("day", "ngày"),
                            ("hour", "giờ"),
                            ("month", "tháng"),
                            ("immediate", "giải quyết ngay"),
                        ],
                        max_length=12,
                        verbose_name="đơn vị",
                    ),
                ),
                (
                    "ground",
                    portal.fields.LineField(blank=True, max_length=500, verbose_name="căn cứ"),
                ),
                ("due_on", models.DateField(verbose_name="hạn")),
                ("due_at", models.DateTimeField(verbose_name="hết hạn lúc")),
                ("explanation", models.JSONField(default=dict)),
                ("calendar_revision", models.PositiveIntegerField(default=0)),
                ("extended_at", models.DateTimeField(null=True, verbose_name="gia hạn lúc")),
                ("met_at", models.DateTimeField(null=True, verbose_name="xong lúc")),
                ("dropped_at", models.DateTimeField(null=True, verbose_name="thôi tính lúc")),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deadlines",
                        to="feedback.ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "thời hạn",
                "verbose_name_plural": "thời hạn",
                "indexes": [
                    models.Index(
                        condition=models.Q(("dropped_at", None), ("met_at", None)),
                        fields=["due_at"],
                        name="feedback_deadline_running",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("ticket", "kind", "round"),
                        name="feedback_ticketdeadline_once_a_round",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("met_at", None), ("dropped_at", None), _connector="OR"),
                        name="feedback_ticketdeadline_is_met_or_dropped",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="lúc")),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("received", "Tiếp nhận"),
                            ("classified", "Phân loại"),
                            ("kind_changed", "Đổi loại"),
                            ("rejected", "Không xử lý"),
                            ("transferred", "Chuyển cơ quan khác"),
                            ("started", "Bắt đầu xử lý"),
                            ("collecting", "Thu thập thêm căn cứ"),
                            ("asked", "Hỏi thêm người gửi"),
                            ("replied", "Người gửi bổ sung"),
                            ("extended", "Gia hạn"),
                            ("answered", "Trả lời"),
                            ("published", "Công khai kết quả"),
                            ("unpublished", "Gỡ công khai"),
                            ("reopened", "Mở lại"),
                            ("closed", "Kết thúc"),
                            ("withdrawn", "Người gửi rút phiếu"),
                            ("rated", "Người gửi đánh giá"),
                            ("rights_request", "Yêu cầu về dữ liệu cá nhân"),
                            ("rights_done", "Xong yêu cầu về dữ liệu cá nhân"),
                            ("recounted", "Tính lại thời hạn"),
                            ("merged", "Gộp phiếu"),
                            ("split", "Tách phiếu"),
                            ("note", "Ghi chú nội bộ"),
                            ("viewed_identity", "Xem người gửi"),
                            ("viewed_restricted", "Xem nội dung hạn chế"),
                            ("viewed_file", "Mở tệp đính kèm"),
                            ("purged", "Xóa tệp đính kèm"),
                            ("erased", "Xóa thông tin người gửi"),
                        ],
                        max_length=20,
                        verbose_name="việc",
                    ),
                ),
                (
                    "by",
                    models.CharField(
                        choices=[("sender", "Người gửi"), ("staff", "Cán bộ"), ("portal", "Cổng")],
                        max_length=10,
                        verbose_name="ai",
                    ),
                ),
                (
                    "from_status",
                    models.CharField(blank=True, max_length=12, verbose_name="từ tình trạng"),
                ),
                (
                    "to_status",
                    models.CharField(blank=True, max_length=12, verbose_name="sang tình trạng"),
                ),
                ("note", portal.fields.ProseField(blank=True, verbose_name="nói với người gửi")),
                (
                    "internal_note",
                    portal.fields.ProseField(blank=True, verbose_name="ghi chú nội bộ"),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ticket_events",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="cán bộ",
                    ),
                ),
                (
                    "from_agency",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procedures.agency",
                        verbose_name="từ cơ quan",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="feedback.ticket",
                    ),
                ),
                (
                    "to_agency",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procedures.agency",
                        verbose_name="tới cơ quan",
                    ),
                ),
            ],
            options={
                "verbose_name": "diễn biến",
                "verbose_name_plural": "diễn biến",
                "indexes": [
                    models.Index(fields=["ticket", "at"], name="feedback_ticketevent_in_order")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("actor__isnull", False), ("by", "staff")),
                            models.Q(models.Q(("by", "staff"), _negated=True), ("actor", None)),
                            _connector="OR",
                        ),
                        name="feedback_ticketevent_staff_is_named",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "by",
                    models.CharField(
                        choices=[("sender", "Người gửi"), ("staff", "Cán bộ"), ("portal", "Cổng")],
                        max_length=10,
                        verbose_name="ai",
                    ),
                ),
                (
                    "body",
                    portal.fields.ProseField(blank=True, max_length=5000, verbose_name="nội dung"),
                ),
                (
                    "stops_clock",
                    models.BooleanField(default=False, verbose_name="chờ người gửi trả lời"),
                ),
                (
                    "sent_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="gửi lúc"),
                ),
                ("form_hash", models.CharField(blank=True, editable=False, max_length=64)),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ticket_messages",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="cán bộ",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="feedback.ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "tin trao đổi",
                "verbose_name_plural": "tin trao đổi",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("author__isnull", False), ("by", "staff")),
                            models.Q(("author", None), ("by", "sender"), ("stops_clock", False)),
                            _connector="OR",
                        ),
                        name="feedback_ticketmessage_staff_is_named",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("form_hash", ""), _negated=True),
                        fields=("form_hash",),
                        name="feedback_ticketmessage_once_a_form",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketAttachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "file",
                    models.FileField(
                        blank=True,
                        max_length=120,
                        storage=portal.files.private_files,
                        upload_to=portal.files.new_file_name,
                        verbose_name="tệp",
                    ),
                ),
                (
                    "content_type",
                    models.CharField(editable=False, max_length=100, verbose_name="loại"),
                ),
                ("size", models.PositiveIntegerField(editable=False, verbose_name="cỡ, byte")),
                (
                    "page_count",
                    models.PositiveIntegerField(editable=False, null=True, verbose_name="số trang"),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="số")),
                ("digest", models.CharField(max_length=64)),
                (
                    "added_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="thêm lúc"
                    ),
                ),
                (
                    "purged_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="xóa lúc"),
                ),
                (
                    "purged_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="feedback.ticket",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="feedback.ticketmessage",
                    ),
                ),
            ],
            options={
                "verbose_name": "tệp đính kèm",
                "verbose_name_plural": "tệp đính kèm",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("ticket", "number"), name="feedback_ticketattachment_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("purged_at", None), models.Q(("file", ""), _negated=True)),
                            models.Q(("file", ""), ("purged_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="feedback_ticketattachment_has_file_until_purged",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketPause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("started_at", models.DateTimeField(verbose_name="từ lúc")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="đến lúc")),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pauses",
                        to="feedback.ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "lần tạm dừng",
                "verbose_name_plural": "lần tạm dừng",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("ticket",),
                        name="feedback_ticketpause_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None),
                            ("ended_at__gte", models.F("started_at")),
                            _connector="OR",
                        ),
                        name="feedback_ticketpause_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketRating",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "score",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "Rất không hài lòng"),
                            (2, "Không hài lòng"),
                            (3, "Bình thường"),
                            (4, "Hài lòng"),
                            (5, "Rất hài lòng"),
                        ],
                        verbose_name="mức",
                    ),
                ),
                (
                    "comment",
                    portal.fields.ProseField(blank=True, max_length=1000, verbose_name="lời thêm"),
                ),
                (
                    "rated_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="đánh giá lúc"
                    ),
                ),
                (
                    "answer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rating",
                        to="feedback.ticketanswer",
                        verbose_name="trả lời",
                    ),
                ),
            ],
            options={
                "verbose_name": "đánh giá trả lời",
                "verbose_name_plural": "đánh giá trả lời",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("score__range", (1, 5))),
                        name="feedback_ticketrating_1_to_5",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketSender",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    portal.fields.LineField(blank=True, max_length=120, verbose_name="họ tên"),
                ),
                (
                    "address",
                    portal.fields.LineField(blank=True, max_length=300, verbose_name="địa chỉ"),
                ),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="điện thoại")),
                (
                    "email",
                    models.EmailField(blank=True, max_length=254, verbose_name="thư điện tử"),
                ),
                (
                    "is_organisation",
                    models.BooleanField(default=False, verbose_name="là tổ chức, doanh nghiệp"),
                ),
                (
                    "organisation_name",
                    portal.fields.LineField(
                        blank=True, max_length=300, verbose_name="tên tổ chức, doanh nghiệp"
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="xóa lúc"),
                ),
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sender",
                        to="feedback.ticket",
                        verbose_name="phiếu",
                    ),
                ),
            ],
            options={
                "verbose_name": "người gửi",
                "verbose_name_plural": "người gửi",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("erased_at", None),
                            models.Q(
                                ("address", ""),
                                ("email", ""),
                                ("name", ""),
                                ("organisation_name", ""),
                                ("phone", ""),
                            ),
                            _connector="OR",
                        ),
                        name="feedback_ticketsender_erased_is_empty",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="procedures.agency",
                        verbose_name="cơ quan",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assignments",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="cán bộ",
                    ),
                ),
            ],
            options={
                "verbose_name": "phân công cán bộ",
                "verbose_name_plural": "phân công cán bộ",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "agency"),
                        name="feedback_assignment_once",
                        violation_error_message="Cán bộ này đã được phân công ở cơ quan đó.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IntakeSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "takes_denunciations",
                    models.BooleanField(
                        default=False,
                        help_text="Chỉ bật khi tỉnh đã quyết định và đã giao người xử lý. Tắt thì trang chỉ hướng dẫn cách gửi theo luật. Người không được giao không thấy tố cáo ở bất cứ đâu, kể cả quản trị viên.",
                        verbose_name="nhận tố cáo trên Cổng",
                    ),
                ),
                (
                    "receiving_agency",
                    models.ForeignKey(
                        blank=True,
                        help_text="Để trống thì là cơ quan chủ quản của Cổng.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="intake_settings",
                        to="procedures.agency",
                        verbose_name="cơ quan tiếp nhận",
                    ),
                ),
            ],
            options={
                "verbose_name": "cách tiếp nhận",
                "verbose_name_plural": "cách tiếp nhận",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pk", 1)), name="feedback_intakesettings_is_one_row"
                    )
                ],
            },
        ),
    ]
