"""Turns a template and its values into an answer, in the reader's language and look."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from agent_desktop.i18n import (
    HTML_CODES,
    LANGUAGES,
    script_words,
    translations,
)
from agent_desktop.reader import language_of
from agent_desktop.security import csrf_token
from agent_desktop.services import SERVICES
from agent_desktop.sessions import visitor
from agent_desktop.views.assets import asset_url

_TEMPLATES = Path(__file__).parent.parent / "templates"
_THEMES = frozenset({"light", "dark"})


def icon(name: str, extra: str = "") -> Markup:
    """Return an icon of the sprite; it is decoration, the words beside it carry the meaning."""
    return Markup('<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>').format(
        extra, asset_url("icons.svg"), name
    )


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = translations(language)
    environment.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(asset=asset_url, icon=icon, escape=escape)
    return environment


def render(
    request: web.Request, template: str, values: dict[str, Any] | None = None, *, status: int = 200
) -> web.Response:
    """Answer with the page; one asked for by the shell comes without the shell around it."""
    language = language_of(request)
    context = _context(request, language) | (values or {})
    text = _environment(language).get_template(template).render(context)
    headers = {"Cache-Control": "no-store", "Vary": "Cookie, Accept-Language, X-Page"}
    return web.Response(text=text, content_type="text/html", status=status, headers=headers)


def _context(request: web.Request, language: str) -> dict[str, Any]:
    who = visitor(request)
    theme = request.cookies.get("callcenter_theme", "")
    return {
        "language": language,
        "html_language": HTML_CODES[language],
        "other_language": next(code for code in LANGUAGES if code != language),
        "path": request.path_qs,
        "theme": theme if theme in _THEMES else "",
        "csrf": csrf_token(request),
        "demo": request.app[SERVICES].demo,
        "who": who,
        "words": script_words(language) if language != "en" else {},
        "alone": request.headers.get("X-Page") == "1",
    }
