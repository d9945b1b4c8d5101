"""What anybody can open, in every language: pages, lists, feeds, files, searches, and the pages of errors."""

import re
from collections import Counter
from html import unescape
from urllib.parse import urlencode, urljoin, urlsplit

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from feedback import codes
from feedback.drill.addresses import NOT_WALKED, language_of, name_of, public_patterns
from feedback.drill.canaries import Audience
from feedback.drill.report import nobody
from feedback.drill.visiting import Visitor, visible_words
from feedback.models import Ticket

# Of one kind so many addresses are opened in the source's language, and so many in others; all that tell of one ticket.
EACH_KIND, ELSEWHERE, ALL = 2, 1, 60
TELLS_OF_ONE = {"feedback:public_answer", "feedback:question", "georeport:request"}
# Programs ask these without a form.
ASKED_BY_PROGRAMS = re.compile("json|(csv|feed|requests)$")
# What shows the parts of forms without anything behind them.
ONLY_SHOWN = {"styleguide"}
# Typed into every box; a box that leads to answers gets all, any other the first few.
SEARCHED = (
    "feedback.Ticket.subject",
    "feedback.TicketSender.name",
    "feedback.PublicDraft.subject",
    "feedback.TicketSender.phone",
    "feedback.Ticket.body",
    "feedback.Ticket.code",
    "feedback.TicketAnswer.body",
    "feedback.PublicDraft.answer",
    "outreach.ArticleVersion.title",
    "outreach.Comment.body",
)
MOST_ELSEWHERE = 1
FINDS_ANSWERS = re.compile("^(search|search_json)$|^feedback:(public_answer|question)|georeport")
UNKNOWN_NUMBER = "969999999"
_LINK = re.compile(r'(?:href|src|srcset)="([^"]+)"|<(?:loc|link|id)>([^<]+)<')
_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
_BOX = re.compile(r"<input\b(?=[^>]*\btype=\"(?:search|text)\")[^>]*\bname=\"([^\"]+)\"")


def _most(name, language):
    if name in TELLS_OF_ONE:
        return ALL
    return EACH_KIND if language == settings.LANGUAGE_CODE else ELSEWHERE


