"""What each channel says of a source: one function a channel, each gives a title and a body of plain text.

Numbers stand as the source writes them; only the loudspeaker says them in words. What is too long ends with a whole
sentence or line, never within one.
"""

import re
from itertools import takewhile

from django.utils.translation import gettext, override

from outreach.channel_texts.sms import sms_length
from outreach.channel_texts.sources import Row
from outreach.models import ChannelText
from outreach.speech import reading
from outreach.speech.forms import spoken_forms

Channel = ChannelText.Channel

# A column of a loudspeaker station is three to five minutes.
LONGEST_SECONDS = 300
READ_MORE = (
    "Trên đây là phần chính. Mời bà con đọc đầy đủ trên Cổng cải cách hành chính của tỉnh,"
    " hoặc hỏi cán bộ ở Trung tâm Phục vụ hành chính công gần nhất."
)
# One text message of an official account: https://developers.esms.vn/en/esms-api/send-sms-api/send-zalo-message-consulting-in-text-form
ZALO_MOST_CHARACTERS = 2000
ZALO_MOST_LINES, ZALO_MOST_FIGURES = 6, 4
# More are seldom read to the end, and each is paid for.
SMS_MOST_SEGMENTS = 2
LEAFLET_MOST_BLOCKS, LEAFLET_MOST_LINES, LEAFLET_MOST_CHARACTERS = 5, 5, 1500
# Title and all: so much stands on one page in letters that are read from three steps away.
POSTER_MOST_CHARACTERS, POSTER_MOST_FACTS = 240, 3
LONGEST_FACT = 110

_MARKED = re.compile(r"^(?:-|\d{1,2}\.)\s+")
_END_OF_SENTENCE = re.compile(r"(?<=[.!?…])(?<!\bTP\.)(?<!\bTX\.)(?<!\bTh\.)\s+(?=[\dA-ZÀ-ỸĐ“(])")


def write(source, channel) -> tuple[str, str]:
    with override(source.language):
        return _WRITERS[channel](source)


def minutes_in_words(seconds) -> str:
    """As an announcer plans: whole minutes, and the rest to ten seconds."""
    minutes, rest = divmod(round(seconds, -1), 60)
    return " ".join(
        filter(None, [f"{minutes} phút" if minutes else "", f"{rest} giây" if rest else ""])
    )


# Loa truyền thanh


def loudspeaker(source):
    forms = spoken_forms()
    opening = [_greeting(source), f"Mời bà con cùng nghe: {_as_sentence(source.full_title)}"]
    opening, closing = _said(opening, forms), _said(_closing(source), forms)
    body, more = _said(_lines_to_say(source), forms), _said([READ_MORE], forms)
    room = LONGEST_SECONDS - reading.seconds("\n".join([*opening, *more, *closing]))
    kept = _fitting(body, room)
    if len(kept) < len(body):
        kept += more
    return source.title, "\n\n".join([*opening, *kept, *closing])


def _said(lines, forms):
    """Each line for the ear, in sentences of which each has one breath or two."""
    said = reading.spoken("\n".join(lines), forms).split("\n")
    return [" ".join(reading.sentences(line)) for line in said if line]


def _greeting(source):
    owner = source.owner.name if source.owner else "Cổng thông tin cải cách hành chính"
    return f"Kính thưa bà con! Sau đây là thông tin của {owner}."


def _closing(source):
    ask = f"Bà con cần hỏi thêm, xin gọi số điện thoại {source.phone}." if source.phone else ""
    return [line for line in (ask, "Xin cảm ơn bà con đã lắng nghe.") if line]


def _lines_to_say(source):
    lines = source.lead.split("\n")
    for part in source.parts:
        lines += [_announced(part.heading), *map(_row_aloud, part.lines)]
        lines += map(_told_aloud, part.told)
    return [_for_the_ear(line) for line in lines if line.strip()]


def _announced(heading):
    if not heading or heading.endswith(("?", "!")):
        return heading
    heading = heading.rstrip(".:")
    return f"{heading}." if ":" in heading else f"{heading}:"


def _row_aloud(line):
    """A row is not counted as items of a list are: its cells are sentences."""
    return f"{'. '.join(line.cells)}." if isinstance(line, Row) else line


def _told_aloud(told):
    figure = told.figure
    number = figure.written
    if figure.is_share:
        number = f"{figure.written_share}, tức {figure.written_parts}"
    words = [f"{told.title}: {number}.", f"Số liệu {told.days}, theo {figure.source}.", told.note]
    return " ".join(filter(None, words))


def _for_the_ear(line):
    return re.sub(r"\bông/bà\b", "bà con", re.sub(r"\bÔng/bà\b", "Bà con", line))


def _fitting(lines, room):
    """Lines from the first on, as long as there is time; a heading or "như sau:" is not the last of them."""
    kept, used = [], 0
    for line in lines:
        used += reading.seconds(line)
        if kept and used > room:
            break
        kept.append(line)
    while len(kept) < len(lines) and len(kept) > 1 and kept[-1].endswith(":"):
        kept.pop()
    return kept


