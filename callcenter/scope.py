"""The tenant this installation serves, with the words of its language."""

from __future__ import annotations

from agent_desktop.i18n import translations
from callcenter.settings import Settings
from crm_core.tenancy import Scope


def scope_of(settings: Settings) -> Scope:
    """Return the scope of what the system itself does, writing in the tenant's language."""
    return Scope(words=translations(settings.language).gettext)
