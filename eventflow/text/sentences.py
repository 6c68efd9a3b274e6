"""Sentences for people as a code and parameters, told in whatever language is being read.

What is kept of one is plain JSON, and outlives the language of whoever caused it. Which sentences
there are is the apps' affair: each defines its own beside the code that says them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_BY_CODE: dict[str, "Sentence"] = {}


class Sentence:
    """A kind of sentence; called with its parameters, it gives one that is `Said`.

    `code` names it for ever, for what was written long ago holds it. `template` is translated
    lazily; `shown` says of a parameter how its value is put in words, where not as it is. Values
    are what JSON holds, or sentences themselves.
    """

    def __init__(self, code: str, template: Any, **shown: Callable[[Any], Any]):
        if code in _BY_CODE:
            raise ValueError(f"two sentences are called {code}")
        self.code = code
        self._template = template
        self._shown = shown
        _BY_CODE[code] = self

    def __call__(self, **parameters: Any) -> "Said":
        return Said(self, parameters)

    def words(self, parameters: Mapping[str, Any]) -> str:
        """It with these parameters, in the active language."""
        return str(self._template) % {
            name: self._shown.get(name, str)(value) for name, value in parameters.items()
        }


@dataclass(frozen=True)
class Said:
    """A sentence that was said; its text is in the language that is active when it is asked for."""

    sentence: Sentence
    parameters: Mapping[str, Any]

    def __str__(self):
        return self.sentence.words(self.parameters)

    def kept(self) -> dict[str, Any]:
        """The sentence as plain values, to be told again later."""
        parameters = {
            name: value.kept() if isinstance(value, Said) else value
            for name, value in self.parameters.items()
        }
        return {"code": self.sentence.code, **parameters}


# Sentences of ours, and text that a person typed, which stays as it was typed.
Saying = Iterable[Said | str]


def words(saying: Saying) -> str:
    """One after the other, in the active language."""
    return " ".join(map(str, saying))


def kept(saying: Saying) -> list[dict[str, Any] | str]:
    """The saying as plain values, for `retold`."""
    return [said.kept() if isinstance(said, Said) else said for said in saying]


def retold(what: object) -> str:
    """The `kept` saying in the active language; empty for anything that cannot be told."""
    if not isinstance(what, list):
        return ""
    try:
        return words(_read(said) for said in what)
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        return ""


def _read(what: Any) -> Said | str:
    if isinstance(what, str):
        return what
    parameters: dict[str, Any] = {
        name: _read(value) if isinstance(value, dict) else value for name, value in what.items()
    }
    return Said(_BY_CODE[parameters.pop("code")], parameters)
