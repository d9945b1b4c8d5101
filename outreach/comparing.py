"""What differs between two versions of an article, word by word, for people to read."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from html.parser import HTMLParser

from outreach.article_states import moment_in_words

BLOCKS = {
    "p": "Đoạn",
    "h2": "Đề mục cấp 2",
    "h3": "Đề mục cấp 3",
    "h4": "Đề mục cấp 4",
    "li": "Gạch đầu dòng",
    "blockquote": "Trích dẫn",
    "figcaption": "Chú thích ảnh",
    "caption": "Tên bảng",
    "th": "Ô tiêu đề của bảng",
    "td": "Ô của bảng",
}
INLINE = {"strong": "đậm", "em": "nghiêng"}
# Comparing word by word grows with the square of the length; what is longer is compared less finely.
FINELY_COMPARED = 2000


@dataclass(frozen=True)
class Piece:
    """Words that stand in both versions, or in the earlier ("del") or the later ("ins") one alone."""

    kind: str
    text: str


@dataclass(frozen=True)
class ComparedBlock:
    """A title, a paragraph, a row of a list… with what became of its words."""

    name: str
    pieces: list[Piece]

    @property
    def fate(self):
        kinds = {piece.kind for piece in self.pieces}
        return kinds.pop() if len(kinds) == 1 else "changed"


@dataclass(frozen=True)
class ChangedField:
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Comparison:
    title: ComparedBlock
    lead: ComparedBlock
    body: list[ComparedBlock]
    fields: list[ChangedField]

    @property
    def is_empty(self):
        blocks = [self.title, self.lead, *self.body]
        return not self.fields and all(block.fate == "same" for block in blocks)


def compare(before, after) -> Comparison:
    """What was done to one version to make the other."""
    return Comparison(
        title=ComparedBlock("Tên bài", _compared_words(before.title, after.title)),
        lead=ComparedBlock("Lời dẫn", _compared_words(before.lead, after.lead)),
        body=_compared_blocks(blocks_of(before.body), blocks_of(after.body)),
        fields=_changed_fields(before, after),
    )


def compare_texts(before: str, after: str) -> list[ComparedBlock]:
    """The same of two plain texts, line by line."""
    old, new = (
        [("Dòng", line) for line in text.split("\n") if line.strip()] for text in (before, after)
    )
    return _compared_blocks(old, new)


def blocks_of(html) -> list[tuple[str, str]]:
    """The body as a list of named blocks of text; pictures, links and emphasis are told in words."""
    reader = _BlockReader()
    reader.feed(html)
    reader.close()
    return reader.finished()


class _BlockReader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.blocks, self.names, self.text = [], [], []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag in BLOCKS:
            self._end_block()
            self.names.append(tag)
        elif tag == "a":
            self.text.append(f"[liên kết {values.get('href', '')}: ")
        elif tag in INLINE:
            self.text.append(f"[{INLINE[tag]}: ")
        elif tag == "img":
            self._end_block()
            picture = f"{values.get('alt', '')} [{values.get('src', '')}]".strip()
            self.blocks.append(("Ảnh", picture))
        elif tag == "br":
            self.text.append(" ")

    def handle_endtag(self, tag):
        if tag in BLOCKS:
            self._end_block()
            if tag in self.names:
                while self.names.pop() != tag:
                    pass
        elif tag == "a" or tag in INLINE:
            self.text.append("] ")

    def handle_data(self, data):
        self.text.append(data)

    def finished(self):
        self._end_block()
        return self.blocks

    def _end_block(self):
        words = " ".join("".join(self.text).split()).replace(" ]", "]")
        self.text = []
        if words:
            # A paragraph within a list or a table is known by what it stands in.
            outer = [name for name in self.names if name != "p"]
            self.blocks.append((BLOCKS[outer[-1] if outer else "p"], words))


def _compared_blocks(before, after):
    compared = []
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        old, new = before[i:j], after[k:m]
        if kind == "equal":
            compared += [ComparedBlock(name, [Piece("same", text)]) for name, text in old]
            continue
        # What stands in the same place and is of the same kind was edited; the rest came or went.
        pairs = min(len(old), len(new))
        for (old_name, old_text), (name, text) in zip(old, new, strict=False):
            if old_name == name:
                compared.append(ComparedBlock(name, _compared_words(old_text, text)))
            else:
                compared.append(ComparedBlock(old_name, [Piece("del", old_text)]))
                compared.append(ComparedBlock(name, [Piece("ins", text)]))
        compared += [ComparedBlock(name, [Piece("del", text)]) for name, text in old[pairs:]]
        compared += [ComparedBlock(name, [Piece("ins", text)]) for name, text in new[pairs:]]
    return compared


def _compared_words(before, after):
    old, new = before.split(), after.split()
    is_long = max(len(old), len(new)) > FINELY_COMPARED
    pieces = []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=is_long).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", " ".join(old[i:j])))
            continue
        pieces += [Piece("del", " ".join(old[i:j]))] if j > i else []
        pieces += [Piece("ins", " ".join(new[k:m]))] if m > k else []
    return pieces or [Piece("same", "")]


def _changed_fields(before, after):
    return [
        ChangedField(name, old, new)
        for (name, old), (_name, new) in zip(_told(before), _told(after), strict=True)
        if old != new
    ]


def _told(version):
    """The other fields as staff read them."""

    def label(name):
        return str(version._meta.get_field(name).verbose_name).capitalize()

    yield label("category"), str(version.category)
    yield label("cover"), str(version.cover or "")
    yield label("cover_alt"), version.cover_alt
    yield label("cover_is_decorative"), "có" if version.cover_is_decorative else "không"
    yield label("author_name"), version.author_name
    yield label("source"), version.source
    for name in ("tags", "files", "procedures", "legal_documents"):
        yield label(name), "; ".join(sorted(str(row) for row in getattr(version, name).all()))
    yield label("comments_enabled"), "có" if version.comments_enabled else "không"
    for name in ("publish_at", "expires_at"):
        moment = getattr(version, name)
        yield label(name), moment_in_words(moment) if moment else ""
