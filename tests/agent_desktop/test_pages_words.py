"""The sentences of the pages: all there, all translated, with the same places to fill."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import agent_desktop
import agent_desktop.app
from agent_desktop.errors import DesktopError
from agent_desktop.i18n import (
    LANGUAGES,
    catalogue_path,
    choose_language,
    script_words,
    translations,
)
from crm_core.errors import Refusal


def every(base: type[Exception]) -> set[type[Exception]]:
    """Return all kinds of a refusal."""
    return {base}.union(*(every(one) for one in base.__subclasses__()))


HERE = Path(agent_desktop.__file__).parent
METHODS = [
    ("views/**.py", "python"),
    ("templates/**.html", "jinja2.ext:babel_extract"),
    ("browser/src/**.ts", "javascript"),
]
FLOORS = (
    *("acd/checking", "acd/routing", "acd/simulation", "agent_desktop", "callcenter"),
    *("crm_core", "ivr", "reports"),
)
OPTIONS = {
    "templates/**.html": {"newstyle_gettext": "true"},
    "browser/src/**.ts": {"parse_template_string": "true"},
}
KEYWORDS = {"_": None, "gettext": None, "t": None, "nt": (1, 2), "Place": (2,)}
REASONS = {  # calls that make a reason people read, and which argument its pattern is
    "sentence": (2,),
    "pattern": None,
    **{refusal.__name__: None for refusal in (*every(DesktopError), *every(Refusal))},
}
CHECKS = {"error": (3,), "warning": (3,), "make": (3,)}
FILLED = re.compile(r"\{(\w+)\}")


def sentences() -> set[str]:
    """Return every sentence that the sources ask for, by its key."""
    found = extract_from_dir(HERE, METHODS, OPTIONS, KEYWORDS)
    pages = {text if isinstance(text, str) else text[0] for _, _, text, _, _ in found}
    return pages | reasons()


def reasons() -> set[str]:
    """Return every pattern of a reason: of faults, findings, failed tests and refusals."""
    found = {(refusal.__doc__ or "").strip() for refusal in every(DesktopError)}
    for floor in FLOORS:
        methods = [("**.py", "python")]
        keywords = REASONS | (CHECKS if floor == "acd/checking" else {})
        lines = extract_from_dir(HERE.parent / floor, methods, keywords=keywords)
        found |= {text if isinstance(text, str) else text[0] for _, _, text, _, _ in lines}
    return {text for text in found if text}


def kept(language: str) -> dict[str, Message]:
    with catalogue_path(language).open("rb") as file:
        messages = read_po(file, locale=language)
    return {
        message.id if isinstance(message.id, str) else message.id[0]: message
        for message in messages
        if message.id
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_the_sources_is_in_the_catalogue(language: str) -> None:
    wanted = sentences()
    assert len(wanted) > 300
    assert wanted - kept(language).keys() == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_kept_that_nobody_says(language: str) -> None:
    assert kept(language).keys() - sentences() == set()


def test_every_sentence_of_the_scripts_reaches_the_browser() -> None:
    asked = {
        text if isinstance(text, str) else text[0]
        for path, _, text, _, _ in extract_from_dir(HERE, METHODS, OPTIONS, KEYWORDS)
        if path.endswith(".ts")
    }
    assert asked - script_words("zh_CN").keys() == set()


def test_every_sentence_has_its_chinese_words() -> None:
    missing = [
        key
        for key, message in kept("zh_CN").items()
        if not (message.string if isinstance(message.string, str) else all(message.string))
    ]
    assert missing == []


def test_a_translation_fills_in_the_same_things() -> None:
    wrong = {
        key: text
        for key, message in kept("zh_CN").items()
        for text in ([message.string] if isinstance(message.string, str) else message.string)
        if not set(FILLED.findall(text)) <= set(FILLED.findall(key)) | {"n"}
    }
    assert wrong == {}


def test_the_scripts_get_their_words_and_english_needs_none() -> None:
    assert script_words("zh_CN")["Answer"] == "接听"
    assert script_words("zh_CN")["{n} waiting"] == ["{n} 人等待"]
    assert "Skip to the page" not in script_words("zh_CN")  # a word of templates alone
    assert translations("en").gettext("Answer") == "Answer"


@pytest.mark.parametrize(
    ("wished", "accepted", "chosen"),
    [
        ("en", "zh-CN", "en"),
        ("", "en-US,en;q=0.9", "en"),
        ("../etc", "", "zh_CN"),
        ("", "de,zh;q=0.5", "zh_CN"),
    ],
)
def test_a_wish_goes_before_the_browsers_language(wished: str, accepted: str, chosen: str) -> None:
    assert choose_language(wished, accepted) == chosen
