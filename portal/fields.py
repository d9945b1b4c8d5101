"""Model fields that keep Vietnamese text in one spelling, whichever way a row is saved."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import number_format

from portal.richtext import LONGEST, clean_html
from portal.text import clean_line, clean_text, slugify, sort_key


class LineField(models.CharField):
    """One line of text: NFC, no invisible characters, single blanks."""

    def to_python(self, value):
        value = super().to_python(value)
        return clean_line(value) if value else value

    def pre_save(self, model_instance, add):
        value = self.to_python(getattr(model_instance, self.attname))
        setattr(model_instance, self.attname, value)
        return value


class ProseField(models.TextField):
    """Text of several lines: NFC, no invisible characters."""

    def to_python(self, value):
        value = super().to_python(value)
        return clean_text(value) if value else value

    def pre_save(self, model_instance, add):
        value = self.to_python(getattr(model_instance, self.attname))
        setattr(model_instance, self.attname, value)
        return value


class SortKeyField(models.CharField):
    """The Vietnamese sort key of another field, kept at every save; its bytes are its order."""

    def __init__(self, of="name", **options):
        self.of = of
        super().__init__(
            **{"max_length": 400, "editable": False, "db_collation": "C", "db_index": True}
            | options
        )

    def deconstruct(self):
        name, path, args, options = super().deconstruct()
        return name, path, args, options | {"of": self.of}

    def pre_save(self, model_instance, add):
        value = sort_key(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, value)
        return value


class SlugKeyField(models.SlugField):
    """The address part made from another field at every save: 118/2025/NĐ-CP as 118-2025-nd-cp."""

    def __init__(self, of="name", **options):
        self.of = of
        super().__init__(**{"max_length": 130, "unique": True, "editable": False} | options)

    def deconstruct(self):
        name, path, args, options = super().deconstruct()
        return name, path, args, options | {"of": self.of}

    def pre_save(self, model_instance, add):
        value = self.made_from(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, value)
        return value

    def made_from(self, text):
        """Whatever stands between letters and digits parts them: 66.7/2025 is not 667/2025."""
        return slugify(re.sub(r"[\W_]+", "-", text), max_length=self.max_length)


class RichTextField(models.TextField):
    """HTML of a few kinds of elements, cleaned whichever way a row is saved; see `portal.richtext`."""

    def to_python(self, value):
        value = super().to_python(value)
        if value and len(value) > LONGEST:
            raise ValidationError(
                f"Nội dung dài quá {number_format(LONGEST)} ký tự. Xin chia thành nhiều bài, hoặc đính kèm tệp."
            )
        return clean_html(value) if value else value

    def pre_save(self, model_instance, add):
        value = self.to_python(getattr(model_instance, self.attname))
        setattr(model_instance, self.attname, value)
        return value
