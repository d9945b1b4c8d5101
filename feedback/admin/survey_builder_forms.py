"""What is filled in about a survey, its sections, its questions with their choices and skip rules."""

from django import forms
from django.db.models import Max
from django.utils.translation import override

from feedback.models import (
    Survey,
    SurveyChoice,
    SurveyFactor,
    SurveyQuestion,
    SurveyVersion,
)
from feedback.surveys.closing import sheet_count
from feedback.surveys.versions import FEWEST_CHOICES
from portal.forms import LineFormField
from portal.text import slugify

# Part of addresses that are not those of a survey.
RESERVED_SLUGS = {"may-tai-quay"}
MOST_CHOICES, BLANK_ROWS = 60, 5


class SlugFormField(LineFormField):
    """Letters for an address or a code: whatever is typed becomes some."""

    def __init__(self, *, longest, **options):
        super().__init__(required=False, max_length=200, **options)
        self.longest = longest

    def clean(self, value):
        return slugify(super().clean(value), max_length=self.longest)


class SurveyForm(forms.ModelForm):
    slug = SlugFormField(
        label="Tên trong địa chỉ",
        longest=60,
        help_text="Để trống thì lấy theo tên khảo sát. Mở rồi không đổi được, vì đã in trên mã QR.",
    )

    class Meta:
        model = Survey
        fields = [
            "title",
            "title_en",
            "slug",
            "period",
            "intro",
            "intro_en",
            "consent_text",
            "consent_text_en",
            "access",
            "asks_about_you",
            "opens_at",
            "closes_at",
            "closes_after",
            "is_sample",
        ]

    def clean(self):
        cleaned = super().clean()
        if "slug" in self.fields and "slug" not in self.errors:
            cleaned["slug"] = self._free_slug(cleaned.get("slug"), cleaned.get("title", ""))
        return cleaned

    def clean_closes_after(self):
        most = self.cleaned_data["closes_after"]
        if most is not None and self.instance.pk and "closes_after" in self.changed_data:
            count = sheet_count(self.instance)
            if count >= most and self.instance.closed_at is None:
                raise forms.ValidationError(
                    f"Đã có {count} phiếu. Ghi số lớn hơn, hoặc đóng khảo sát ở trang của nó."
                )
        return most

    def _free_slug(self, typed, title):
        """What was typed, if it is free; with nothing typed, something like the title that is free."""
        others = Survey.objects.exclude(pk=self.instance.pk)
        if typed in RESERVED_SLUGS:
            self.add_error("slug", "Tên này dành cho máy ở quầy. Chọn tên khác.")
        if typed:
            return typed
        base = proposed = slugify(title, max_length=55) or "khao-sat"
        number = 1
        while proposed in RESERVED_SLUGS or others.filter(slug=proposed).exists():
            number += 1
            proposed = f"{base}-{number}"
        return proposed


class NoteForm(forms.ModelForm):
    class Meta:
        model = SurveyVersion
        fields = ["note"]
        help_texts = {
            "note": "Người đọc kết quả thấy câu này ở chỗ đường xu hướng bị ngắt."
            " Ví dụ: Thêm câu về chỗ để xe."
        }


class SectionForm(forms.ModelForm):
    title = LineFormField(
        label="Tên phần",
        required=False,
        max_length=200,
        help_text="Để trống thì lấy tên của yếu tố.",
    )

    class Meta:
        model = SurveyFactor
        fields = ["key", "title", "title_en"]
        error_messages = {"key": {"required": "Chọn yếu tố."}}

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("title") and "key" in cleaned:
            key = SurveyFactor.Key(cleaned["key"])
            cleaned["title"] = str(key.label)
            with override("en"):
                english = str(key.label)
            if not cleaned.get("title_en") and english != cleaned["title"]:
                cleaned["title_en"] = english
        return cleaned


class ConditionField(forms.MultipleChoiceField):
    """Answers to one earlier question, chosen by their words: `2:4` is the answer 4 to the question with the key 2."""

    widget = forms.CheckboxSelectMultiple

    def offer(self, questions):
        self.questions = {asked.row.pk: asked for asked in questions}
        self.choices = [
            (f"{asked.row.pk}:{option.value}", option.words.text)
            for asked in questions
            for option in asked.options
        ]

    def clean(self, value):
        pairs = [tuple(map(int, one.split(":"))) for one in super().clean(value)]
        if len({pk for pk, _value in pairs}) > 1:
            raise forms.ValidationError("Chỉ chọn câu trả lời của một câu.")
        if not pairs:
            return None, []
        return self.questions[pairs[0][0]].row, sorted(number for _pk, number in pairs)


