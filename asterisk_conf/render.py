"""Render every configuration file of one Asterisk from a plan."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import jinja2

from asterisk_conf.plan import AsteriskPlan, display_name

_SUFFIX = ".j2"


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(  # noqa: S701 - no HTML here; the plan holds checked text
        loader=jinja2.PackageLoader("asterisk_conf", "templates"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["display_name"] = display_name
    return environment


def template_names() -> list[str]:
    """Return the file names Asterisk reads, e.g. `pjsip.conf`, in order."""
    folder = files("asterisk_conf") / "templates"
    return sorted(
        entry.name.removesuffix(_SUFFIX)
        for entry in folder.iterdir()
        if entry.name.endswith(f".conf{_SUFFIX}")
    )


def render(plan: AsteriskPlan) -> dict[str, str]:
    """Return file name -> text for the whole configuration directory."""
    environment = _environment()
    return {
        name: environment.get_template(name + _SUFFIX).render(plan=plan, ports=plan.ports)
        for name in template_names()
    }
