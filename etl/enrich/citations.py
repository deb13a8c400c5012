"""Which news sources an article credits, and how.

Four forms are read (``CreditForm``): a source line (সূত্র: …), an agency line (খবর রয়টার্সের), a
report (এক প্রতিবেদনে … জানিয়েছে) and a quotation (… এর বরাত দিয়ে). Known sources come from
``seeds/lexicon/sources.csv``; an unknown one is kept under its own name where the text calls it a
medium.
"""

import re
from collections.abc import Iterator, Sequence

from etl.bangla.inflection import Case, stems
from etl.bangla.lexicon import any_of, read_lexicon
from etl.bangla.text import BANGLA_CHARACTERS, WORD_CHARACTERS, has_bangla_letter, normal_form
from etl.enrich.document import Document, Match, Sentence, longest_first, names_in
from etl.enrich.gazetteer import Layer, Reference
from etl.enrich.persons.names import ABBREVIATION
from etl.schema.records import Citation
from etl.schema.vocabulary import CreditForm

_WORDS = read_lexicon("citations")
_SOURCE_LINE = re.compile(
    f"(?:^|[।\\s(])(?:{any_of(_WORDS['source_label'])}) ?[:ঃ—–/-] ?(?P<names>[^।\n)]+)"
)
_IN_SOURCE_LINE = "ত্র"  # what all of these words have in common: found much faster than they are
_NEWS = normal_form("খবর")
_AGENCY_LINE = re.compile(
    f'(?:^|[।”’"] ?){_NEWS} ?(?P<names>[^।,\n]{{2,60}}(?:, [^।\n]{{2,40}})?)[।\n]?$'
)
_LIST = re.compile(f",|/| {normal_form('ও')} | {normal_form('এবং')} |;|\\|")
_QUOTING = re.compile(any_of(_WORDS["quoting"]))
_CREDIT = re.compile(any_of(_WORDS["credit"]))
# Said to a medium: its correspondent is the source.
_SAID_TO = re.compile(any_of(_WORDS["said_to"]))
_MEDIUM = any_of(_WORDS["medium"])
_MEDIUM_WORD = re.compile(_MEDIUM)
_INSTITUTE = re.compile(any_of(_WORDS["institute"]))
_REPORT = normal_form("প্রতিবেদন")
_UNKNOWN = re.compile(f"(?:{_MEDIUM}) ‘?(?P<name>[{BANGLA_CHARACTERS}A-Za-z’‘'. -]{{2,60}})")
_CALLED = re.compile(f"(?:{_MEDIUM}) ?$")
_NAME_WORD = re.compile(f"[{WORD_CHARACTERS}.-]+")
_SOURCES = frozenset({Layer.SOURCE})
_OTHERS = frozenset({Layer.COUNTRY, Layer.ORGANISATION, Layer.PLACE, Layer.LEADER, Layer.TITLE})
_WHERE = frozenset({Layer.COUNTRY, Layer.PLACE})
_BYLINE_WORDS = frozenset(_WORDS["byline_word"])
_LONGEST_BARE_CREDIT = 60  # characters
_INNER = frozenset(_WORDS["inner"])  # … ফর দ্য স্টাডি অব …
_SHORTEST_REPORTER = 5  # letters
_LATEST_REPORTER = 2  # words before an unknown name that no comma sets off
_OPENING = 24  # characters before a sentence's subject
_LONGEST_NAME_WORDS = 4
_ARTICLE = re.compile(f"(?:^|[ ‘'“])({any_of(_WORDS['article'])}) $")
# An everyday word, a party or a rank as well: a source only where the text calls it one.
_AMBIGUOUS = frozenset(_WORDS["ambiguous"])
_NAMED_BEFORE = re.compile(f"(?P<name>[{BANGLA_CHARACTERS}]{{3,}}) (?=(?:{_MEDIUM}))")
_REPORT_NOUN = re.compile(f"(?:{any_of(_WORDS['report_noun'])})")
_RESULT_NOUN = re.compile(f"(?:{any_of(_WORDS['result_noun'])})")
_BEFORE_REPORT = frozenset(_WORDS["before_report"])  # … এক বিশেষ প্রতিবেদনে
_INSTITUTES = frozenset(_WORDS["institute"])
_AFFILIATE = re.compile(any_of(_WORDS["affiliate"]))
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


