"""The language of requirements: `language:zh>=4 and tech>=2 for 20 s then tech then anyone`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from acd.routing.needs import All, Either, Level, Need, Predicate, Unless, levels_in, written
from crm_core.sentences import Sentence, sentence

MAX_LENGTH = 500  # characters
MAX_DEPTH = 12  # brackets and nots within each other
MAX_STEPS = 10
MAX_STEP_SECONDS = 86_400
MAX_LEVEL = 9

_GRAMMAR = r"""
steps: step (_THEN step)*
step: (ANYONE | expression) [_FOR INT _SECONDS?]
?expression: every | every (_OR every)+ -> either
?every: part | part (_AND part)+
?part: _NOT part              -> unless
     | "(" expression ")"
     | SKILL [COMPARISON INT] -> level

_THEN.2: /then\b/i
_FOR.2: /for\b/i
_SECONDS.2: /(s|sec|seconds)\b/i
_OR.2: /or\b/i
_AND.2: /and\b/i
_NOT.2: /not\b/i
ANYONE.2: /anyone\b/i
COMPARISON: ">=" | "<=" | ">" | "<" | "="
INT: /[0-9]+/
SKILL: /[^\W\d_][\w:.\-]*/
%ignore /\s+/
"""
# Where none of them can stand the lexer takes them for the skill that is missing there.
NO_SKILLS = frozenset({"and", "or", "not", "then", "for", "anyone"})


class _NoSkill(Exception):  # noqa: N818 - a word, not an error of ours
    """A word of the language stands where a skill is expected."""


def _skill(token: Token) -> Token:
    if token.lower() in NO_SKILLS:
        raise _NoSkill(token)
    return token


_WORDS = {
    "SKILL": sentence("skill", "a skill"),
    "COMPARISON": sentence("comparison", "a comparison"),
    "INT": sentence("number", "a number"),
    "LPAR": "'('",
    "RPAR": "')'",
    "ANYONE": "'anyone'",
    "_AND": "'and'",
    "_OR": "'or'",
    "_NOT": "'not'",
    "_THEN": "'then'",
    "_FOR": "'for'",
    "_SECONDS": "'s'",
    "$END": sentence("end", "the end"),
}


_PARSER = Lark(
    _GRAMMAR,
    parser="lalr",
    start=["expression", "steps"],
    propagate_positions=True,
    lexer_callbacks={"SKILL": _skill},
)


class RequirementError(ValueError):
    """A requirement that cannot be, with the place (from 1) and the reason."""

    def __init__(self, text: str, place: int, reason: Sentence) -> None:
        super().__init__(
            sentence("at", "at character {place}: {reason}", place=place, reason=reason)
        )
        self.text, self.place, self.reason = text, place, reason


@dataclass(frozen=True, slots=True)
class Requirement:
    """A requirement that was understood."""

    text: str
    need: Need
    skills: tuple[str, ...]  # named in it, in order, each once
    meets: Predicate = field(compare=False, repr=False)

    def why_not(self, levels: Mapping[str, int]) -> str:
        """Say which skill is wrong; empty when the requirement is met."""
        return self.need.why_not(levels)

    def in_words(self) -> str:
        """Write it in one way, whatever way it was written."""
        return written(self.need)


@dataclass(frozen=True, slots=True)
class StepText:
    """One step as written: the requirement (empty: anyone) and how long it lasts."""

    needs: str
    seconds: int | None


@lru_cache(maxsize=4096)
def parse(text: str) -> Requirement:
    """Understand one requirement; raises `RequirementError` with the place and the reason."""
    need = _need(text, _tree(text, "expression"), 1)
    skills = tuple(dict.fromkeys(level.skill for level in levels_in(need)))
    return Requirement(text=text, need=need, skills=skills, meets=need.predicate())


@lru_cache(maxsize=4096)
def parse_steps(text: str) -> tuple[StepText, ...]:
    """Understand steps in a row; raises `RequirementError` with the place and the reason.

    Every step but the last says how long it lasts; after a last one that does so comes
    anyone.
    """
    tree = _tree(text, "steps")
    if len(tree.children) > MAX_STEPS:
        raise RequirementError(
            text, 1, sentence("many_steps", "more than {most} steps", most=MAX_STEPS)
        )
    steps = [_step(text, child) for child in tree.children]
    for step, tree_of_step in zip(steps[:-1], tree.children, strict=False):
        if step.seconds is None:
            place = tree_of_step.meta.end_pos + 1
            raise RequirementError(
                text,
                place,
                sentence("no_seconds", "say for how many seconds, then what comes then"),
            )
    if steps[-1].seconds is not None and steps[-1].needs:
        steps.append(StepText("", None))
    return tuple(steps)


def skills_named(text: str) -> frozenset[str]:
    """Return the skills a requirement names; raises `RequirementError`."""
    return frozenset(parse(text).skills) if text.strip() else frozenset()


def unknown_skills(text: str, known: Collection[str]) -> list[RequirementError]:
    """Return an error for every skill of the requirement that nobody configured."""
    if not text.strip():
        return []
    return _unknown(text, levels_in(parse(text).need), known)


def unknown_in_steps(text: str, known: Collection[str]) -> list[RequirementError]:
    """Return the same for steps in a row; raises `RequirementError`."""
    needs = (_children(step)[0] for step in _tree(text, "steps").children)
    asked = (
        level
        for what in needs
        if isinstance(what, Tree)
        for level in levels_in(_need(text, what, 1))
    )
    return _unknown(text, asked, known)


def _unknown(text: str, asked: Iterable[Level], known: Collection[str]) -> list[RequirementError]:
    return [
        RequirementError(
            text,
            level.place,
            sentence("unknown_skill", "there is no skill {skill}", skill=level.skill),
        )
        for level in asked
        if level.skill not in known
    ]


def _tree(text: str, start: str) -> Tree[Any]:
    if len(text) > MAX_LENGTH:
        raise RequirementError(
            text,
            MAX_LENGTH + 1,
            sentence("too_long", "longer than {most} characters", most=MAX_LENGTH),
        )
    if not text.strip():
        raise RequirementError(text, 1, sentence("empty", "nothing is written"))
    try:
        return _PARSER.parse(text, start=start)
    except UnexpectedInput as error:
        raise _refusal(text, error) from None
    except _NoSkill as error:
        word: Token = error.args[0]
        place = (word.start_pos or 0) + 1
        reason = sentence("no_skill", "'{found}' here, expected a skill", found=str(word))
        raise RequirementError(text, place, reason) from None


def _refusal(text: str, error: UnexpectedInput) -> RequirementError:
    end = len(text.rstrip()) + 1
    match error:
        case UnexpectedCharacters():
            where: Any = error.pos_in_stream  # lark declares it as None alone
            place = int(where) + 1
            return RequirementError(
                text,
                place,
                sentence("no_meaning", "'{mark}' has no meaning here", mark=text[place - 1]),
            )
        case UnexpectedToken(token=Token(type="$END")):
            wanted = _expected(error.accepts or error.expected)
            return RequirementError(
                text, end, sentence("expected", "expected {wanted}", wanted=wanted)
            )
        case UnexpectedToken():
            place = (error.token.start_pos or 0) + 1
            reason = sentence("misplaced", "'{found}' cannot stand here", found=str(error.token))
            wanted = _expected(error.accepts or error.expected)
            return RequirementError(
                text,
                place,
                sentence("unexpected", "{here}, expected {wanted}", here=reason, wanted=wanted)
                if wanted
                else reason,
            )
        case UnexpectedEOF():
            return RequirementError(text, end, sentence("missing", "something is missing"))
        case _:
            return RequirementError(text, 1, sentence("not_understood", "cannot be understood"))


def _expected(names: Collection[str] | None) -> str:
    *words, last = sorted(_WORDS.get(name, name) for name in names or ()) or [""]
    return sentence("any", "{some} or {last}", some=tuple(words), last=last) if words else last


def _step(text: str, tree: Tree[Any]) -> StepText:
    what, seconds = _children(tree)
    lasts = None if seconds is None else _seconds(text, seconds)
    if isinstance(what, Token):
        return StepText("", lasts)
    return StepText(written(_need(text, what, 1)), lasts)


def _children(tree: Tree[Any]) -> list[Any]:
    return list(tree.children)  # trees, tokens, and None for what was left out


def _seconds(text: str, token: Token) -> int:
    place = (token.start_pos or 0) + 1
    if len(token) > len(str(MAX_STEP_SECONDS)) or not 0 < int(token) <= MAX_STEP_SECONDS:
        raise RequirementError(
            text,
            place,
            sentence("step_seconds", "a step lasts 1 to {most} seconds", most=MAX_STEP_SECONDS),
        )
    return int(token)


def _need(text: str, tree: Tree[Any], depth: int) -> Need:
    if depth > MAX_DEPTH:
        place = tree.meta.start_pos + 1
        raise RequirementError(
            text, place, sentence("too_deep", "nested deeper than {most}", most=MAX_DEPTH)
        )
    if tree.data == "level":
        return _level(text, tree)
    parts = tuple(_need(text, child, depth + 1) for child in tree.children)
    if tree.data == "unless":
        return Unless(parts[0])
    return All(parts) if tree.data == "every" else Either(parts)


def _level(text: str, tree: Tree[Any]) -> Level:
    skill, comparison, number = _children(tree)
    place = tree.meta.start_pos + 1
    if comparison is None:
        return Level(str(skill), ">=", 1, place)
    if len(number) > 1:
        where = (number.start_pos or 0) + 1
        raise RequirementError(
            text, where, sentence("level", "levels go from 0 to {most}", most=MAX_LEVEL)
        )
    return Level(str(skill), str(comparison), int(number), place)
