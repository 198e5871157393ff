"""The language of requirements: `language:zh>=4 and tech>=2 for 20 s then tech then anyone`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from acd.routing.needs import All, Either, Level, Need, Predicate, Unless, levels_in, written

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
    "SKILL": "a skill",
    "COMPARISON": "a comparison",
    "INT": "a number",
    "LPAR": "'('",
    "RPAR": "')'",
    "ANYONE": "'anyone'",
    "_AND": "'and'",
    "_OR": "'or'",
    "_NOT": "'not'",
    "_THEN": "'then'",
    "_FOR": "'for'",
    "_SECONDS": "'s'",
    "$END": "the end",
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

    def __init__(self, text: str, place: int, reason: str) -> None:
        super().__init__(f"at character {place}: {reason}")
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
        raise RequirementError(text, 1, f"more than {MAX_STEPS} steps")
    steps = [_step(text, child) for child in tree.children]
    for step, tree_of_step in zip(steps[:-1], tree.children, strict=False):
        if step.seconds is None:
            place = tree_of_step.meta.end_pos + 1
            raise RequirementError(text, place, "say for how many seconds, then what comes then")
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
    return [
        RequirementError(text, level.place, f"there is no skill {level.skill}")
        for level in levels_in(parse(text).need)
        if level.skill not in known
    ]


def _tree(text: str, start: str) -> Tree[Any]:
    if len(text) > MAX_LENGTH:
        raise RequirementError(text, MAX_LENGTH + 1, f"longer than {MAX_LENGTH} characters")
    if not text.strip():
        raise RequirementError(text, 1, "nothing is written")
    try:
        return _PARSER.parse(text, start=start)
    except UnexpectedInput as error:
        raise _refusal(text, error) from None
    except _NoSkill as error:
        word: Token = error.args[0]
        place = (word.start_pos or 0) + 1
        raise RequirementError(text, place, f"{str(word)!r} here, expected a skill") from None


def _refusal(text: str, error: UnexpectedInput) -> RequirementError:
    end = len(text.rstrip()) + 1
    match error:
        case UnexpectedCharacters():
            where: Any = error.pos_in_stream  # lark declares it as None alone
            place = int(where) + 1
            return RequirementError(text, place, f"{text[place - 1]!r} has no meaning here")
        case UnexpectedToken(token=Token(type="$END")):
            return RequirementError(
                text, end, f"expected {_expected(error.accepts or error.expected)}"
            )
        case UnexpectedToken():
            place = (error.token.start_pos or 0) + 1
            reason = f"{str(error.token)!r} cannot stand here"
            wanted = _expected(error.accepts or error.expected)
            return RequirementError(
                text, place, f"{reason}, expected {wanted}" if wanted else reason
            )
        case UnexpectedEOF():
            return RequirementError(text, end, "something is missing")
        case _:
            return RequirementError(text, 1, "cannot be understood")


def _expected(names: Collection[str] | None) -> str:
    *words, last = sorted(_WORDS.get(name, name) for name in names or ()) or [""]
    return f"{', '.join(words)} or {last}" if words else last


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
        raise RequirementError(text, place, f"a step lasts 1 to {MAX_STEP_SECONDS} seconds")
    return int(token)


def _need(text: str, tree: Tree[Any], depth: int) -> Need:
    if depth > MAX_DEPTH:
        place = tree.meta.start_pos + 1
        raise RequirementError(text, place, f"nested deeper than {MAX_DEPTH}")
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
        raise RequirementError(text, where, f"levels go from 0 to {MAX_LEVEL}")
    return Level(str(skill), str(comparison), int(number), place)