class QuestionForm(forms.ModelForm):
    code = SlugFormField(
        label="Mã câu",
        longest=20,
        help_text="Để trống thì Cổng đặt mã. Giữ nguyên mã thì so sánh được với bản trước.",
    )
    condition = ConditionField(
        label="Chỉ hỏi khi đã trả lời",
        required=False,
        help_text="Chọn một hay nhiều câu trả lời của cùng một câu đứng trước. Không chọn thì ai cũng được hỏi.",
    )

    class Meta:
        model = SurveyQuestion
        fields = [
            "factor",
            "kind",
            "text",
            "text_en",
            "code",
            "is_required",
            "has_unknown",
            "is_overall",
            "least",
            "most",
        ]
        error_messages = {
            "factor": {"required": "Chọn phần mà câu này thuộc về."},
            "text": {"required": "Ghi câu hỏi."},
        }

    def __init__(self, questionnaire, data=None, *, instance=None, **options):
        super().__init__(data, instance=instance, label_suffix="", **options)
        self.questionnaire = questionnaire
        self.fields["factor"].queryset = questionnaire.version.factors.all()
        self.fields["factor"].empty_label = "Chọn phần"
        self.fields["condition"].offer(self._possible_conditions())
        if self.instance.shown_if_id:
            self.initial["condition"] = [
                f"{self.instance.shown_if_id}:{value}" for value in self.instance.shown_if_values
            ]

    @property
    def conditions(self):
        """The boxes of the condition, by the question that they answer."""
        boxes = iter(self["condition"])
        return [
            (asked, [next(boxes) for _option in asked.options])
            for asked in self.fields["condition"].questions.values()
        ]

    def clean(self):
        cleaned = super().clean()
        kind = cleaned.get("kind")
        if kind and kind != SurveyQuestion.Kind.NUMBER:
            for name in ("least", "most"):
                if cleaned.get(name) is not None:
                    self.add_error(
                        name, "Chỉ ghi với câu trả lời bằng số. Xóa, hoặc chọn cách trả lời “Số”."
                    )
        if cleaned.get("is_overall"):
            self._check_overall(kind)
        self._check_code(cleaned)
        self._check_place_of_condition(cleaned)
        return cleaned

    def save(self, commit=True):
        self.instance.shown_if, self.instance.shown_if_values = self.cleaned_data["condition"]
        if self.instance.pk is None or "factor" in self.changed_data:
            last = self.cleaned_data["factor"].questions.aggregate(last=Max("order"))["last"]
            self.instance.order = (last or 0) + 1
        return super().save(commit)

    def _possible_conditions(self):
        """Whatever stands before and can be chosen from; and what the rule names now, wherever that stands."""
        questions = self.questionnaire.questions
        here = next((asked for asked in questions if asked.row.pk == self.instance.pk), None)
        return [
            asked
            for asked in questions
            if asked.options
            and asked is not here
            and (
                here is None
                or asked.number < here.number
                or asked.row.pk == self.instance.shown_if_id
            )
        ]

    def _others(self):
        return [a.row for a in self.questionnaire.questions if a.row.pk != self.instance.pk]

    def _check_overall(self, kind):
        if kind not in SurveyQuestion.RATED:
            self.add_error(
                "is_overall", "Câu hài lòng chung trả lời bằng thang năm mức hoặc năm khuôn mặt."
            )
        if any(row.is_overall for row in self._others()):
            self.add_error("is_overall", "Đã có một câu khác là câu hài lòng chung.")

    def _check_code(self, cleaned):
        taken = {row.code for row in self._others()}
        code = cleaned.get("code")
        if not code and "text" in cleaned:
            # Not one of an earlier version either: there it asked something else.
            survey = self.questionnaire.version.survey_id
            earlier = SurveyQuestion.objects.filter(version__survey=survey).values_list("code")
            cleaned["code"] = _free_code(cleaned["text"], taken | {code for (code,) in earlier})
        elif code in taken:
            self.add_error("code", "Mã này đã có ở câu khác.")

    def _check_place_of_condition(self, cleaned):
        before, _values = cleaned.get("condition") or (None, [])
        factor = cleaned.get("factor")
        if before is None or factor is None:
            return
        is_moved = self.instance.pk is None or "factor" in self.changed_data
        order = [section.row.pk for section in self.questionnaire.sections]
        numbers = {asked.row.pk: asked.number for asked in self.questionnaire.questions}
        if is_moved:
            is_before = order.index(before.factor_id) <= order.index(factor.pk)
        else:
            is_before = numbers[before.pk] < numbers[self.instance.pk]
        if not is_before:
            self.add_error("condition", "Câu được chọn ở đây phải đứng trước câu này.")


