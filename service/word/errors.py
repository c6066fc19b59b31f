"""What the word lists refuse."""

from __future__ import annotations

from models.errors import InvalidInput, MingjianError


class UnknownWords(MingjianError):
    """No list, or no entry in it, has this name or id."""

    status = 404
    code = "unknown_words"
    title = "No such word list or entry"


class WordsConflict(MingjianError):
    """The list is of another kind, shipped with the release, or full."""

    status = 409
    code = "words_conflict"
    title = "The word list cannot be changed like this"


class UnreadableWords(InvalidInput):
    """A file of words is of no known form."""

    code = "unreadable_words"
    title = "Words cannot be read"
