"""The desk where a public text is written, compared with what was sent, approved and withdrawn."""

from dataclasses import dataclass, field
from difflib import SequenceMatcher

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from feedback import publication
from feedback.admin.publication_forms import (
    PARTS,
    ApprovalForm,
    PublicForm,
    ReasonForm,
    marked,
)
from feedback.admin.step_forms import staff_name
from feedback.identifying import masked
from feedback.models import PublicDraft
from feedback.publication_work import (
    APPROVE,
    FILTER,
    TICKET_WORK,
    WRITE,
    has_any,
)
from feedback.review import may_have_changed
from feedback.rights import may

Decision = PublicDraft.Decision
# Comparing word by word grows with the square of the length; what is longer is compared less finely.
FINELY_COMPARED = 2000
STEPS = ("publication", "approve", "return", "withdraw", "confirm")


@dataclass(frozen=True)
class Rights:
    """What this person may do with the public text of one item."""

    write: bool
    approve: bool

    @property
    def withdraw(self):
        """Harm must stop at once, whoever sees it first."""
        return self.write or self.approve


@dataclass
class Forms:
    """What came back with a fault; what did not is made anew."""

    refused: str = ""
    public: PublicForm | None = None
    # The boxes of one draft are not those of another that has taken its place.
    approvals: dict[int, ApprovalForm] = field(default_factory=dict)
    reasons: dict[str, ReasonForm] = field(default_factory=dict)


class PublicationMixin:
    """Addresses and steps of the desk. An admin says what its item is, who may do what, and where a first text comes from."""

    def get_urls(self):
        view, name = self.admin_site.admin_view, f"feedback_{self.opts.model_name}"
        start = "<int:pk>/cong-khai/"
        return [
            path(start, view(self.publication_view), name=f"{name}_publication"),
            path(
                f"{start}<int:draft>/duyet/", view(self.approve_view), name=f"{name}_public_approve"
            ),
            path(
                f"{start}<int:draft>/tra-lai/",
                view(self.return_view),
                name=f"{name}_public_return",
            ),
            path(f"{start}go/", view(self.withdraw_view), name=f"{name}_public_withdraw"),
            path(f"{start}van-dung/", view(self.confirm_view), name=f"{name}_public_confirm"),
            *super().get_urls(),
        ]

    # Các bước

    @method_decorator(sensitive_post_parameters())
    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def publication_view(self, request, pk):
        item = self.public_item(request, pk)
        if request.method != "POST":
            return self._publication_page(request, item)
        self._demand(request, item, "write")
        form = self._public_form(item, request.POST)
        forms = Forms("write", public=form)

        def write(item):
            names_sender = form.cleaned_data.get("names_sender", False)
            publication.propose(item=item, by=request.user, names_sender=names_sender, **form.words)

        return self._take(
            request, item, "write", forms, form, write, "Đã gửi duyệt. Người khác duyệt thì mới công khai."
        )  # fmt: skip

    @method_decorator(require_POST)
    def approve_view(self, request, pk, draft):
        item, draft = self._item_and_draft(request, pk, draft)
        form = ApprovalForm(self._marked(item, draft), request.POST)
        return self._take(
            request,
            item,
            "approve",
            Forms("approve", approvals={draft.pk: form}),
            form,
            lambda item: publication.approve(draft=draft, by=request.user),
            "Đã duyệt. Bản này đang công khai.",
        )

    @method_decorator(require_POST)
    def return_view(self, request, pk, draft):
        item, draft = self._item_and_draft(request, pk, draft)
        form = ReasonForm("return", request.POST)
        return self._take(
            request,
            item,
            "approve",
            Forms("return", reasons={"return": form}),
            form,
            lambda item: publication.send_back(
                draft=draft, by=request.user, reason=form.cleaned_data["reason"]
            ),
            "Đã trả lại cho người viết.",
        )

    @method_decorator(require_POST)
    def withdraw_view(self, request, pk):
        item = self.public_item(request, pk)
        form = ReasonForm("withdraw", request.POST)
        return self._take(
            request,
            item,
            "withdraw",
            Forms("withdraw", reasons={"withdraw": form}),
            form,
            lambda item: publication.withdraw(
                item=item, by=request.user, reason=form.cleaned_data["reason"]
            ),
            "Đã gỡ. Từ lúc này không ai đọc được bản công khai nữa.",
        )

    @method_decorator(require_POST)
    def confirm_view(self, request, pk):
        item = self.public_item(request, pk)
        return self._take(
            request,
            item,
            "withdraw",
            Forms("confirm"),
            None,
            lambda item: publication.confirm(item=item, by=request.user),
            "Đã ghi là vẫn đúng.",
        )

    def _take(self, request, item, right, forms, form, step, done):
        """Do it, or show the page again with what was typed and why not."""
        self._demand(request, item, right)
        refusal = None
        if form is None or form.is_valid():
            try:
                with transaction.atomic():
                    publication.lock(item)
                    # While the form lay open the item may have gone to others.
                    self._demand(request, self.public_item(request, item.pk), right)
                    step(item)
            except ValidationError as error:
                refusal = error.messages[0]
            else:
                self.note_step(request, item, done, getattr(form, "cleaned_data", {}))
                messages.success(request, done)
                return redirect(self.address("publication", item.pk))
        item = self.public_item(request, item.pk)
        return self._publication_page(request, item, forms=forms, refusal=refusal, status=422)

    def _demand(self, request, item, right):
        if not getattr(self.public_rights(request.user, item), right):
            raise PermissionDenied

    def _item_and_draft(self, request, pk, draft):
        item = self.public_item(request, pk)
        self._demand(request, item, "approve")
        return item, get_object_or_404(item.public_drafts, pk=draft)

    # Trang

    def _publication_page(self, request, item, *, forms=None, refusal=None, status=200):
        forms = forms or Forms()
        rights = self.public_rights(request.user, item)
        drafts = list(item.public_drafts.select_related("written_by", "decided_by").order_by("-pk"))
        waiting = next((draft for draft in drafts if draft.decision == Decision.WAITING), None)
        original = self.original_words(item)
        context = {
            "title": f"Bản công khai của {self.title_of(item)}",
            "item": item,
            "rights": rights,
            "refused": forms.refused,
            "refusal": refusal,
            "original": marked(original, self.private_of(item)) if original else [],
            "waiting": waiting,
            "is_own": waiting is not None and waiting.written_by_id == request.user.pk,
            "drafts": [_told(draft) for draft in drafts],
            "public_names": {step: self._name_of(step) for step in STEPS},
            "may_have_changed": may_have_changed(type(item)._base_manager.all())
            .get(pk=item.pk)
            .may_have_changed,
        }
        if waiting is not None:
            proposed = self._marked(item, waiting)
            context |= {
                "proposed": proposed,
                "differences": _differences(item, waiting) if item.is_published else [],
                "approval_form": forms.approvals.get(waiting.pk) or ApprovalForm(proposed),
                "return_form": forms.reasons.get("return") or ReasonForm("return"),
            }
        if rights.write and self.may_become_public(item):
            context["form"] = forms.public or self._public_form(item, draft=(drafts or [None])[0])
        if item.is_published:
            context["withdraw_form"] = forms.reasons.get("withdraw") or ReasonForm("withdraw")
        return self.render_publication(request, item, context, status)

    def _name_of(self, step):
        prefix = "" if step == "publication" else "public_"
        return f"admin:feedback_{self.opts.model_name}_{prefix}{step}"

    def _public_form(self, item, data=None, *, draft=None):
        """Filled in with the last text, or, the first time, with the original without what tells who somebody is."""
        private = self.private_of(item)
        if draft is not None:
            initial = {name: getattr(draft, name) for name in PARTS}
            initial["names_sender"] = bool(draft.sender_name)
        else:
            parts = marked(self.original_words(item) or dict.fromkeys(PARTS, ""), private)
            initial = {part.name: masked(part.text, part.findings) for part in parts}
        return PublicForm(
            data, initial=initial, private=private, may_name_sender=self.may_name_sender(item)
        )

    def _marked(self, item, draft):
        return marked({name: getattr(draft, name) for name in PARTS}, self.private_of(item))


