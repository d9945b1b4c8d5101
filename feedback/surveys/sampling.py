"""Sample surveys with believable answers, taken by the same steps as real ones. They are marked as sample."""

import random
from datetime import timedelta

from django.utils import timezone

from feedback.models import (
    Survey,
    SurveyAction,
    SurveyAnswer,
    SurveyQuestion,
    SurveyResponse,
)
from feedback.surveys import improving, passes, ready
from feedback.surveys.answering import submit_sheet
from feedback.surveys.questionnaire import Questionnaire
from feedback.surveys.sheets import UNKNOWN
from feedback.surveys.versions import draft_version, open_version
from procedures.models import ServicePoint

Kind = SurveyQuestion.Kind
# The same people every time: what a newcomer sees does not change from one machine to the next.
SEED = 20_251_122
# Who is satisfied says 5 as often as 4; who is not mostly says 3.
SATISFIED, NOT_SATISFIED = (4, 5), (3, 3, 3, 2, 2, 1)
SHARE_UNKNOWN, SHARE_IN_WORDS = 0.06, 0.12
OPENING_HOURS = range(8, 17)


def add_surveys(stories, *, by, now) -> int:
    """Surveys that are not there yet, opened and answered in the days before this moment."""
    known = set(Survey.objects.values_list("slug", flat=True))
    stories = [story for story in stories if story["slug"] not in known]
    for story in stories:
        _Story(story, by, now).play()
    if stories:
        # As every night.
        improving.find_all_concerns(now)
    return len(stories)


class _Story:
    def __init__(self, story, by, now):
        self.story, self.by, self.now = story, by, now
        self.chance = random.Random(f"{SEED} {story['slug']}")
        self.words = iter(story["words"])

    def play(self):
        self.survey = self._open()
        self.questionnaire = Questionnaire.of(self.survey.versions.get())
        self.keys = iter(self._issue())
        sheets = [
            (self._moment(), place)
            for place in self.story["places"]
            for _ in range(place["sheets"])
        ]
        for at, place in sorted(sheets, key=lambda sheet: sheet[0]):
            self._answer(at, place)
        self._answer_in_a_burst()
        self._read_words()
        self._act()

    def _open(self):
        opened_at = self.now - timedelta(days=self.story["opened_days_ago"])
        day = timezone.localdate(opened_at)
        ended = self.story["closed_days_ago"]
        template = self.story["template"]
        words = ready.texts_of(template) | {
            name: self.story[name] for name in ("title", "title_en")
        }
        survey = Survey.objects.create(
            slug=self.story["slug"],
            template=template,
            period=f"Từ tháng {day.month} năm {day.year}",
            access=self.story["access"],
            opens_at=opened_at,
            closes_at=None if ended is None else self.now - timedelta(days=ended),
            is_sample=True,
            **words,
        )
        draft = draft_version(survey)
        ready.add_questions(draft, template)
        open_version(draft, now=opened_at)
        return survey

    def _issue(self):
        count = self.story.get("passes", 0)
        opened_at = self.survey.opens_at
        return passes.issue(self.survey, count, batch="Đợt mẫu", now=opened_at) if count else []

    def _moment(self):
        """Some hour in which counters are open, while the survey is."""
        last = (self.story["closed_days_ago"] or 0) + 1
        day = self.now - timedelta(
            days=self.chance.uniform(last, self.story["opened_days_ago"] - 1)
        )
        return timezone.localtime(day).replace(
            hour=self.chance.choice(OPENING_HOURS),
            minute=self.chance.randrange(60),
            second=self.chance.randrange(60),
        )

    def _answer(self, at, place, given=None):
        channels = self.story["channels"]
        channel = self.chance.choices(list(channels), list(channels.values()))[0]
        key = next(self.keys) if channel == SurveyResponse.Channel.PASS else ""
        return submit_sheet(
            survey=self.survey,
            form_key=f"sample {self.story['slug']} {self.chance.random()}",
            given=given or self._given(self._share_satisfied(place, at)),
            channel=channel,
            pass_key=key,
            now=at,
            service_point=ServicePoint.objects.filter(slug=place["point"]).first(),
        )

    def _share_satisfied(self, place, at):
        since = place.get("since_days_ago")
        has_changed = since is not None and at > self.now - timedelta(days=since)
        return place["then"] if has_changed else place["satisfied"]

    def _given(self, satisfied):
        # Whoever is content with one thing mostly is with the others.
        mood = satisfied + self.chance.uniform(-0.2, 0.2)
        return {asked.code: self._said(asked, mood) for asked in self.questionnaire.questions}

    def _said(self, asked, mood):
        if asked.is_in_words:
            return self._written()
        if asked.row.has_unknown and self.chance.random() < SHARE_UNKNOWN:
            return [UNKNOWN]
        if asked.is_rated:
            is_content = self.chance.random() < mood
            return [str(self.chance.choice(SATISFIED if is_content else NOT_SATISFIED))]
        if asked.row.kind == Kind.NUMBER:
            return [str(self.chance.randint(asked.row.least or 0, min(asked.row.most or 60, 60)))]
        return [str(self.chance.choice(asked.options).value)]

    def _written(self):
        """Few write anything; what they write is read in the order of the story."""
        if self.chance.random() > SHARE_IN_WORDS:
            return []
        state, text = next(self.words, ("", ""))
        return [text] if state else []

    def _answer_in_a_burst(self):
        burst = self.story.get("burst")
        if not burst:
            return
        start = timezone.localtime(self.now - timedelta(days=burst["days_ago"]))
        start = start.replace(hour=21, minute=14)
        given = self._given(1.2)
        for second in range(0, 3 * burst["sheets"], 3):
            self._answer(start + timedelta(seconds=second), burst, given)

    def _read_words(self):
        """What somebody of the staff has read is shown or hidden; the newest wait."""
        for state, text in self.story["words"]:
            SurveyAnswer.objects.filter(text=text, question__version__survey=self.survey).update(
                text_state=state
            )

    def _act(self):
        action = self.story.get("action")
        if not action:
            return
        SurveyAction.objects.create(
            survey=self.survey,
            factor_key=action["factor_key"],
            service_point=ServicePoint.objects.filter(slug=action["point"]).first(),
            body=action["body"],
            body_en=action["body_en"],
            done_on=timezone.localdate(self.now) - timedelta(days=action["days_ago"]),
            written_by=self.by,
            written_at=self.now,
        )
