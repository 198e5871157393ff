"""What is known of the calls in hand is at hand, and never grows without bound."""

from __future__ import annotations

from uuid import UUID, uuid4

from crm_core.contexts import MAX_DATA, MAX_STEPS, CallContexts
from crm_core.directory import CallerCard

CARD = CallerCard(number="+8613800138000", raw_number="13800138000", kind="mobile")


def test_what_the_menu_learned_is_there_for_the_offer() -> None:
    contexts, call_id = CallContexts(), uuid4()
    contexts.set_card(call_id, CARD)
    contexts.set_language(call_id, "zh")
    contexts.put(call_id, {"pressed": "2"})
    contexts.step(call_id, "menu")
    found = contexts.get(call_id)
    assert found is not None
    assert (found.card, found.language, found.data, found.steps) == (
        CARD,
        "zh",
        {"pressed": "2"},
        ["menu"],
    )


def test_a_call_nobody_wrote_about_has_no_context() -> None:
    assert CallContexts().get(uuid4()) is None


def test_an_ended_call_is_kept_a_while_and_then_goes() -> None:
    contexts = CallContexts(max_ended=2)
    calls = [UUID(int=number) for number in range(3)]
    for call_id in calls:
        contexts.put(call_id, {"a": "b"})
        contexts.end(call_id)
    assert contexts.get(calls[0]) is None
    assert contexts.get(calls[2]) is not None
    assert len(contexts) == 2


def test_a_leak_costs_the_oldest_call_and_no_memory() -> None:
    contexts = CallContexts(max_calls=3)
    for number in range(10):
        contexts.of(UUID(int=number))
    assert len(contexts) == 3
    assert contexts.get(UUID(int=0)) is None


def test_words_and_steps_of_one_call_are_bounded() -> None:
    contexts, call_id = CallContexts(), uuid4()
    for number in range(1000):
        contexts.put(call_id, {str(number): "x"})
        contexts.step(call_id, str(number))
    found = contexts.of(call_id)
    assert (len(found.data), len(found.steps)) == (MAX_DATA, MAX_STEPS)
    assert found.steps[-1] == "999"


def test_ending_a_call_twice_is_the_same_as_once() -> None:
    contexts, call_id = CallContexts(), uuid4()
    contexts.of(call_id)
    contexts.end(call_id)
    contexts.end(call_id)
    assert len(contexts) == 1