class PublicWalk:
    def __init__(self, world, report):
        self.world, self.report = world, report
        self.visitor = Visitor(report, "người lạ", lambda canary, address: nobody(canary))
        self.read, self.opened, self.boxes = {}, Counter(), {}

    def go(self):
        self.follow([*self.first_addresses(), *self.world.public_pages])
        self._miss_out_loud()
        self._ask_for_heads()
        self._search()
        self._meet_errors()

    def follow(self, addresses):
        waiting = list(addresses)
        while waiting:
            address = waiting.pop(0)
            name = name_of(address)
            if address in self.read or name is None or name.startswith("admin:"):
                continue
            kind = (name, language_of(address))
            if self.opened[kind] >= _most(*kind):
                continue
            self.opened[kind] += 1
            response = self.visitor.get(address, kind="trang công khai")
            self.read[address] = name
            self._note_boxes(address, name, response)
            waiting += self._links(response, address)

    def first_addresses(self):
        for code, _language in settings.LANGUAGES:
            with translation.override(code):
                for name, parameters in public_patterns().items():
                    if not parameters:
                        yield self._reversed(name)
                yield from (
                    reverse("feedback:legal_route", kwargs={"kind": kind})
                    for kind in Ticket.BY_OTHER_LAW
                )
        yield from self._for_programs()

    def _for_programs(self):
        """Addresses that a program makes from what it has read, for what is public and what is not."""
        for form in ("json", "xml"):
            yield reverse("georeport:services", kwargs={"form": form})
            yield reverse("georeport:requests", kwargs={"form": form})
            for kind in Ticket.Kind:
                yield reverse("georeport:service", kwargs={"code": kind.value, "form": form})
            for number in Ticket.everything.exclude(public_number=None).values_list(
                "public_number", flat=True
            ):
                yield reverse("georeport:request", kwargs={"number": number, "form": form})
                yield reverse("feedback:public_answer", kwargs={"number": number})

    def _reversed(self, name):
        try:
            return reverse(name)
        except NoReverseMatch:
            return ""

    def _links(self, response, address):
        text = response.seen_body.decode("utf-8", "replace")
        if location := response.headers.get("Location"):
            yield self._of_portal(location, address)
        for pair in _LINK.findall(text):
            link = unescape("".join(pair).split()[0] if "".join(pair).strip() else "")
            yield self._of_portal(link, address)

    def _of_portal(self, link, address):
        """The path, where it leads to this portal by any of its names."""
        site = settings.SITE_URL
        link = link.removeprefix(site) if link.startswith(site) else link
        link = urljoin(address, link.split("#")[0])
        parts = urlsplit(link)
        if parts.netloc or parts.scheme or not link.startswith("/"):
            return ""
        return link

    def _note_boxes(self, address, name, response):
        """Where something can be searched for."""
        text = response.seen_body.decode("utf-8", "replace")
        path = address.split("?")[0]
        for facts, inside in _FORM.findall(text) if name not in ONLY_SHOWN else ():
            if re.search(r'method="post"', facts, re.IGNORECASE):
                continue
            action = re.search(r'action="([^"]*)"', facts)
            target = urljoin(path, unescape(action[1])) if action else path
            for box in _BOX.findall(inside):
                self.boxes.setdefault((name_of(target), language_of(target), box), target)
        if ASKED_BY_PROGRAMS.search(name):
            self.boxes.setdefault((name, language_of(address), "q"), path)

    def _miss_out_loud(self):
        walked = set(self.read.values())
        for name in public_patterns():
            if name not in walked and name not in NOT_WALKED:
                self.report.gaps.append(f"chưa đi được địa chỉ công khai {name}")

    def _ask_for_heads(self):
        first = {
            name: address for address, name in reversed(self.read.items()) if "feedback" in name
        }
        for address in first.values():
            self.visitor.ask("head", address, kind="HEAD")

    def _search(self):
        """Ask for the canaries: the answer is the same as for a word that stands nowhere."""
        of_field = {
            canary.field: canary
            for canary in self.world.canaries.known.values()
            if canary.audience is not Audience.PUBLIC
        }
        words = [of_field[name] for name in SEARCHED]
        for (name, language, box), target in self.boxes.items():
            is_source = language == settings.LANGUAGE_CODE
            finds_answers = FINDS_ANSWERS.search(name or "")
            if not (is_source or finds_answers):
                continue
            asked = words if is_source and finds_answers else words[:MOST_ELSEWHERE]
            nothing = {}
            for canary in asked:
                shape = canary.word.isalpha(), canary.word.isdigit()
                if shape not in nothing:
                    nothing[shape] = self._answer_to(target, box, self._unknown_like(canary))
                answer = self._answer_to(target, box, canary.word)
                # Of a code the search reads each number by itself, so that no two are answered alike.
                if canary.field != "feedback.Ticket.code" and answer != nothing[shape]:
                    place = f"GET {target}?{box}=••• (người lạ): tìm thấy được"
                    self.report.add(canary, place, "câu trả lời khác với câu cho một chữ không có")

    def _unknown_like(self, canary):
        """A word of the same look that stands nowhere."""
        if canary.word.isdigit():
            return UNKNOWN_NUMBER
        return self.world.canaries.unused() if canary.word.isalpha() else codes.new_code()

    def _answer_to(self, target, box, word):
        address = f"{target}?{urlencode({box: word})}"
        response = self.visitor.get(address, typed=word, kind="lượt tìm kiếm")
        return re.sub(re.escape(word), "•••", visible_words(response), flags=re.IGNORECASE)

    def _meet_errors(self):
        """Refusals repeat nothing of what was typed, and the next visitor gets nothing of it."""
        canary = next(c for c in self.world.canaries.known.values() if c.field == SEARCHED[0])
        typed = {name: f"{canary.word} {name}" for name in ("name", "body", "q", "code", "secret")}
        refused = {"home": 405, "feedback:ledger": 405, "feedback:receipt_slip": 404}
        for name, status in refused.items():
            response = self.visitor.post(reverse(name), typed, kind="trang báo lỗi")
            if response.status_code != status:
                self.report.gaps.append(
                    f"POST {reverse(name)} trả {response.status_code}, không phải {status}"
                )
        for address in ("/khong-co/", "/en/khong-co/"):
            self.visitor.post(address, typed, kind="trang báo lỗi")
        self.visitor.client.defaults["SERVER_NAME"] = "khac.example"
        self.visitor.post("/", typed, kind="trang báo lỗi")
        del self.visitor.client.defaults["SERVER_NAME"]
        for name in ("feedback:ticket_new", "feedback:lookup", "feedback:receipt_check"):
            self.visitor.client.post(reverse(name), typed)
            self.visitor.get(reverse(name), kind="trang sau khi người khác gõ")
