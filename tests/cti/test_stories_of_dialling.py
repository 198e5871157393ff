"""Calls without a queue, recorded on a real Asterisk 22 and told as the phones saw them."""

from __future__ import annotations

from collections.abc import Callable
from inspect import cleandoc as story

Told = Callable[[str], str]


def test_a_call_held_in_between_talked_all_the_time(told: Told) -> None:
    # Talked 1 s, held 1.5 s, talked 1 s.
    assert told("hold_and_back") == story("""
        inbound 13800138046 -> 6001
        waited 0.0, talked 3.5, rang 1001, answered by 1001
        legs: trunk caller, 1001 agent
        answered, ended by agent
    """)


def test_the_second_phone_answers_after_the_first_did_not(told: Told) -> None:
    # 1001 rang 3 s, 1002 answered after 1 s.
    assert told("dial_no_answer_then_next") == story("""
        inbound 13800138030 -> 6004
        waited 0.0, talked 2.0, rang 1001, 1002, answered by 1002
        legs: trunk caller, 1001 agent, 1002 agent
        answered, ended by caller
    """)


def test_of_three_phones_one_is_busy_one_answers_and_one_is_left(told: Told) -> None:
    assert told("dial_forked_one_busy_one_answers") == story("""
        inbound 13800138031 -> 6002
        waited 0.0, talked 2.0, rang 1001, 1002, 1003, answered by 1003
        legs: trunk caller, 1001 agent, 1002 agent, 1003 agent
        answered, ended by agent
    """)


def test_two_local_channels_are_dialled_at_once(told: Told) -> None:
    assert told("dial_forked_local") == story("""
        inbound 13800138032 -> 6003
        waited 0.0, talked 2.0, rang 1002, 1001, answered by 1001
        legs: trunk caller, 1001 agent, 1002 agent
        answered, ended by caller
    """)


def test_the_phone_is_busy(told: Told) -> None:
    assert told("dial_all_busy") == story("""
        inbound 13800138033 -> 6001
        waited 0.0, talked 0.0, rang 1001
        legs: trunk caller, 1001 agent
        busy, ended by system
    """)


def test_the_phone_rejects_the_call(told: Told) -> None:
    assert told("dial_rejected") == story("""
        inbound 13800138034 -> 6001
        waited 0.0, talked 0.0, rang 1001
        legs: trunk caller, 1001 agent
        busy, ended by system
    """)


def test_the_phone_cannot_take_the_call(told: Told) -> None:
    assert told("dial_congestion") == story("""
        inbound 13800138035 -> 6001
        waited 0.0, talked 0.0, rang 1001
        legs: trunk caller, 1001 agent
        failed, ended by system
    """)


def test_nobody_answers_until_the_ring_time_is_over(told: Told) -> None:
    assert told("dial_no_answer") == story("""
        inbound 13800138036 -> 6001
        waited 0.0, talked 0.0, rang 1001
        legs: trunk caller, 1001 agent
        no_answer, ended by system
    """)


def test_the_caller_gives_up_while_the_phone_rings(told: Told) -> None:
    assert told("caller_gives_up_while_ringing") == story("""
        inbound 13800138037 -> 6001
        waited 0.0, talked 0.0, rang 1001
        legs: trunk caller, 1001 agent
        no_answer, ended by caller
    """)


def test_a_phone_that_is_not_there_never_rang(told: Told) -> None:
    assert told("unreachable") == story("""
        inbound 13800138038 -> 6005
        waited 0.0, talked 0.0, no ring
        legs: trunk caller, 1009 agent
        no_answer, ended by system
    """)


def test_an_administrator_ends_the_call(told: Told) -> None:
    assert told("killed_by_ami_hangup") == story("""
        inbound 13800138049 -> 6001
        waited 0.0, talked 1.5, rang 1001, answered by 1001
        legs: trunk caller, 1001 agent
        answered, ended by system
    """)


def test_the_allowed_time_is_over(told: Told) -> None:
    # Dial's limit of 3 s.
    assert told("dial_limit_reached") == story("""
        inbound 13800138068 -> 6010
        waited 0.0, talked 3.0, rang 1001, answered by 1001
        legs: trunk caller, 1001 agent
        answered, ended by system
    """)


def test_two_agents_talk_to_the_caller_one_after_the_other(told: Told) -> None:
    # 2 s with 1001, who hung up; then 1002 for 1.5 s.
    assert told("dial_goes_on_after_agent") == story("""
        inbound 13800138066 -> 6008
        waited 0.0, talked 3.5, rang 1001, 1002, answered by 1001
        legs: trunk caller, 1001 agent, 1002 agent
        answered, ended by caller
    """)


def test_a_mobile_outside_answers_for_an_agent(told: Told) -> None:
    assert told("inbound_forwarded_to_mobile") == story("""
        inbound 13800138045 -> 6007
        waited 0.0, talked 1.5, rang carrier, answered by carrier
        legs: trunk caller, carrier agent
        answered, ended by caller
    """)


