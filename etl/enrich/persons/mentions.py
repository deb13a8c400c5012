"""Persons that an article names, each with all its mentions; offices likewise.

Forms of one name are joined: the longest stands for all, and leaders of states keep one id
whatever the spelling.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from etl.bangla.inflection import Case
from etl.bangla.name_spelling import is_part_of, name_key
from etl.enrich.document import Document, Match, longest_first
from etl.enrich.entities.mentions import Found
from etl.enrich.gazetteer import Layer, Reference
from etl.enrich.persons.contexts import ContextFinder
from etl.enrich.persons.names import Person
from etl.schema.records import Mention
from etl.schema.vocabulary import EntityKind

_TITLES = frozenset({Layer.TITLE})


def _leaders(found: Sequence[Found]) -> list[Person]:
    return [
        Person(
            item.match.start,
            item.match.end,
            item.match.name,
            item.match.case,
            item.entry.actor,
            item.entry.key,
        )
        for item in found
        if item.entry.layer is Layer.LEADER
    ]


def _longest(people: Sequence[Person]) -> list[Person]:
    """Mentions that overlap reduced to the longest of them, in order."""
    kept: list[Person] = []
    for person in sorted(people, key=lambda p: (p.start, -p.end)):
        if kept and person.start < kept[-1].end:
            if person.end > kept[-1].end and person.start == kept[-1].start:
                kept[-1] = person
            elif person.canonical and not kept[-1].canonical:
                kept[-1] = replace(kept[-1], actor=person.actor, canonical=person.canonical)
            continue
        kept.append(person)
    return kept


def _without_strays(
    people: Iterable[Person], leaders: Sequence[Person], finder: ContextFinder
) -> Iterator[Person]:
    """Drop what was read round a leader's name with a word that is no name.

    মালিক ইলন মাস্ক and শেখ হাসিনা কতক্ষণ are the leader; এস এম শফিকুর রহমান is somebody else.
    """
    for person in people:
        around = [p for p in leaders if p.start < person.end and person.start < p.end]
        if all(len(p.words) == 1 or finder.is_longer_name(person, p) for p in around):
            yield person


def find_titles(document: Document) -> list[Match]:
    """Titles, offices and ranks, the longest names first."""
    return longest_first([m for m in document.matches if m.is_in(_TITLES)])


def find_persons(
    document: Document,
    found: Sequence[Found],
    titles: Sequence[Match],
    reference: Reference,
) -> list[list[Person]]:
    """Find the persons of an article.

    Args:
        document: the article.
        found: its mentions of countries, organisations, places and leaders.
        titles: its titles, offices and ranks.
        reference: the reference tables.

    Returns:
        All mentions of each person, persons and mentions by appearance.
    """
    finder = ContextFinder(document, found, titles, reference)
    read = [
        *finder.after_titles(),
        *finder.by_words(),
        *finder.by_speech(),
        *finder.by_context(),
    ]
    leaders = [
        person
        for person in _leaders(found)
        if person.case is not Case.PLAIN or not finder.names_institution(person.end)
    ]
    read = list(_without_strays(map(finder.without_honorific, read), leaders, finder))
    people = _longest([*leaders, *read])
    listed = map(finder.without_honorific, finder.in_lists(people))
    people = _longest([*people, *_without_strays(listed, leaders, finder)])
    groups: list[list[Person]] = []
    for person in sorted(people, key=lambda p: (-len(p.words), p.start)):
        home = next(
            (
                group
                for group in groups
                if (person.canonical and person.canonical == group[0].canonical)
                or is_part_of(person.words, group[0].words)
            ),
            None,
        )
        if home is None:
            groups.append([person])
        else:
            home.append(person)
    for group in groups:
        group.sort(key=lambda p: p.start)
    return sorted(groups, key=lambda group: group[0].start)


def longest_form(group: Sequence[Person]) -> str:
    """The name that stands for a person: the form with the most words, the first of those."""
    return max(group, key=lambda p: (len(p.words), len(p.name), -p.start)).name


def _identity(group: Sequence[Person], reference: Reference) -> tuple[str, str | None]:
    """The key of a person, the same in all articles, and the name of a leader."""
    canonical = next((person.canonical for person in group if person.canonical), None)
    key = name_key(longest_form(group))
    canonical = canonical or reference.leader_keys.get(key)
    return canonical or key, canonical


def person_id(group: Sequence[Person], reference: Reference) -> str:
    """The entity of a person, the same in all articles."""
    return f"person:{_identity(group, reference)[0]}"


def person_mentions(
    document: Document, groups: Sequence[Sequence[Person]], reference: Reference
) -> list[Mention]:
    """One mention a person; a person keeps one id whatever the spelling."""
    identities: dict[str, tuple[str | None, list[Person]]] = {}
    for group in groups:
        key, canonical = _identity(group, reference)
        identities.setdefault(key, (canonical, []))[1].extend(group)
    mentions: list[Mention] = []
    for key, (canonical, people) in identities.items():
        first = min(people, key=lambda person: person.start)
        mentions.append(
            Mention(
                entity_id=f"person:{key}",
                kind=EntityKind.PERSON,
                name_bn=longest_form(people),
                name_en=None,
                iso_code=None,
                count=len(people),
                first_position=first.start,
                is_in_title=first.start < document.title_end,
                evidence=document.text[first.start : first.end],
                canonical_name=canonical,
            )
        )
    return mentions


def office_mentions(document: Document, titles: Sequence[Match]) -> list[Mention]:
    """One mention an office (প্রেসিডেন্ট, পররাষ্ট্রমন্ত্রী) that the article names."""
    grouped: dict[str, list[Match]] = {}
    for match in titles:
        entry = match.entry(Layer.TITLE)
        if entry is not None and entry.kind == "office":
            grouped.setdefault(entry.key, []).append(match)
    mentions: list[Mention] = []
    for key, matches in grouped.items():
        first = matches[0]
        entry = first.entry(Layer.TITLE)
        assert entry is not None
        mentions.append(
            Mention(
                entity_id=f"office:{key}",
                kind=EntityKind.OFFICE,
                name_bn=entry.name_bn,
                name_en=entry.name_en,
                iso_code=None,
                count=len(matches),
                first_position=first.start,
                is_in_title=first.start < document.title_end,
                evidence=document.text[first.start : first.word_end],
            )
        )
    return mentions