def _free_code(text, taken):
    base = proposed = slugify(text, max_length=17) or "cau"
    number = 1
    while proposed in taken:
        number += 1
        proposed = f"{base}-{number}"
    return proposed


class RowForm(forms.Form):
    """A row of a list that has blank ones to spare; it stands for something once one of `words` is filled in."""

    words = ()
    use_required_attribute = False

    def __init__(self, *args, **options):
        super().__init__(*args, label_suffix="", **options)

    def has_changed(self):
        return not set(self.words).isdisjoint(self.changed_data)


class RowFormSet(forms.BaseFormSet):
    """Rows that are written anew as a whole: an emptied one is one taken away."""

    def initial_form_count(self):
        return 0 if self.is_bound else super().initial_form_count()

    def rows(self):
        """What is filled in."""
        return [form.cleaned_data for form in self.forms if form.has_changed() and form.is_valid()]


class ChoiceForm(RowForm):
    words = ("text", "text_en")

    text = LineFormField(
        label="Chữ", max_length=200, error_messages={"required": "Ghi chữ tiếng Việt."}
    )
    text_en = LineFormField(label="Chữ bằng tiếng Anh", max_length=200, required=False)
    value = forms.IntegerField(
        label="Trị",
        min_value=1,
        max_value=32_000,
        required=False,
        error_messages={"invalid": "Ghi một số. Ví dụ: 3."},
    )


class BaseChoiceFormSet(RowFormSet):
    def __init__(self, *args, survey, **options):
        super().__init__(*args, **options)
        self.survey = survey

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.fields["ORDER"].label = "Thứ tự"

    def clean(self):
        rows, is_right = self.rows(), not any(self.errors)
        has_choices = self.data.get("kind") in SurveyQuestion.WITH_CHOICES
        values = [row["value"] for row in rows if row["value"] is not None]
        if len(values) != len(set(values)):
            raise forms.ValidationError("Mỗi lựa chọn cần một trị riêng.")
        if not has_choices and rows:
            raise forms.ValidationError(
                "Cách trả lời này không có lựa chọn. Xóa các lựa chọn, hoặc đổi cách trả lời thành"
                " “Chọn một” hay “Chọn nhiều”."
            )
        if has_choices and is_right and len(rows) < FEWEST_CHOICES:
            raise forms.ValidationError("Ghi ít nhất hai lựa chọn.")

    def keep(self, question):
        """Choices of a draft are nobody's answer yet: they are written anew. A value is not given to other words."""
        rows = sorted(self.rows(), key=lambda row: (row["ORDER"] is None, row["ORDER"]))
        ever = SurveyChoice.objects.filter(
            question__version__survey=self.survey, question__code=question.code
        )
        last = max(
            ever.aggregate(last=Max("value"))["last"] or 0, *(row["value"] or 0 for row in rows), 0
        )
        question.choices.all().delete()
        for order, row in enumerate(rows, 1):
            if row["value"] is None:
                last += 1
            SurveyChoice.objects.create(
                question=question,
                order=order,
                value=row["value"] or last,
                text=row["text"],
                text_en=row["text_en"],
            )


ChoiceFormSet = forms.formset_factory(
    ChoiceForm,
    BaseChoiceFormSet,
    extra=BLANK_ROWS,
    can_order=True,
    max_num=MOST_CHOICES,
    absolute_max=MOST_CHOICES,
)
