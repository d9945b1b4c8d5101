"""What the drill has found, in words for those who look after the portal."""

from dataclasses import dataclass, field

from feedback.drill.canaries import Audience, Canaries
from feedback.drill.fields import in_words


@dataclass(frozen=True)
class Leak:
    field: str
    case: str
    place: str
    context: str

    def __str__(self):
        of = f" của {self.case}" if self.case else ""
        return f"{in_words(self.field)}{of}\n    ở: {self.place}\n    đoạn: {self.context}"


@dataclass
class Report:
    canaries: Canaries
    world: object = None
    leaks: dict = field(default_factory=dict)
    # What the drill could not look at, or did not see though it is there: it proves nothing then.
    gaps: list[str] = field(default_factory=list)
    places: set[str] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)
    public_seen: dict[str, set] = field(default_factory=dict)

    def look(self, content, place, may_meet, kind="", typed=""):
        """The canaries in what somebody got; `typed` is what they had written themselves."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        found = self.canaries.found_in(content)
        for canary in found:
            if canary.audience is Audience.PUBLIC:
                self.public_seen.setdefault(place, set()).add(canary)
            elif canary.word != typed and not may_meet(canary):
                self.add(canary, place, content)
        return found

    def add(self, canary, place, content):
        leak = Leak(
            canary.field,
            str(canary.case or ""),
            place,
            self.canaries.around(canary, content),
        )
        self.leaks.setdefault((canary.field, place), leak)

    @property
    def is_clean(self):
        return not self.leaks and not self.gaps

    def lines(self):
        """The findings, then what was walked."""
        for number, leak in enumerate(self.leaks.values(), start=1):
            yield f"{number}. {leak}"
        for gap in self.gaps:
            yield f"Chưa chứng minh được: {gap}"
        yield ""
        known = len(self.canaries.known)
        yield f"Đã đặt {known} chữ dò vào {len(self.canaries.one_of_each_field())} loại trường riêng tư."
        yield "Đã xem: " + ", ".join(f"{n} {kind}" for kind, n in self.counts.items()) + "."
        if self.is_clean:
            yield "Không thấy rò rỉ."
        else:
            yield f"{len(self.leaks)} chỗ rò rỉ, {len(self.gaps)} chỗ chưa chứng minh được."


def nobody(canary):
    return False


def as_reference(canary):
    """In mails and logs a ticket is named by its code; of denunciations there is nothing at all."""
    is_denunciation = canary.case is not None and canary.case.kind == "denunciation"
    return canary.audience is Audience.REFERENCE and not is_denunciation
