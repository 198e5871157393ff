"""The pages' words: gettext catalogues compiled from their .po files when the server starts."""

from __future__ import annotations

import gettext
import io
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = {"zh_CN": "中文", "en": "English"}  # the first is the one for want of a wish
HTML_CODES = {"zh_CN": "zh-CN", "en": "en"}
COOKIE = "callcenter_language"
_FOLDER = Path(__file__).parent / "locales"

ScriptWords = dict[str, str | list[str]]


def catalogue_path(language: str) -> Path:
    """Return where the language's sentences are kept."""
    return _FOLDER / language / "LC_MESSAGES" / "messages.po"


@cache
def _catalogue(language: str) -> Catalog:
    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=language)


@cache
def translations(language: str) -> gettext.NullTranslations:
    """Return the language's sentences, ready for Jinja; English ones are the keys themselves."""
    compiled = io.BytesIO()
    write_mo(compiled, _catalogue(language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@cache
def script_words(language: str) -> ScriptWords:
    """Return the sentences of the browser's scripts: key -> sentence, or its plural forms."""
    found: ScriptWords = {}
    for message in _catalogue(language):
        if message.id and message.string and _is_of_scripts(message):
            found |= _entry(message)
    return found


def _is_of_scripts(message: Message) -> bool:
    return any(path.endswith(".ts") for path, _ in message.locations)


def _entry(message: Message) -> ScriptWords:
    if isinstance(message.id, str):
        return {message.id: str(message.string)}
    forms = [str(form) for form in message.string]
    return {message.id[0]: forms} if all(forms) else {}


def choose_language(wished: str, accepted: str) -> str:
    """Choose by the person's own wish (a cookie), else by the browser's Accept-Language header."""
    if wished in LANGUAGES:
        return wished
    for part in accepted.split(","):
        code = part.split(";")[0].strip().lower()
        if code.startswith("zh"):
            return "zh_CN"
        if code.startswith("en"):
            return "en"
    return next(iter(LANGUAGES))
