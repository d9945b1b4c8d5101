"""What the messages of the people offer to pages of others."""

from django import template

from feedback.work_queues import feedback_queues

register = template.Library()


@register.inclusion_tag("admin/_work_queues.html", takes_context=True)
def feedback_work_queues(context):
    """What waits for staff among the messages, for the staff home."""
    return {"title": "Phản ánh, kiến nghị", "queues": feedback_queues(context["request"])}
