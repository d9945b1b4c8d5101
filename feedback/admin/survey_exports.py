"""Sheets taken out as files, for those who may: each time with a purpose, and written down."""

from tempfile import TemporaryFile
from zipfile import ZIP_DEFLATED, ZipFile

from django import forms
from django.db import models
from django.http import FileResponse, StreamingHttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_safe

from feedback.surveys import codebook, spss
from feedback.surveys.exports import SheetTable, csv_lines, write_xlsx
from feedback.surveys.variables import MARKS, WHY_EMPTY, Writing
from portal.csv import csv_response
from portal.forms import LineFormField

RIGHT = "feedback.export_surveyresponse"
MODERATE = "feedback.moderate_surveyanswer"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class FileKind(models.TextChoices):
    XLSX = "xlsx", "Excel (XLSX), kèm bảng mã ở trang “Giải thích”"
    CSV = "csv", "CSV"
    SPSS = "spss", "SPSS (ZIP: dữ liệu, lệnh đọc, bảng mã)"


class ExportForm(forms.Form):
    version = forms.ModelChoiceField(
        queryset=None,
        label="Bản câu hỏi",
        required=False,
        empty_label="Tất cả các bản",
        help_text="Nhiều bản thì bảng có mọi câu của các bản, và cột “ban”.",
    )
    kind = forms.ChoiceField(
        label="Loại tệp",
        choices=FileKind.choices,
        initial=FileKind.XLSX,
        widget=forms.RadioSelect,
        error_messages={"required": "Chọn loại tệp."},
    )
    writing = forms.ChoiceField(
        label="Câu trả lời ghi bằng",
        choices=Writing.choices[:2],
        initial=Writing.CODES,
        widget=forms.RadioSelect,
        help_text="Tệp cho SPSS luôn ghi mã số.",
        error_messages={"required": "Chọn cách ghi."},
    )
    purpose = LineFormField(
        label="Lấy dữ liệu để làm gì",
        min_length=10,
        max_length=300,
        widget=forms.TextInput(attrs={"size": 60}),
        help_text="Được ghi vào nhật ký cùng tên ông/bà. Ví dụ: Phân tích cho báo cáo quý III.",
        error_messages={
            "required": "Ghi mục đích: không có mục đích thì không lấy dữ liệu.",
            "min_length": "Ghi rõ hơn, ít nhất mười chữ cái.",
        },
    )

    def __init__(self, *args, survey, **options):
        super().__init__(*args, **options)
        self.versions = survey.versions.filter(opened_at__isnull=False).order_by("-number")
        self.fields["version"].queryset = self.versions
        self.fields["version"].label_from_instance = lambda version: f"Bản {version.number}"

    def table(self, user) -> SheetTable:
        chosen = self.cleaned_data["version"]
        is_spss = self.cleaned_data["kind"] == FileKind.SPSS
        return SheetTable(
            [chosen] if chosen else list(self.versions),
            Writing.SPSS if is_spss else Writing(self.cleaned_data["writing"]),
            reads_waiting_texts=user.has_perm(MODERATE),
        )


class ExportsMixin:
    def survey_pages(self):
        return [
            *super().survey_pages(),
            ("<int:pk>/xuat-du-lieu/", self.export_view, "export"),
            ("<int:pk>/bang-ma/", self.codebook_view, "codebook"),
            ("<int:pk>/bang-ma.csv", self.codebook_csv_view, "codebook_csv"),
        ]

    def survey_tools(self, request, survey):
        tools = super().survey_tools(request, survey)
        if request.user.has_perm(RIGHT):
            tools.append(("Xuất dữ liệu từng phiếu", self.address("export", survey.pk)))
        return tools

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def export_view(self, request, pk):
        survey = self.survey_or_404(request, pk, RIGHT)
        form = ExportForm(request.POST if request.method == "POST" else None, survey=survey)
        if form.is_bound and form.is_valid():
            table = form.table(request.user)
            self.log_change(request, survey, _what_is_taken(form.cleaned_data, table))
            return _file(survey, form.cleaned_data["kind"], table)
        context = {
            "title": "Xuất dữ liệu từng phiếu",
            "form": form,
            "reads_waiting_texts": request.user.has_perm(MODERATE),
            "marks": [
                (mark or "ô trống", why)
                for mark, why in zip(MARKS[Writing.CODES], WHY_EMPTY, strict=True)
            ],
        }
        status = 422 if form.errors else 200
        return self.survey_page(request, "export", survey, context, status=status)

    @method_decorator(require_safe)
    def codebook_view(self, request, pk):
        survey = self.survey_or_404(request, pk, RIGHT)
        head, *rows = codebook.rows(_all_versions(survey))
        context = {"title": "Bảng mã", "head": head, "rows": rows}
        return self.survey_page(request, "codebook", survey, context)

    @method_decorator(require_safe)
    def codebook_csv_view(self, request, pk):
        survey = self.survey_or_404(request, pk, RIGHT)
        return csv_response(f"bang-ma-{survey.slug}.csv", codebook.rows(_all_versions(survey)))


def _all_versions(survey):
    versions = survey.versions.filter(opened_at__isnull=False)
    return SheetTable(list(versions), Writing.CODES)


def _what_is_taken(chosen, table):
    """For the log: which sheets, how many, written how, what for."""
    versions = ", ".join(str(version.number) for version in table.versions)
    texts = "ý kiến đã duyệt và chờ duyệt" if table.reads_waiting_texts else "ý kiến đã duyệt"
    return (
        f"Xuất dữ liệu từng phiếu ({FileKind(chosen['kind']).name}, {table.writing.name}, {texts}):"
        f" {table.responses.count()} phiếu, bản {versions or 'chưa có'}."
        f" Mục đích: {chosen['purpose']}"
    )


def _file(survey, kind, table):
    name = f"phieu-{survey.slug}-{table.writing}"
    if kind == FileKind.CSV:
        return StreamingHttpResponse(
            csv_lines(table.rows()),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
        )
    file = _nameless_file()
    if kind == FileKind.XLSX:
        write_xlsx(file, {"Phiếu": table.rows(), "Giải thích": codebook.rows(table)})
        name, content_type = f"{name}.xlsx", XLSX
    else:
        _write_zip(file, table)
        name, content_type = f"phieu-{survey.slug}-spss.zip", "application/zip"
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=content_type)


def _nameless_file():
    """When it has been sent, or if it could not be written, nothing is left of it on the disk."""
    return TemporaryFile()


def _write_zip(file, table):
    parts = {
        spss.DATA_NAME: csv_lines(table.rows()),
        "doc-du-lieu.sps": (f"{line}\r\n" for line in spss.syntax(table)),
        "bang-ma.csv": csv_lines(codebook.rows(table)),
    }
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, lines in parts.items():
            with archive.open(name, "w", force_zip64=True) as part:
                part.writelines(line.encode() for line in lines)
