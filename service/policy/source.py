"""Reading YAML with the place of every value, so that each fault can name its line.

What is read is what JSON can say: mappings with text keys, lists, text, numbers, true, false and
null. So `22:00` is text and `off` is a word, without quotes; anchors, tags and several documents
are refused. The parser of PyYAML gives the events; nothing here recurses deeper than MOST_LEVELS.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml
from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from models.errors import FieldError
from service.policy.errors import InvalidPolicy

MOST_LEVELS = 12
MOST_VALUES = 5000
Path = tuple[str | int, ...]

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_TRUE, _FALSE = frozenset(("true", "True", "TRUE")), frozenset(("false", "False", "FALSE"))
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,15})", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value begins, counted from 1."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}"


@dataclass(frozen=True, slots=True)
class Source:
    """A value and the place of everything inside it; a value inside a request has no places."""

    value: object
    places: dict[Path, Place] = field(default_factory=dict)

    def place(self, path: Path) -> Place | None:
        """Return the place of the value at `path`, or of the nearest thing around it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path)


def read_yaml(content: bytes) -> Source:
    """Read one YAML document; raises InvalidPolicy that names line and column."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InvalidPolicy(f"line {line}: not UTF-8; save the policy as UTF-8.") from None
    try:
        return _Reader(text).read()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(mark.line + 1, mark.column + 1) if mark is not None else Place(1, 1)
        raise _refusal(place, f"not YAML: {error.problem or error.context}") from None
    except yaml.reader.ReaderError as error:
        # PyYAML tells the offset only.
        before = text[: error.position]
        place = Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise _refusal(place, "a control character, which YAML does not allow") from None


class _Reader:
    """Builds values from the events of one document."""

    def __init__(self, text: str) -> None:
        self._events: Iterator[Event] = yaml.parse(text, Loader=yaml.SafeLoader)
        self._places: dict[Path, Place] = {}

    def read(self) -> Source:
        next(self._events)  # The start of the stream.
        if isinstance(next(self._events), StreamEndEvent):
            return Source(None)
        value = self._value(next(self._events), ())
        end = next(self._events)
        assert isinstance(end, DocumentEndEvent)
        after = next(self._events)
        if isinstance(after, DocumentStartEvent):
            raise _refusal(_place(after), "a second document; a file holds one policy")
        return Source(value, self._places)

    def _value(self, event: Event, path: Path) -> object:
        self._places.setdefault(path, _place(event))
        if len(path) > MOST_LEVELS or len(self._places) > MOST_VALUES:
            raise _refusal(_place(event), "more than a policy can need: too deep or too long")
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _refusal(_place(event), "anchors (& and *) are not read; write the value out")
        if isinstance(event, ScalarEvent):
            return _scalar(event)
        assert isinstance(event, CollectionStartEvent)
        _check_tag(event)
        if isinstance(event, MappingStartEvent):
            return self._mapping(path)
        items: list[object] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            items.append(self._value(event, (*path, len(items))))
        return items

    def _mapping(self, path: Path) -> dict[str, object]:
        found: dict[str, object] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            if not isinstance(event, ScalarEvent):
                raise _refusal(_place(event), "a name must be one word of text")
            if event.value in found:
                raise _refusal(_place(event), f"{event.value!r} stands here a second time")
            self._places[(*path, event.value)] = _place(event)
            found[event.value] = self._value(next(self._events), (*path, event.value))
        return found


def _scalar(event: ScalarEvent) -> object:
    _check_tag(event)
    text: str = event.value
    if event.style is not None:
        return text
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _check_tag(event: Event) -> None:
    tag = getattr(event, "tag", None)
    if tag not in (None, "!"):
        raise _refusal(_place(event), f"the tag {tag} is not read; leave it out")


def _place(event: Event) -> Place:
    mark = event.start_mark
    assert mark is not None
    return Place(mark.line + 1, mark.column + 1)


def _refusal(place: Place, detail: str) -> InvalidPolicy:
    said = f"{place}: {detail}"
    return InvalidPolicy(f"{said}.", errors=[FieldError("", said)])