# Zalo


def zalo(source):
    titles = _headings(source)
    points = [str(told) for told in source.told[:ZALO_MOST_FIGURES]]
    points += titles if source.issue else _facts(source) or titles
    body = [source.lead, *(f"- {point}" for point in points[: ZALO_MOST_LINES - 1])]
    body.append(gettext("Xem đầy đủ: %(address)s") % {"address": source.code.address})
    if source.phone:
        body.append(gettext("Hỏi thêm: %(phone)s") % {"phone": source.phone})
    return source.full_title, "\n".join(body)


def _headings(source):
    return [part.heading.rstrip(":") for part in source.parts if part.heading and not part.told]


# SMS


def sms(source):
    """The title, then the first figure and the first sentence as far as they fit, and where to read the rest."""
    end = gettext("Xem: %(address)s") % {"address": source.code.readable_address}
    more = [f"{told}." for told in source.told[:1]] + _sentences(source.lead)[:1]
    said = [_as_sentence(_shortened(source.full_title, end))]
    for sentence in more:
        if _fits([*said, sentence, end]):
            said.append(sentence)
    return source.full_title, " ".join([*said, end])


def _fits(words):
    return sms_length(" ".join(words)).segments <= SMS_MOST_SEGMENTS


def _shortened(title, end):
    """As many words of the title as fit; one that would break a number off from its unit loses the number, too."""
    words = title.split(" ")
    while len(words) > 1 and not _fits([*words, "…", end]):
        words.pop()
    if len(words) == len(title.split(" ")):
        return title
    while len(words) > 1 and re.search(r"\d|[,:;(]$", words[-1]):
        words.pop()
    return f"{' '.join(words)}…"


# Tờ rơi, áp phích


def leaflet(source):
    blocks = [source.lead.replace("\n", " ")]
    for part in _parts_for_leaflet(source):
        room = LEAFLET_MOST_CHARACTERS - len("".join(blocks))
        if block := _leaflet_block(part, room):
            blocks.append(block)
    return source.full_title, "\n\n".join(blocks)


def _parts_for_leaflet(source):
    """The first ones, in their order; a place is kept for the figures."""
    figures = [part for part in source.parts if part.told][:1]
    others = [part for part in source.parts if not part.told]
    chosen = [*others[: LEAFLET_MOST_BLOCKS - 1 - len(figures)], *figures]
    return [part for part in source.parts if part in chosen]


def _leaflet_block(part, room):
    """Its first lines; nothing where there is no room for one."""
    lines = [_short(line) for line in part.lines] + [f"- {told}" for told in part.told]
    lines = lines[:LEAFLET_MOST_LINES]
    while lines and (len("".join([part.heading, *lines])) > room or lines[-1].endswith(":")):
        lines.pop()
    if not lines:
        return ""
    # Of several lines without a heading the first would pass for one.
    return "\n".join([part.heading, *lines]) if part.heading else "\n\n".join(lines)


def _short(line, most=220):
    """Whole sentences, the first in any case."""
    sentences = _sentences(line)
    lengths = (len(" ".join(sentences[: count + 1])) for count in range(len(sentences)))
    count = sum(1 for _length in takewhile(lambda length: length <= most, lengths))
    return " ".join(sentences[: max(1, count)])


def poster(source):
    """One sentence and as many facts as there is room for, of figures one in any case."""
    figures = [str(told) for told in source.told]
    said = [_sentences(source.lead)[0]]
    for fact in (figures or _facts(source))[:POSTER_MOST_FACTS]:
        fits = len("".join([source.full_title, *said, fact])) <= POSTER_MOST_CHARACTERS
        if fits or fact in figures[:1]:
            said.append(fact)
    sentence, *facts = said
    items = "\n".join(f"- {fact}" for fact in facts)
    return source.full_title, "\n\n".join(filter(None, [sentence, items]))


def _facts(source):
    """Short items of lists, those with a number in them first; else the short sentences that tell a number."""
    lines = [line for part in source.parts for line in part.lines if not isinstance(line, Row)]
    items = [_MARKED.sub("", line).rstrip(";.") for line in lines if _MARKED.match(line)]
    items.sort(key=lambda item: not re.search(r"\d", item))
    sentences = [
        sentence.rstrip(".")
        for line in lines
        for sentence in _sentences(line)
        if re.search(r"\d", sentence)
    ]
    return [fact for fact in items or sentences if len(fact) <= LONGEST_FACT]


def _sentences(text):
    return _END_OF_SENTENCE.split(text.replace("\n", " "))


def _as_sentence(line):
    line = line.strip()
    return line if line.endswith((".", "!", "?", ":", "…")) else f"{line.rstrip(',;')}."


_WRITERS = {
    Channel.LOUDSPEAKER: loudspeaker,
    Channel.ZALO: zalo,
    Channel.SMS: sms,
    Channel.LEAFLET: leaflet,
    Channel.POSTER: poster,
}