def test_a_phone_that_forwards_sends_the_call_to_another(told: Told) -> None:
    assert told("forwarded_by_phone") == story("""
        inbound 13800138076 -> 6001
        waited 0.0, talked 1.5, rang 1001, 1002, answered by 1002
        legs: trunk caller, 1001 agent, 1002 agent
        answered, ended by caller
    """)


def test_a_call_over_an_iax_trunk_is_told_at_both_its_ends(told: Told) -> None:
    # The trunk ends on the same Asterisk: two calls.
    assert told("iax_trunk") == story("""
        inbound 13800138067 -> 1002
        waited 0.0, talked 1.5, rang 1002, answered by 1002
        legs: IAX2/loop caller, 1002 agent
        answered, ended by agent

        inbound 13800138067 -> 6009
        waited 0.0, talked 1.5, rang IAX2/loop, answered by IAX2/loop
        legs: trunk caller, IAX2/loop agent
        answered, ended by agent
    """)


def test_one_phone_calls_another(told: Told) -> None:
    assert told("internal_call") == story("""
        internal 1001 Agent 1001 -> 1002
        waited 0.0, talked 2.0, rang 1002, answered by 1002
        legs: 1001 caller, 1002 agent
        answered, ended by agent
    """)


def test_an_agent_calls_out_and_the_other_side_hangs_up(told: Told) -> None:
    assert told("outbound_call") == story("""
        outbound 1001 Agent 1001 -> 913900001111
        waited 0.0, talked 2.0, no ring
        legs: 1001 caller, carrier callee
        answered, ended by callee
    """)


def test_an_agent_calls_a_busy_number(told: Told) -> None:
    assert told("outbound_busy") == story("""
        outbound 1001 Agent 1001 -> 913900001112
        waited 0.0, talked 0.0, no ring
        legs: 1001 caller, carrier callee
        busy, ended by system
    """)


def test_the_agents_phone_rings_first_and_then_the_customers(told: Told) -> None:
    assert told("click_to_dial") == story("""
        outbound 1001 Agent 1001 -> 913900003333
        waited 0.0, talked 2.0, rang 1001, answered by 1001
        legs: 1001 agent, carrier callee
        answered, ended by caller
    """)


def test_click_to_dial_through_a_local_channel(told: Told) -> None:
    assert told("click_to_dial_by_local") == story("""
        outbound 1001 Agent 1001 -> 913900003334
        waited 0.0, talked 2.0, rang 1001, answered by 1001
        legs: 1001 agent, carrier callee
        answered, ended by callee
    """)


def test_click_to_dial_through_a_local_channel_that_goes_away(told: Told) -> None:
    assert told("click_to_dial_local_optimised_away") == story("""
        outbound 1001 Agent 1001 -> 913900003335
        waited 0.0, talked 3.0, rang 1001, answered by 1001
        legs: 1001 agent, carrier callee
        answered, ended by callee
    """)


def test_a_dialled_local_channel_is_optimised_away(told: Told) -> None:
    assert told("dial_local_optimised_away") == story("""
        inbound 13800138091 -> 6011
        waited 0.0, talked 3.0, rang 1001, answered by 1001
        legs: trunk caller, 1001 agent
        answered, ended by caller
    """)


def test_the_agent_does_not_take_his_own_click_to_dial(told: Told) -> None:
    assert told("click_to_dial_agent_no_answer") == story("""
        outbound 1001 Agent 1001 ->
        waited 0.0, talked 0.0, rang 1001
        legs: 1001 agent
        no_answer, ended by system
    """)


def test_three_meet_in_a_conference_and_stay_three_calls(told: Told) -> None:
    # Talked while another one was there.
    assert told("confbridge") == story("""
        inbound 13800138021 -> 6006
        waited 0.0, talked 2.1, no ring
        legs: trunk caller
        answered, ended by caller

        internal 1001 Agent 1001 -> 6006
        waited 0.0, talked 3.1, no ring
        legs: 1001 caller
        answered, ended by caller

        inbound 13800138020 -> 6006
        waited 0.0, talked 2.0, no ring
        legs: trunk caller
        answered, ended by caller
    """)


def test_two_calls_are_joined_by_the_manager(told: Told) -> None:
    assert told("bridged_by_ami") == story("""
        inbound 13800138075 -> 5006
        waited 0.0, talked 2.0, no ring, answered by 1001
        legs: trunk caller, 1001 agent
        answered, ended by agent
    """)


def test_the_agents_leg_is_taken_away(told: Told) -> None:
    # The caller was hung up; the agent stayed 2 s in an echo test.
    assert told("agents_leg_redirected") == story("""
        inbound 13800138073 -> 6001
        waited 0.0, talked 1.5, rang 1001, answered by 1001
        legs: trunk caller, 1001 agent
        answered, ended by system
    """)
