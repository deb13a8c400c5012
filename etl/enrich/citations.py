"""Which news sources an article credits, and how.

Four forms are read (``CreditForm``): a source line (সূত্র: …), an agency line (খবর রয়টার্সের), a
report (এক প্রতিবেদনে … জানিয়েছে) and a quotation (… এর বরাত দিয়ে). Known sources come from
``seeds/lexicon/sources.csv``; an unknown one is kept under its own name where the text calls it a
medium.
"""

import re
from collections.abc import Iterator

from etl.bangla.inflection import Case, stems
from etl.bangla.lexicon import any_of, read_lexicon
from etl.bangla.text import BANGLA_CHARACTERS, WORD_CHARACTERS, has_bangla_letter, normal_form
from etl.enrich.document import Document, Match, Sentence, longest_first
from etl.enrich.gazetteer import Layer, Reference
from etl.schema.records import Citation
from etl.schema.vocabulary import CreditForm

_WORDS = read_lexicon("citations")
_SOURCE_LINE = re.compile(
    f"(?:^|[।\\s(])(?:{any_of(_WORDS['source_label'])}) ?[:ঃ—–-] ?(?P<names>[^।\n)]+)"
)
_IN_SOURCE_LINE = "ত্র"  # what all of these words have in common: found much faster than they are
_NEWS = normal_form("খবর")
_AGENCY_LINE = re.compile(
    f'(?:^|[।”’"] ?){_NEWS} (?P<names>[^।,\n]{{2,60}}(?:, [^।\n]{{2,40}})?)[।\n]?$'
)
_LIST = re.compile(f",|/| {normal_form('ও')} | {normal_form('এবং')} |;|\\|")
_QUOTING = re.compile(any_of(_WORDS["quoting"]))
_CREDIT = re.compile(any_of(_WORDS["credit"]))
# Said to a medium: its correspondent is the source.
_SAID_TO = re.compile(any_of(_WORDS["said_to"]))
_MEDIUM = any_of(_WORDS["medium"])
_UNKNOWN = re.compile(f"(?:{_MEDIUM}) ‘?(?P<name>[{BANGLA_CHARACTERS}A-Za-z’‘'. -]{{2,60}})")
_CALLED = re.compile(f"(?:{_MEDIUM}) ?$")
_NAME_WORD = re.compile(f"[{WORD_CHARACTERS}.-]+")
_SOURCES = frozenset({Layer.SOURCE})
_LONGEST_NAME_WORDS = 4
_NEAR = 90  # characters between a source and the verb that credits it, in one sentence


def fold_source(name: str) -> str:
    """The form in which spellings of one source are the same."""
    folded = normal_form(name).replace("ী", "ি").replace("ূ", "ু").replace("ণ", "ন").lower()
    return re.sub(f"[^0-9a-z{BANGLA_CHARACTERS}]+", "", folded)


def _is_own(source_id: str, outlet_id: str | None) -> bool:
    """Whether a source is the outlet itself, or the house it belongs to (bbcbangla: bbc)."""
    return outlet_id is not None and (
        outlet_id.startswith(source_id) or source_id.startswith(outlet_id)
    )


class _Collector:
    """Keeps the first credit of every source."""

    def __init__(self, reference: Reference, outlet_id: str | None) -> None:
        self._reference = reference
        self._outlet_id = outlet_id
        self.found: dict[str, Citation] = {}

    def add_known(self, match: Match, form: CreditForm, sentence: Sentence) -> None:
        entry = match.entry(Layer.SOURCE)
        if entry is None or _is_own(entry.key, self._outlet_id):
            return
        self.found.setdefault(
            entry.key,
            Citation(entry.key, entry.name_bn, entry.name_en, entry.kind, form, sentence.text),
        )

    def add_unknown(self, name: str, form: CreditForm, sentence: Sentence) -> None:
        source_id = fold_source(name)
        if len(source_id) < 2 or any(
            source_id in fold_source(c.name_bn) for c in self.found.values()
        ):
            return
        self.found.setdefault(
            source_id, Citation(source_id, name, None, "other", form, sentence.text)
        )


