"""The languages of the portal: Vietnamese without prefix, every other one under its own (`/en/…`).

Vietnamese is the language of the source. Any other is a folder of `locale/` with a compiled
catalogue: nothing else has to be changed to add one (see docs/decisions/0007-languages.md).
"""

from functools import cache
from operator import attrgetter
from pathlib import Path

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils import translation
from django.utils.translation import gettext

SOURCE = ("vi", "Tiếng Việt")


def found_in(folder: Path) -> list[tuple[str, str]]:
    """The source language and those that have a catalogue in the folder, as LANGUAGES wants them."""
    codes = {path.parent.parent.name for path in folder.glob("*/LC_MESSAGES/django.mo")}
    return [SOURCE, *((code, LANG_INFO[code]["name_local"]) for code in sorted(codes - {"vi"}))]


def foreign_languages():
    """Choices for content in another language than the source."""
    return settings.LANGUAGES[1:]


def all_languages():
    """Choices for content that exists in any language of the portal."""
    return settings.LANGUAGES


def is_source():
    """Whether what is being written now is in the language of the source."""
    return translation.get_language() == settings.LANGUAGE_CODE


def in_source(versions, *, language=attrgetter("language")):
    """Of versions of one text that in the source's language, which is the one for everybody else; else the first."""
    return next((one for one in versions if language(one) == settings.LANGUAGE_CODE), versions[0])


@cache
def own_name(code):
    """What a language calls itself: its catalogue translates the name of the source into its own."""
    with translation.override(code):
        return gettext("Tiếng Việt")


def address_in(code, path_info):
    """The address of the same page in another language; of the home page where it has none."""
    try:
        page = resolve(path_info)
        here, there = (_address(page, language) for language in (translation.get_language(), code))
    except (Resolver404, NoReverseMatch):
        here = there = None
    if there is None or here == there and code != translation.get_language():
        with translation.override(code):
            return reverse("home")
    return there


def _address(page, code):
    with translation.override(code):
        return reverse(page.view_name, args=page.args, kwargs=page.kwargs)


class LanguageMiddleware:
    """Take the language from the address alone: what a browser or a cookie wishes never changes a page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        in_path = translation.get_language_from_path(request.path_info)
        code = in_path or settings.LANGUAGE_CODE
        with translation.override(code):
            request.LANGUAGE_CODE = code
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", code)
        return response


class WordsIn(str):
    """Words that know their language, where that may be another than the page's; `|in_language` says so in the page."""

    language: str

    def __new__(cls, text, language):
        words = super().__new__(cls, text)
        words.language = language
        return words
