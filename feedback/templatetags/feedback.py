"""What the messages of the people offer to pages of others."""

from django import template

from feedback import page_ratings, structured_data
from feedback.public_answers import lines, lines_about, lists_of, newest_first, published
from feedback.work_queues import feedback_queues

register = template.Library()

# Far enough to know whether there is more than the page shows.
LOOKED_AT = 20


@register.inclusion_tag("admin/_work_queues.html", takes_context=True)
def feedback_work_queues(context):
    """What waits for staff among the messages, for the staff home."""
    return {"title": "Phản ánh, kiến nghị", "queues": feedback_queues(context["request"])}


@register.simple_tag
def question_and_answer(item, address):
    return structured_data.question_and_answer(item, address)


@register.inclusion_tag("feedback/_answers_newest.html")
def newest_answers(limit=3):
    return {"lines": lines(newest_first(published())[:limit])}


@register.inclusion_tag("feedback/_answers_about.html")
def answers_about(procedure, limit=3):
    """What others asked about a procedure, and whether there is more of it among the messages or the questions."""
    found = lines_about(procedure, LOOKED_AT)
    return {"lines": found[:limit], "code": procedure.code} | lists_of(found[limit:])


@register.inclusion_tag("feedback/_page_rating.html")
def page_rating(kind, key, title, takes_comments=False):
    """One tap for whether a page is of use; asks the database nothing and is the same for everybody."""
    return {"value": page_ratings.signed(page_ratings.Rated(kind, key, title, takes_comments))}