def _trim(words: list[str], reference: Reference) -> str:
    """The name at the beginning of these words: up to a case ending or an everyday word."""
    name: list[str] = []
    for word in words[: _LONGEST_NAME_WORDS + 1]:
        if word in reference.common_words:
            break
        stem, case = next(
            ((s, c) for s, c in stems(word) if c in (Case.GENITIVE, Case.OBJECTIVE)),
            (word, Case.PLAIN),
        )
        name.append(stem)
        if case is not Case.PLAIN:
            break
    return " ".join(name[:_LONGEST_NAME_WORDS])


def _listed(
    document: Document,
    sentence: Sentence,
    span: tuple[int, int],
    sources: list[Match],
    form: CreditForm,
    collector: _Collector,
    reference: Reference,
) -> None:
    """The sources of a list (সূত্র: ক, খ): each item is a source, known or not."""
    start, end = sentence.start + span[0], sentence.start + span[1]
    position = start
    for item in _LIST.split(document.text[start:end]):
        item_end = position + len(item)
        known = [match for match in sources if position <= match.start < item_end]
        for match in known:
            collector.add_known(match, form, sentence)
        words = _NAME_WORD.findall(item)
        if not known and 0 < len(words) <= _LONGEST_NAME_WORDS:
            name = _trim(words, reference)
            if name:
                collector.add_unknown(name, form, sentence)
        position = item_end + 1
        while position < end and document.text[position - 1 : position] not in (",", " ", "/", ";"):
            position += 1


def _credit(text: str, position: int, end: int, case: Case) -> CreditForm | None:
    """How the sentence credits the source at this place; None where it only speaks of it."""
    behind = text[end : end + 24]
    if _QUOTING.search(behind):
        return CreditForm.QUOTING
    if case is Case.OBJECTIVE:
        return CreditForm.REPORT if _SAID_TO.search(text[end : end + _NEAR]) else None
    if _CREDIT.search(text[end : end + _NEAR]) or _CREDIT.search(
        text[max(0, position - _NEAR) : position]
    ):
        return CreditForm.REPORT
    return None


def _unknown_names(sentence: Sentence, reference: Reference) -> Iterator[tuple[str, int, int]]:
    for found in _UNKNOWN.finditer(sentence.text):
        words = _NAME_WORD.findall(found.group("name"))
        name = _trim(words, reference)
        if name:
            start = found.start("name")
            yield name, start, start + len(name)


def find_citations(
    document: Document, reference: Reference, outlet_id: str | None
) -> tuple[Citation, ...]:
    """Find the sources that the body credits.

    Args:
        document: the article.
        reference: the reference tables.
        outlet_id: the outlet itself is no source.

    Returns:
        One citation a source, by the first sentence that credits it.
    """
    sources = longest_first([match for match in document.matches if match.is_in(_SOURCES)])
    by_sentence: dict[int, list[Match]] = {}
    for match in sources:
        start = document.sentence_at(match.start).start
        by_sentence.setdefault(start, []).append(match)
    collector = _Collector(reference, outlet_id)
    for sentence in document.sentences:
        # What credits a source is always said in Bangla.
        if sentence.is_title or not has_bangla_letter(sentence.text):
            continue
        here = by_sentence.get(sentence.start, [])
        text = document.text[sentence.start : sentence.end]
        line = _SOURCE_LINE.search(text) if _IN_SOURCE_LINE in text else None
        if line is not None:
            _listed(
                document,
                sentence,
                line.span("names"),
                here,
                CreditForm.SOURCE_LINE,
                collector,
                reference,
            )
            here = [m for m in here if m.start < sentence.start + line.start("names")]
        agency = _AGENCY_LINE.search(text) if here and _NEWS in text else None
        if agency is not None:
            for match in here:
                if match.start >= sentence.start + agency.start("names"):
                    collector.add_known(match, CreditForm.AGENCY_LINE, sentence)
        for match in here:
            if match.name in reference.name_words and not _CALLED.search(
                text[: match.start - sentence.start]
            ):
                continue  # তাসনিম, a woman or the agency: only where the text calls it a medium
            form = _credit(
                text, match.start - sentence.start, match.word_end - sentence.start, match.case
            )
            if form is not None:
                collector.add_known(match, form, sentence)
        if not here and line is None:
            for name, start, end in _unknown_names(sentence, reference):
                form = _credit(text, start, end, Case.PLAIN)
                if form is not None:
                    collector.add_unknown(name, form, sentence)
    return tuple(collector.found.values())
