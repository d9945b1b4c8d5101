"""What staff can open: every address of the admin, by each role, with what that role may not see held against it."""

from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Q
from django.urls import reverse

from feedback.drill.addresses import admin_patterns
from feedback.drill.canaries import Audience, Case
from feedback.drill.course import Course
from feedback.drill.scratch import undone
from feedback.drill.visiting import Visitor, visible_words
from feedback.models import Denunciation, PublicDraft, Ticket

# What addresses are filled in with beside rows; a name that stands nowhere here is a gap.
FILLED = {
    "number": ["1"],
    "step": ["ghi-chu"],
    "app_label": ["feedback"],
    "content_type_id": ["1"],
    "url": ["khong-co"],
    # Of the one survey of the drill, whose questions come first.
    "row": [1],
    "token": ["khong-co"],
    # Of the row beside it.
    "draft": [0],
}
ROW = {"pk", "object_id", "id"}
# Of tickets, so many that a role sees and that it does not; of other rows so many.
SEEN, HIDDEN, MOST_ROWS = 1, 1, 2
# These end the session or change the visitor's own account.
LEFT_OUT = {"logout", "login", "password_change", "password_change_done"}
# Every kind of standing once; of the others the lists tell.
TELLING = (
    "phiếu có đủ giấy tờ",
    "phiếu của cơ quan thứ hai",
    "phiếu nói về cán bộ",
    "phiếu đã xóa dữ liệu",
    "tố cáo cán bộ",
)
SEARCHED = (
    "feedback.Ticket.subject",
    "feedback.Ticket.code",
    "auth.User.email",
)
# Of other domains only what the tickets hang on, and what waits there to be decided.
NEAR = ("feedback_", "portal_", "auth_", "outreach_article_change", "outreach_comment_change")
LINKED = ("procedures_agency_", "procedures_procedure_", "procedures_servicepoint_")


