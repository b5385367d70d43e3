"""Punctuation (标点): templates are written with Chinese marks between what they show; in English they are English ones."""

from collections.abc import Iterable

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

_ENGLISH = {"，": ", ", "、": ", ", "；": "; ", "：": ": ", "。": ". ", "（": " (", "）": ")"}
_TABLE = str.maketrans(_ENGLISH)


class EnglishMarks(Extension):
    """Of the text of a template, and of strings in it that are a mark and nothing else (``join('、')``)."""

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        """Each token, its marks in English."""
        for token in stream:
            if token.type == "data" or (token.type == "string" and token.value in _ENGLISH):
                yield Token(token.lineno, token.type, token.value.translate(_TABLE))
            else:
                yield token
