"""YAML as plain data, read without its traps: no aliases, no tags, no dates, no key twice."""

from __future__ import annotations

from typing import Any, Final

import yaml
from typing_extensions import override

from crm_core.sentences import Sentence, sentence
from ivr.unreadable import at, yaml_fault, yaml_place

MAX_DEPTH = 40

_Parser: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C where it was built


class _Plain(_Parser):  # type: ignore[misc]  # chosen when it runs
    """Builds dicts with text keys, lists, texts, numbers, true, false and null; nothing else."""

    @override
    def construct_mapping(self, node: Any, deep: bool = False) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise ValueError(_at(key_node, sentence("key_not_text", "a name is plain text")))  # noqa: TRY004 - as other faults of the text
            key = str(key_node.value)
            if key in made:
                raise ValueError(
                    _at(key_node, sentence("twice", "'{name}' stands twice", name=key))
                )
            made[key] = self.construct_object(value_node, deep=True)
        return made


_TAGS = {"bool": r"^(?:true|false)$", "int": None, "float": None, "null": None}
_Plain.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in found if tag.rsplit(":", 1)[-1] in _TAGS]
    for first, found in _Parser.yaml_implicit_resolvers.items()
}


def read_yaml(text: str) -> Any:
    """Give the data of a YAML text; raises ValueError with the line for what is none."""
    try:
        _refuse_traps(text)
        return yaml.load(text, Loader=_Plain)  # noqa: S506 - a loader of plain data, see above
    except yaml.YAMLError as error:
        raise ValueError(_not_yaml(error)) from error


def write_yaml(data: Any) -> str:
    """Write data as YAML that `read_yaml` reads back as the same."""
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=99)


def _refuse_traps(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Parser):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise ValueError(_at(event, sentence("alias", "anchors and aliases are not read")))
        if getattr(event, "tag", None):
            raise ValueError(_at(event, sentence("tag", "tags are not read")))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise ValueError(_at(event, sentence("too_deep", "too deep")))


def _at(node: Any, reason: Sentence) -> Sentence:
    line = int(node.start_mark.line) + 1
    return sentence("at_line", "line {line}: {reason}", line=line, reason=reason)


def _not_yaml(error: yaml.YAMLError) -> Sentence:
    place = yaml_place(error)
    reason = yaml_fault(error)
    return reason if place is None else at(*place, reason)
