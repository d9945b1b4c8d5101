"""What waits for staff in the news, and the rows behind each: the admin's filters ask for the same."""

from outreach import article_states
from outreach.models import Article, Comment
from portal.work_queues import may_view, waiting_first, work_queue


def outreach_queues(request):
    """The queues that this person may see, the most pressing first."""
    queues = []
    if may_view(request, Article):
        queues += article_queues()
    if may_view(request, Comment):
        queues += [
            work_queue(
                "Ý kiến bạn đọc chờ duyệt",
                Comment.objects.waiting(),
                filters={"tinh-trang": "cho-duyet"},
                since="submitted_at",
            )
        ]
    return waiting_first(queues)


def article_queues():
    articles = Article.objects.all()
    return [
        work_queue(
            "Tin bài chờ duyệt",
            article_states.waiting(articles),
            filters={"tinh-trang": "cho-duyet"},
            since=article_states.newest_moment("submitted_at"),
        ),
        work_queue(
            "Tin bài bị trả lại",
            article_states.returned(articles),
            filters={"tinh-trang": "tra-lai"},
            since=article_states.newest_moment("returned_at"),
        ),
        work_queue(
            "Bài đang đăng dẫn văn bản hết hiệu lực",
            article_states.resting_on_ended_acts(articles),
            filters={"van-ban": "het-hieu-luc"},
        ),
    ]
