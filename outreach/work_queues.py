"""What waits for staff in the news, and the rows behind each: the admin's filters ask for the same."""

from outreach import article_states, issue_states
from outreach.channel_texts.stale import stale_texts
from outreach.mailing import steering
from outreach.models import Article, BulletinIssue, ChannelText, Comment
from portal.work_queues import may_view, waiting_first, work_queue


def outreach_queues(request):
    """The queues that this person may see, the most pressing first."""
    queues = []
    if may_view(request, Article):
        queues += article_queues()
    if may_view(request, BulletinIssue):
        queues += issue_queues()
    if may_view(request, ChannelText):
        queues += [
            work_queue(
                "Lời cho các kênh có thể đã cũ",
                stale_texts(),
                filters={"tinh-trang": "co-the-cu"},
            )
        ]
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


def issue_queues():
    issues = BulletinIssue.objects.all()
    return [
        work_queue(
            "Số bản tin chờ duyệt",
            issue_states.waiting(issues),
            filters={"tinh-trang": "cho-duyet"},
            since="submitted_at",
        ),
        work_queue(
            "Số bản tin bị trả lại",
            issue_states.returned(issues),
            filters={"tinh-trang": "tra-lai"},
            since="returned_at",
        ),
        work_queue(
            "Số bản tin đang soạn có nguồn đã đổi",
            issue_states.with_changed_sources(issues),
            filters={"nguon": "da-doi"},
        ),
        work_queue(
            "Đợt gửi bản tin đang tạm dừng hoặc có thư chưa rõ",
            steering.needing_staff(issues),
            filters={"gui-thu": "cho-xu-ly"},
        ),
    ]
