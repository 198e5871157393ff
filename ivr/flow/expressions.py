"""Small expressions over a call's data: checked when a flow is read, bounded when they run."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Final, TypeAlias

from simpleeval import DEFAULT_OPERATORS, InvalidExpression, SimpleEval

from crm_core.sentences import sentence, words_of

Value: TypeAlias = str | float | bool

MAX_LENGTH = 200
MAX_PARTS = 60
MAX_DEPTH = 12

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CALCULATIONS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Mod)
_COMPARISONS = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn)
_UNARY = (ast.Not, ast.USub)
_SIGNS = (ast.And, ast.Or, *_UNARY)
_FORMS = (ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Compare, ast.Call, ast.Name, ast.Constant)
_ALLOWED = (*_FORMS, *_CALCULATIONS, *_COMPARISONS, *_SIGNS, ast.Load)


def _number(value: Value) -> float:
    """Read a number; what is none is no number, which no comparison is true of."""
    try:
        return float(value)
    except ValueError:
        return float("nan")


def _starts(value: Value, beginning: Value) -> bool:
    return str(value).startswith(str(beginning))


def _ends(value: Value, ending: Value) -> bool:
    return str(value).endswith(str(ending))


def _length(value: Value) -> int:
    return len(str(value))


def _lower(value: Value) -> str:
    return str(value).lower()


FUNCTIONS: Final[Mapping[str, Callable[..., Value]]] = {
    "number": _number,
    "length": _length,
    "lower": _lower,
    "starts": _starts,
    "ends": _ends,
}
_ARGUMENTS = {"number": 1, "length": 1, "lower": 1, "starts": 2, "ends": 2}


def _counting(operation: Callable[[float, float], float]) -> Callable[[Value, Value], float]:
    """Let an operation take numbers alone: `%` and `*` on texts can make endless ones."""

    def count(left: Value, right: Value) -> float:
        if isinstance(left, str) or isinstance(right, str):
            raise TypeError(sentence("counts_text", "counts with text"))
        return float(operation(left, right))

    return count


_OPERATORS = {kind: DEFAULT_OPERATORS[kind] for kind in (ast.Add, *_COMPARISONS, *_UNARY)} | {
    ast.Sub: _counting(operator.sub),
    ast.Mult: _counting(operator.mul),
    ast.Div: _counting(operator.truediv),
    ast.Mod: _counting(operator.mod),
}


class _Values(dict[str, str]):
    """The data of a call: a name that is not there is an empty text."""

    def __missing__(self, key: str) -> str:
        return ""


def checked(text: str) -> str:
    """Give back an expression that can be worked out in bounded time; else raise ValueError."""
    _parsed(text)
    problem = _trial(text)
    if problem:
        raise ValueError(problem)
    return text


def evaluate(text: str, data: Mapping[str, str]) -> Value:
    """Work an expression out; values of the data are texts, a missing one is empty.

    Raises ValueError when it cannot be: a text compared with a number, a division by nought.
    """
    evaluator = SimpleEval(
        operators=_OPERATORS, functions=dict(FUNCTIONS), names=_Values(data), allowed_attrs={}
    )
    try:
        value = evaluator.eval(text, previously_parsed=_parsed(text))
    except (InvalidExpression, TypeError, ArithmeticError, RecursionError) as error:
        raise ValueError(
            sentence("not_worked_out", "'{text}': {error}", text=text, error=words_of(error))
        ) from error
    return value if isinstance(value, str | bool) else float(value)


def is_true(text: str, data: Mapping[str, str]) -> bool:
    """Tell whether an expression holds; errors as `evaluate`."""
    return bool(evaluate(text, data))


def as_text(value: Value) -> str:
    """Write a value as data keeps it: `yes` and `no`, whole numbers without a point."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 10**15 else f"{value:.6g}"
    return value


def names_in(text: str) -> frozenset[str]:
    """Give the names of data an expression reads."""
    tree = _parsed(text)
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return frozenset(
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in called
    )


@lru_cache(maxsize=1000)
def _parsed(text: str) -> ast.expr:
    if len(text) > MAX_LENGTH:
        raise ValueError(
            sentence(
                "expression_long",
                "is {length} characters long; an expression has at most {most}",
                length=len(text),
                most=MAX_LENGTH,
            )
        )
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(
            sentence("no_expression", "is no expression: '{text}'", text=text)
        ) from error
    nodes = list(ast.walk(tree))
    if len(nodes) > MAX_PARTS * 2 or _depth(tree) > MAX_DEPTH:
        raise ValueError(
            sentence(
                "too_complex",
                "is too complex: at most {parts} parts, {deep} deep",
                parts=MAX_PARTS,
                deep=MAX_DEPTH,
            )
        )
    for fault in _faults(nodes):
        raise ValueError(fault)
    for name in {node.id for node in nodes if isinstance(node, ast.Name)}:
        if name not in text:  # Python takes ｐｉｎ for pin; a person who reads it may not
            raise ValueError(
                sentence(
                    "look_alike",
                    "'{name}' is written with letters that only look like it",
                    name=name,
                )
            )
    return tree


def _depth(tree: ast.AST) -> int:
    return 1 + max((_depth(child) for child in ast.iter_child_nodes(tree)), default=0)


def _faults(nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if not isinstance(node, _ALLOWED):
            yield sentence(
                "not_allowed", "{what} is not allowed in an expression", what=type(node).__name__
            )
        elif isinstance(node, ast.Constant) and not isinstance(node.value, str | int | float):
            yield sentence(
                "no_value", "{value} is neither text nor number", value=repr(node.value)
            )
        elif isinstance(node, ast.Call):
            yield from _call_faults(node)
        elif isinstance(node, ast.Name) and not _NAME.fullmatch(node.id):
            yield sentence(
                "no_data_name", "'{name}' is no name of data: a to z, 0 to 9 and _", name=node.id
            )


def _call_faults(node: ast.Call) -> Iterator[str]:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name not in FUNCTIONS:
        known = tuple(sorted(FUNCTIONS))
        yield sentence(
            "no_function", "there is no function '{name}'; known: {known}", name=name, known=known
        )
    elif node.keywords or len(node.args) != _ARGUMENTS[name]:
        yield sentence("arguments", "{name} takes {n} value(s)", name=name, n=_ARGUMENTS[name])


def _trial(text: str) -> str:
    """Work the expression out with empty data; a mix of text and number shows at once."""
    try:
        evaluate(text, {})
    except ValueError as error:
        cause = error.__cause__
        if isinstance(cause, TypeError):
            return sentence(
                "mixed", "mixes text and number: write number(name) in '{text}'", text=text
            )
        if isinstance(cause, ZeroDivisionError):
            return ""  # empty data may well divide by nought
        return words_of(error)
    return ""