def _as_written(sentence: str, start: int, name: str) -> str:
    """A source's name with the article before it (দ্য, দি), as the sentence has it."""
    article = _ARTICLE.search(sentence, 0, start)
    return f"{article.group(1)} {name}" if article and article.end() == start else name


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
            Citation(
                entry.key,
                entry.name_bn,
                entry.name_en,
                entry.kind,
                form,
                sentence.text,
                _as_written(sentence.text, match.start - sentence.start, match.name),
            ),
        )

    def add_unknown(self, name: str, form: CreditForm, sentence: Sentence) -> None:
        source_id = fold_source(name)
        if len(source_id) < 2 or any(
            source_id in fold_source(c.name_bn) for c in self.found.values()
        ):
            return
        self.found.setdefault(
            source_id, Citation(source_id, name, None, "other", form, sentence.text, name)
        )


class _CitationReader:
    """Reads the credits of one document, sentence by sentence."""

    def __init__(self, document: Document, reference: Reference, collector: _Collector) -> None:
        self._document = document
        self._reference = reference
        self._collector = collector
        self._matched = {
            start
            for match in document.matches
            if match.is_in(_OTHERS)
            for start, _, _ in document.words_between(match.start, match.word_end)
        }

    def read(self, sentence: Sentence, here: list[Match]) -> None:
        """Collect the sources that one sentence credits.

        Args:
            sentence: the sentence.
            here: the known sources that it names, in order.
        """
        text = self._document.text[sentence.start : sentence.end]
        line = _SOURCE_LINE.search(text) if _IN_SOURCE_LINE in text else None
        if line is not None:
            self._list(sentence, line.span("names"), here, CreditForm.SOURCE_LINE)
            here = [m for m in here if m.start < sentence.start + line.start("names")]
        agency = _AGENCY_LINE.search(text) if _NEWS in text else None
        if agency is not None:
            self._agency_line(sentence, agency, here)
        if here and self._is_bare_credit(sentence, here):
            for match in here:
                self._collector.add_known(match, CreditForm.AGENCY_LINE, sentence)
            return
        for match in here:
            if self._is_called_so(match, text[: match.start - sentence.start]):
                form = _credit(
                    text, match.start - sentence.start, match.word_end - sentence.start, match.case
                )
                if form is not None:
                    self._collector.add_known(match, form, sentence)
        if line is None and agency is None:
            known = [(m.start - sentence.start, m.word_end - sentence.start) for m in here]
            for name, start, end in self._unknown(sentence, text, known):
                if not any(first < end and start < last for first, last in known):
                    form = _credit(text, start, end, Case.PLAIN)
                    if form is not None:
                        self._collector.add_unknown(name, form, sentence)

    def _is_bare_credit(self, sentence: Sentence, here: Sequence[Match]) -> bool:
        """Whether the sentence is no more than its sources, a place at most (এএফপি, প্যারিস)."""
        if sentence.end - sentence.start > _LONGEST_BARE_CREDIT:
            return False
        named = {
            start
            for match in here
            for start, _, _ in self._document.words_between(match.start, match.word_end)
        }
        return all(
            start in named
            or word in _BYLINE_WORDS
            or any(match.start <= start < match.word_end for match in self._places(sentence))
            for start, _, word in self._document.words_between(sentence.start, sentence.end)
        )

    def _places(self, sentence: Sentence) -> Iterator[Match]:
        for match in self._document.matches:
            if sentence.start <= match.start < sentence.end and match.is_in(_WHERE):
                yield match

    def _is_called_so(self, match: Match, before: str) -> bool:
        """Whether the text means the medium: তাসনিম is a woman too, এই সময় says when."""
        ambiguity = self._reference.ambiguities.get(match.name)
        if ambiguity is not None and any(cue in self._document.text for cue in ambiguity.cues):
            return False  # পিটিআই, the party
        if match.name not in self._reference.name_words and match.name not in _AMBIGUOUS:
            return True
        return _CALLED.search(before) is not None or _ARTICLE.search(before) is not None

    def _trim(self, words: list[str]) -> str:
        """The name at the beginning of these words: up to a case ending or an everyday word."""
        name: list[str] = []
        for word in words[: _LONGEST_NAME_WORDS + 1]:
            if self._is_common(word):
                break
            stem, case = next(
                ((s, c) for s, c in stems(word) if c in (Case.GENITIVE, Case.OBJECTIVE)),
                (word, Case.PLAIN),
            )
            name.append(stem)
            if case is not Case.PLAIN:
                break
        return " ".join(name[:_LONGEST_NAME_WORDS])

    def _is_common(self, word: str) -> bool:
        """Whether a word is an everyday one, and none that media are called by."""
        readings = [stem for stem, _ in stems(word)]
        return any(stem in self._reference.common_words for stem in readings) and not any(
            stem in _INSTITUTES or stem in self._reference.media_words for stem in readings
        )

    def _list(
        self, sentence: Sentence, span: tuple[int, int], sources: list[Match], form: CreditForm
    ) -> None:
        """The sources of a list (সূত্র: ক, খ): each item is a source, known or not."""
        start, end = sentence.start + span[0], sentence.start + span[1]
        text, position = self._document.text, start
        for item in _LIST.split(text[start:end]):
            item_end = position + len(item)
            known = [match for match in sources if position <= match.start < item_end]
            for match in known:
                self._collector.add_known(match, form, sentence)
            words = _NAME_WORD.findall(item)
            if not known and 0 < len(words) <= _LONGEST_NAME_WORDS:
                name = self._trim(words)
                if name:
                    self._collector.add_unknown(name, form, sentence)
            position = item_end + 1
            while position < end and text[position - 1 : position] not in (",", " ", "/", ";"):
                position += 1

    def _agency_line(self, sentence: Sentence, agency: re.Match[str], here: list[Match]) -> None:
        """The sources behind খবর at the end: খবর রয়টার্সের, খবর ইকোনমিক টাইমস ও ফরচুন ইন্ডিয়ার."""
        begin = sentence.start + agency.start("names")
        known = [match for match in here if match.start >= begin]
        if not known and agency.string[agency.start("names") - 1] != " ":
            known = [  # glued: খবরটিআরটি
                match
                for match in names_in(agency.group("names"), self._reference)
                if match.is_in(_SOURCES) and match.start == 0
            ]
            for match in known:
                self._collector.add_known(match, CreditForm.AGENCY_LINE, sentence)
            return
        words = _NAME_WORD.findall(_LIST.sub(" ", agency.group("names")))
        ends = bool(words) and any(case is Case.GENITIVE for _, case in stems(words[-1]))
        if ends and len(words) <= 2 * _LONGEST_NAME_WORDS and not any(map(self._is_common, words)):
            self._list(sentence, agency.span("names"), known, CreditForm.AGENCY_LINE)
        for match in known:
            self._collector.add_known(match, CreditForm.AGENCY_LINE, sentence)

    def _unknown(
        self, sentence: Sentence, text: str, known: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[str, int, int]]:
        """Names that no table knows, where the sentence calls them a medium or their report one."""
        if _MEDIUM_WORD.search(text) is not None:
            yield from self._called(sentence, text, known)
        if _NEWS in text or _REPORT in text:
            for found in _REPORT_NOUN.finditer(text):
                yield from self._reporter(sentence, found.start(), is_institute=False)
        if _INSTITUTE.search(text) is not None:
            for found in _RESULT_NOUN.finditer(text):
                yield from self._reporter(sentence, found.start(), is_institute=True)

    def _called(
        self, sentence: Sentence, text: str, known: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[str, int, int]]:
        """Names behind or before a word like বার্তা সংস্থা."""
        named: set[int] = set()
        for found in _NAMED_BEFORE.finditer(text):
            word = found.group("name")
            if ABBREVIATION.match(word) and sentence.start + found.start() not in self._matched:
                named.add(found.end() + 1)
                yield word, found.start(), found.end("name")
        named.update(end + 1 for _, end in known)
        for found in _UNKNOWN.finditer(text):
            if found.start() in named:
                continue  # ডিএইচএ বার্তা সংস্থা …: the name stands before
            name = self._trim(_NAME_WORD.findall(found.group("name")))
            if name:
                yield name, found.start("name"), found.start("name") + len(name)

    def _reporter(
        self, sentence: Sentence, position: int, *, is_institute: bool
    ) -> Iterator[tuple[str, int, int]]:
        """The unknown name in the genitive before a report: লাক্সারিলঞ্চেসের এক প্রতিবেদনে."""
        words = list(self._document.words_between(sentence.start, sentence.start + position))
        while words and words[-1][2] in _BEFORE_REPORT:
            words.pop()
        if not words:
            return
        start, end, word = words.pop()
        stem = next((s for s, case in stems(word) if case is Case.GENITIVE), "")
        if (
            len(stem) < _SHORTEST_REPORTER
            or not self._is_free(start, word)
            or _MEDIUM_WORD.search(stem)
        ):
            return
        if is_institute and stem not in _INSTITUTES:
            return
        end = start + len(stem)
        for _ in range(_LONGEST_NAME_WORDS - 1 + 2 * is_institute):
            if not words or self._document.text[words[-1][1] : start] != " ":
                break
            before, _, word = words[-1]
            is_inner = any(s in _INSTITUTES or s in _INNER for s, _ in stems(word))
            if not is_inner and not (
                self._is_free(before, word) and stems(word)[0][1] in (Case.PLAIN, Case.LOCATIVE)
            ):
                break
            start = before
            words.pop()
        if (
            not is_institute
            and len(words) > _LATEST_REPORTER
            and self._document.text[start - 2] not in ",’'”"
        ):
            return
        name = self._document.text[start:end]
        if is_institute or " " in name or name not in self._reference.name_words:
            yield name, start - sentence.start, end - sentence.start

    def _is_free(self, start: int, word: str) -> bool:
        """Whether a word may be part of an unknown medium's name."""
        return (
            start not in self._matched
            and not word[0].isdigit()
            and word not in self._reference.name_words
            and not self._is_common(word)
        )


def _credit(text: str, position: int, end: int, case: Case) -> CreditForm | None:
    """How the sentence credits the source at this place; None where it only speaks of it."""
    behind = text[end : end + 24]
    if _QUOTING.search(behind):
        return CreditForm.QUOTING
    if case is Case.GENITIVE and _AFFILIATE.match(behind.lstrip()):
        return None  # সিএনএনের সহযোগী সংবাদমাধ্যম …
    if case is Case.OBJECTIVE:
        return CreditForm.REPORT if _SAID_TO.search(text[end : end + _NEAR]) else None
    if case is Case.PLAIN and position <= _OPENING and _CREDIT.search(text[end:]):
        return CreditForm.REPORT  # the source is the sentence's subject
    if _CREDIT.search(text[end : end + _NEAR]) or _CREDIT.search(
        text[max(0, position - _NEAR) : position]
    ):
        return CreditForm.REPORT
    return None


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
    reader = _CitationReader(document, reference, collector)
    for sentence in document.sentences:
        # What credits a source is always said in Bangla.
        if not sentence.is_title and has_bangla_letter(sentence.text):
            reader.read(sentence, by_sentence.get(sentence.start, []))
    return tuple(collector.found.values())