class TicketPublicationMixin(PublicationMixin):
    """Of a ticket the original is what was sent and the newest answer to it."""

    def public_item(self, request, pk):
        return self.ticket_or_404(request, pk)

    def public_rights(self, user, ticket):
        return Rights(write=may(user, ticket, *WRITE), approve=may(user, ticket, *APPROVE))

    def may_become_public(self, ticket):
        return publication.may_become_public(ticket)

    def title_of(self, ticket):
        return f"phiếu {ticket}"

    def original_words(self, ticket):
        answer = ticket.answers.order_by("-round").first()
        return {
            "subject": ticket.subject,
            "body": ticket.body,
            "answer": answer.body if answer else "",
        }

    def private_of(self, ticket):
        sender = getattr(ticket, "sender", None)
        return {"sender": sender, "dossier_code": ticket.dossier_code}

    def may_name_sender(self, ticket):
        return bool(publication.consented_name(ticket))

    def note_step(self, request, ticket, done, filled_in):
        """The events of a ticket tell it."""

    def render_publication(self, request, ticket, context, status):
        return self._page(request, "publication", ticket, context, status)


class PublicationFilter(admin.SimpleListFilter):
    """The rows behind the queues of the staff home."""

    title = "bản công khai"
    parameter_name = FILTER
    work = TICKET_WORK

    def __init__(self, request, *args):
        self.user = request.user
        super().__init__(request, *args)

    def lookups(self, request, model_admin):
        return [
            (name, work.label)
            for name, work in self.work.items()
            if has_any(request.user, work.rights)
        ]

    def queryset(self, request, queryset):
        if self.value() not in self.work:
            return queryset
        return self.work[self.value()].rows(queryset, request.user)


def _told(draft):
    """A row of the history: who wrote it, who decided, why."""
    decided_by = staff_name(draft.decided_by) if draft.decided_by else ""
    return {"draft": draft, "writer": staff_name(draft.written_by), "decided_by": decided_by}


def _differences(item, draft):
    """Each part word by word: what stands in public now, and what would."""
    return [
        (label, _compared(getattr(item, f"public_{name}"), getattr(draft, name)))
        for name, label in PARTS.items()
    ]


def _compared(before, after):
    old, new = before.split(), after.split()
    is_long = max(len(old), len(new)) > FINELY_COMPARED
    pieces = []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=is_long).get_opcodes():
        if kind == "equal":
            pieces.append(("same", " ".join(old[i:j])))
            continue
        pieces += [("del", " ".join(old[i:j]))] if j > i else []
        pieces += [("ins", " ".join(new[k:m]))] if m > k else []
    return pieces