class StaffWalk:
    def __init__(self, world, report):
        self.world, self.report = world, report
        self.patterns = admin_patterns()
        self.telling = [case for case in world.cases if str(case).lower() in TELLING]
        # Addresses that take a form only: one role finds them out for all.
        self.take_forms = set()
        self.seen = {}

    def go(self, look_at_traces):
        """`look_at_traces(role)` sees what each role's walk has left, before that is undone."""
        for role in self.world.people.roles:
            # What a role does by its walk is undone: the next one finds all as it was.
            with undone():
                self.walk(role)
                look_at_traces(role)
        self._miss_out_loud()

    def walk(self, role):
        visitor = Visitor(self.report, role.name, role.may_meet, role.user)
        post, refused = [], set()
        for name, address in self._addresses(role):
            # Rows that this role sees come first: where even these are refused, all are.
            if name in refused:
                continue
            if name not in self.take_forms:
                response = visitor.get(address, kind="địa chỉ quản trị")
                self._note(role, response)
                if response.status_code == 405:
                    self.take_forms.add(name)
                elif response.status_code == 403:
                    refused.add(name)
            if name in self.take_forms:
                post.append((name, address))
        self._search(role, visitor)
        self._count(role, visitor)
        # Last, as they change what they are sent for.
        for name, address in post:
            if name in refused:
                continue
            with undone():
                response = visitor.post(address, kind="địa chỉ quản trị")
                self._note(role, response)
            if response.status_code == 403:
                refused.add(name)

    def _addresses(self, role):
        for name, parameters in self.patterns.items():
            near = (*NEAR, *LINKED) if role.goes_further else NEAR[:1]
            is_near = "_" not in name or name.startswith(near)
            if name not in LEFT_OUT and is_near:
                for address in self._filled(role, name, parameters):
                    yield name, address

    def _filled(self, role, name, parameters):
        unknown = set(parameters) - ROW - FILLED.keys()
        if unknown:
            words = ", ".join(sorted(unknown))
            gap = f"không biết điền {words} vào địa chỉ quản trị {name}"
            if gap not in self.report.gaps:
                self.report.gaps.append(gap)
            return
        filled = [{}]
        for parameter in parameters:
            values = self._rows(role, name) if parameter in ROW else FILLED[parameter]
            filled = [one | {parameter: value} for one in filled for value in values]
        if "draft" in parameters:
            filled = [one | {"draft": _draft_of(one)} for one in filled]
        yield from (reverse(f"admin:{name}", kwargs=kwargs) for kwargs in filled)

    def _rows(self, role, name):
        model = self._model(name)
        if model is None or issubclass(model, Ticket):
            return self._tickets(role, model)
        rows = model._base_manager.order_by("pk").values_list("pk", flat=True)
        if model._meta.app_label == "feedback":
            return list(rows[:MOST_ROWS])
        # Those that the tickets name: their pages may tell what hangs on them.
        linked = {type(row): row.pk for row in self.world.about.values() if row}
        return [linked[model]] if model in linked else list(rows[:1])

    def _tickets(self, role, model):
        """Some that this role sees, and some of which it may not know."""
        fitting = [
            case
            for case in self.telling
            if (case.kind == "denunciation") == (model is Denunciation)
        ]
        seen = [case.pk for case in fitting if role.sees(case) and not case.is_erased]
        hidden = [case.pk for case in fitting if not role.sees(case) or case.is_erased]
        return [*seen[:SEEN], *hidden[:HIDDEN]]

    def _model(self, name):
        found = [
            model
            for model in admin.site._registry
            if name.startswith(f"{model._meta.app_label}_{model._meta.model_name}_")
        ]
        return max(found, key=lambda model: len(model._meta.model_name), default=None)

    def _search(self, role, visitor):
        """In each list and each choice, for words that this role may not find."""
        hidden = self._hidden_words(role)
        lists = [
            reverse(f"admin:{name}")
            for name in self.patterns
            if name.startswith(("feedback_", "portal_", "auth_")) and name.endswith("_changelist")
        ]
        for address in lists:
            # One refusal is as good as ten.
            if visitor.get(address, kind="địa chỉ quản trị").status_code != 200:
                continue
            for canary in hidden:
                visitor.get(
                    f"{address}?{urlencode({'q': canary.word})}",
                    typed=canary.word,
                    kind="lượt tìm kiếm",
                )
        for question in _choices():
            for canary in hidden:
                query = urlencode(question | {"term": canary.word})
                address = f"{reverse('admin:autocomplete')}?{query}"
                if visitor.get(address, typed=canary.word, kind="lượt tìm kiếm").status_code == 403:
                    break

    def _hidden_words(self, role):
        found = {}
        for canary in self.world.canaries.known.values():
            if (
                canary.field in SEARCHED
                and not role.may_meet(canary)
                and canary.audience is not Audience.PUBLIC
            ):
                found[canary.field] = canary
        return list(found.values())

    def _count(self, role, visitor):
        """One more ticket that this role may not see changes no page of theirs, nor a number on it."""
        case = self._one_more_for(role)
        if case is None:
            return
        addresses = [reverse("admin:index")]
        for name in ("ticket", "denunciation", "datasubjectrequest"):
            addresses.append(reverse(f"admin:feedback_{name}_changelist"))
        before = {address: visible_words(visitor.get(address)) for address in addresses}
        with undone():
            Course(case, self.world.canaries, self.world.people, self.world.about).go()
            after = {address: visible_words(visitor.get(address)) for address in addresses}
        for address in addresses:
            if before[address] != after[address]:
                place = f"GET {address} ({role.name}): con số"
                canary = self.world.canaries.known[case.code]
                self.report.add(
                    canary, place, "trang đổi khi có thêm một phiếu mà người này không được biết"
                )

    def _one_more_for(self, role):
        kinds = Ticket.Kind
        for kind, about in (
            (kinds.REFLECTION, False),
            (kinds.REFLECTION, True),
            (kinds.DENUNCIATION, False),
        ):
            case = Case(
                "phiếu thêm vào", kind.value, ("classify", "transfer"), "cơ quan thứ nhất", about
            )
            if not role.sees(case):
                return case
        return None

    def _note(self, role, response):
        """What each role was shown, so that a walk that shows nothing is noticed."""
        self.seen.setdefault(role.name, set()).update(response.canaries)

    def _miss_out_loud(self):
        """A role that may read something has read it: else the walk proves nothing."""
        for role in self.world.people.roles:
            sees_any = any(role.sees(case) for case in self.telling)
            shown = [one for one in self.seen[role.name] if one.audience is Audience.SENT]
            if sees_any and not any(role.sees(one.case) for one in shown):
                self.report.gaps.append(f"{role.name} không thấy phiếu nào, dù được xem")


def _draft_of(filled):
    drafts = PublicDraft.objects.filter(Q(ticket=filled["pk"]) | Q(question=filled["pk"]))
    return drafts.order_by("-pk").values_list("pk", flat=True).first() or 0


def _choices():
    """What can be chosen by typing, in forms about tickets and people."""
    for model, model_admin in admin.site._registry.items():
        for name in model_admin.autocomplete_fields:
            if model._meta.app_label == "feedback":
                yield _choice(model, name)
    yield _choice(Ticket._meta.get_field("data_requests").related_model, "ticket")
    yield _choice(Ticket._meta.get_field("public_drafts").related_model, "ticket")


def _choice(model, name):
    return {
        "app_label": model._meta.app_label,
        "model_name": model._meta.model_name,
        "field_name": name,
    }
