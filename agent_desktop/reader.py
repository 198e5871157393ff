"""The language in which one reader is answered."""

from __future__ import annotations

from aiohttp import web

from agent_desktop.i18n import COOKIE, choose_language, translations
from crm_core.sentences import Sentence, Translate, in_words

_ENGLISH = "en"
_LONGEST = 600  # characters of a reason that holds what somebody wrote


def language_of(request: web.Request) -> str:
    """Return the language of this reader's pages."""
    wished = request.cookies.get(COOKIE, "")
    return choose_language(wished, request.headers.get("Accept-Language", ""))


def words_for(request: web.Request) -> Translate:
    """Return what puts the API's reasons into this reader's language.

    A program that says nothing of languages gets English.
    """
    asks = COOKIE in request.cookies or "Accept-Language" in request.headers
    return translations(language_of(request) if asks else _ENGLISH).gettext


def said(text: str, translate: Translate) -> str:
    """Say a reason in the reader's words; user's texts, which are no sentences, as they are."""
    return (in_words(text, translate) if isinstance(text, Sentence) else text)[:_LONGEST]
