"""Background work on the staff home."""

from django import template

from portal import jobs, outbox
from portal.models import BackgroundJob, OutgoingMail
from portal.work_queues import may_view, waiting_first, work_queue

register = template.Library()


@register.inclusion_tag("admin/portal/_worker_warning.html")
def worker_warning():
    """Nothing while a worker lives."""
    return {"life": jobs.worker_life()}


@register.inclusion_tag("admin/_work_queues.html", takes_context=True)
def background_work_queues(context):
    """What of the jobs and mails needs a person, for those who may see it."""
    return {"title": "Thư và việc chạy nền", "queues": background_queues(context["request"])}


def background_queues(request):
    queues = []
    if may_view(request, OutgoingMail):
        queues.append(
            work_queue(
                "Thư không gửi được",
                outbox.undeliverable(OutgoingMail.objects.all()),
                filters={"tinh-trang": "khong-gui-duoc"},
                since="given_up_at",
            )
        )
    if may_view(request, BackgroundJob):
        queues.append(
            work_queue(
                "Việc chạy nền bị hỏng",
                BackgroundJob.objects.failed().with_since(),
                filters={"tinh-trang": "failed"},
                since="since",
            )
        )
    return waiting_first(queues)
