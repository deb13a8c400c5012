"""Bangla words that take a case ending where a template asks for one."""

_VOWELS = frozenset("অআইঈউঊঋএঐওঔািীুূৃেৈোৌঁ")
_A = frozenset("আাঁ")
_GENITIVE, _LOCATIVE = "র", ("তে", "এ")


class Word(str):
    """A noun: ``{place:র}`` is its genitive, ``{place:তে}`` its locative, the rest suffixes."""

    __slots__ = ()

    def __format__(self, ending: str) -> str:
        """Return the word with the ending."""
        if ending == _GENITIVE:
            return str(self) + ("র" if self[-1] in _VOWELS else "ের")
        for locative in _LOCATIVE:
            if ending.startswith(locative):
                return self._locative() + ending.removeprefix(locative)
        return str(self) + ending

    def _locative(self) -> str:
        if self[-1] in _A:
            return f"{self}য়"
        return f"{self}তে" if self[-1] in _VOWELS else f"{self}ে"
