"""Calls handed on, recorded on a real Asterisk 22 and told as the phones saw them."""

from __future__ import annotations

from collections.abc import Callable
from inspect import cleandoc as story

Told = Callable[[str], str]


def test_a_blind_transfer_to_a_colleague(told: Told) -> None:
    # 1.5 s with 1001, 1 s of ringing, 2 s with 1002.
    assert told("blind_transfer_refer_to_extension") == story("""
        inbound 13800138010 -> 5001, queue service
        waited 0.5, talked 3.5, rang 1001, 1002, answered by 1001
        blind by 1001 to 1002: trunk, 1001, 1002
        legs: trunk caller, 1001 agent, 1002 agent
        answered, ended by agent
    """)


def test_a_blind_transfer_by_feature_code(told: Told) -> None:
    assert told("blind_transfer_dtmf") == story("""
        inbound 13800138022 -> 5001, queue service
        waited 0.5, talked 4.8, rang 1001, 1003, answered by 1001
        blind by 1001 to 1003: trunk, 1001, 1003
        legs: trunk caller, 1001 agent, 1003 agent
        answered, ended by caller
    """)


def test_a_blind_transfer_to_a_queue(told: Told) -> None:
    assert told("blind_transfer_to_queue") == story("""
        inbound 13800138011 -> 6001, queue sales
        waited 0.0, talked 3.5, rang 1001, 1003, 1002, answered by 1001
        blind by 1001 to 5000: trunk, 1001, 1002
        legs: trunk caller, 1001 agent, 1003 agent, 1002 agent, 1001 agent
        answered, ended by caller
    """)


def test_a_blind_transfer_to_the_menu_where_the_caller_hangs_up(told: Told) -> None:
    assert told("blind_transfer_to_menu") == story("""
        inbound 13800138012 -> 5001, queue service
        waited 0.5, talked 1.5, rang 1001, answered by 1001
        blind by 1001 to 5006: trunk, 1001
        legs: trunk caller, 1001 agent
        answered, ended by caller
    """)


def test_a_called_customer_is_transferred_to_a_colleague(told: Told) -> None:
    assert told("outbound_blind_transfer") == story("""
        outbound 1001 Agent 1001 -> 913900005556
        waited 0.0, talked 4.0, rang 1002, answered by 1002
        blind by 1001 to 1002: carrier, 1001, 1002
        legs: 1001 caller, carrier callee, 1002 agent
        answered, ended by agent
    """)


def test_an_attended_transfer_joins_two_calls_into_one(told: Told) -> None:
    # The colleague was asked first; then the agent joined the two and left.
    assert told("attended_transfer_refer") == story("""
        inbound 13800138013 -> 5001, queue service
        waited 0.5, talked 6.8, rang 1001, 1002, answered by 1001
        attended by 1001 to 1002: trunk, 1001, 1001, 1002
        legs: trunk caller, 1001 agent, 1001 agent, 1002 agent
        answered, ended by agent
    """)


def test_an_attended_transfer_after_the_local_channel_went_away(told: Told) -> None:
    assert told("attended_transfer_after_optimising") == story("""
        inbound 13800138092 -> 5010, queue plainlocal
        waited 0.5, talked 6.8, rang 1001, 1002, answered by 1001
        attended by 1001 to 1002: trunk, 1001, 1001, 1002
        legs: trunk caller, 1001 agent, 1001 agent, 1002 agent
        answered, ended by agent
    """)


def test_a_blind_transfer_after_the_local_channel_went_away(told: Told) -> None:
    assert told("blind_transfer_after_optimising") == story("""
        inbound 13800138093 -> 5010, queue plainlocal
        waited 0.5, talked 4.0, rang 1001, 1003, answered by 1001
        blind by 1001 to 1003: trunk, 1001, 1003
        legs: trunk caller, 1001 agent, 1003 agent
        answered, ended by caller
    """)


def test_an_attended_transfer_by_feature_code(told: Told) -> None:
    assert told("attended_transfer_dtmf") == story("""
        inbound 13800138014 -> 5001, queue service
        waited 0.5, talked 8.1, rang 1001, 1002, answered by 1001
        attended by 1001 to 1002: trunk, 1001, 1002
        legs: trunk caller, 1001 agent, 1002 agent
        answered, ended by caller
    """)


def test_an_agent_leaves_while_the_colleague_still_rings(told: Told) -> None:
    assert told("attended_transfer_while_ringing") == story("""
        inbound 13800138016 -> 6001
        waited 0.0, talked 6.1, rang 1001, 1002, answered by 1001
        attended by 1001 to 1002: trunk, 1001, 1002
        legs: trunk caller, 1001 agent, 1002 agent
        answered, ended by caller
    """)


def test_an_attended_transfer_to_a_queue_that_still_rings(told: Told) -> None:
    assert told("attended_transfer_to_app") == story("""
        inbound 13800138015 -> 6001, queue sales
        waited 0.0, talked 5.6, rang 1001, 1003, 1002, answered by 1001
        attended by 1001 to 5000: trunk, 1001, 1001, 1002
        legs: trunk caller, 1001 agent, 1001 agent, 1003 agent, 1002 agent
        answered, ended by caller
    """)


def test_an_attended_transfer_to_the_menu(told: Told) -> None:
    assert told("attended_transfer_to_menu_app") == story("""
        inbound 13800138025 -> 6001
        waited 0.0, talked 3.0, rang 1001, answered by 1001
        attended by 1001 to 5006: trunk, 1001, 1001
        legs: trunk caller, 1001 agent, 1001 agent
        answered, ended by caller
    """)


def test_the_agent_makes_it_three_and_leaves_later(told: Told) -> None:
    assert told("attended_threeway") == story("""
        inbound 13800138026 -> 6001
        waited 0.0, talked 9.4, rang 1001, 1002, answered by 1001
        attended by 1001 to 1002: trunk, 1001, 1002
        legs: trunk caller, 1001 agent, 1002 agent
        answered, ended by caller
    """)


def test_an_attended_transfer_to_somebody_outside(told: Told) -> None:
    assert told("attended_link") == story("""
        inbound 13800138027 -> 6001
        waited 0.0, talked 6.8, rang 1001, answered by 1001
        attended by 1001 to 913900002222: trunk, 1001, 1001, carrier
        legs: trunk caller, 1001 agent, 1001 agent, carrier callee
        answered, ended by callee
    """)


def test_an_agent_who_called_out_hands_the_customer_to_a_colleague(told: Told) -> None:
    assert told("internal_attended_by_caller") == story("""
        outbound 1001 Agent 1001 -> 913900005555
        waited 0.0, talked 5.5, rang 1002, answered by 1002
        attended by 1001 to 1002: carrier, 1001, 1001, 1002
        legs: 1001 caller, carrier callee, 1001 other, 1002 agent
        answered, ended by callee
    """)


def test_an_attended_transfer_that_never_came_about(told: Told) -> None:
    assert told("attended_transfer_given_up") == story("""
        inbound 13800138024 -> 6001
        waited 0.0, talked 22.5, rang 1001, answered by 1001
        legs: trunk caller, 1001 agent
        answered, ended by caller
    """)


def test_a_parked_caller_is_taken_by_a_colleague(told: Told) -> None:
    # 2 s with 1001, 2 s parked, 2 s with 1002.
    assert told("parked_and_retrieved") == story("""
        inbound 13800138008 -> 5001, queue service
        waited 0.5, talked 4.0, rang 1001, answered by 1001
        park by 1001 to 701: trunk, 1001, 1002
        legs: trunk caller, 1001 agent, 1002 agent
        answered, ended by agent
    """)


def test_a_parked_caller_comes_back_when_nobody_takes_him(told: Told) -> None:
    # 1.5 s of talk, 4 s parked, then 1001 again for 2 s.
    assert told("parked_by_ami_and_timeout") == story("""
        inbound 13800138009 -> 6001
        waited 0.0, talked 3.5, rang 1001, answered by 1001
        park by 1001 to 701: trunk, 1001, 1001
        legs: trunk caller, 1001 agent, 1001 agent
        answered, ended by caller
    """)


def test_a_parked_caller_gives_up(told: Told) -> None:
    assert told("parked_then_caller_gives_up") == story("""
        inbound 13800138019 -> 5001, queue service
        waited 0.5, talked 1.0, rang 1001, answered by 1001
        park by 1001 to 701: trunk, 1001
        legs: trunk caller, 1001 agent
        answered, ended by caller
    """)


def test_another_phone_picks_the_ringing_call_up(told: Told) -> None:
    assert told("pickup") == story("""
        inbound 13800138018 -> 6001
        waited 0.0, talked 2.5, rang 1001, answered by 1003
        legs: trunk caller, 1001 agent, 1003 agent
        answered, ended by agent
    """)


def test_the_manager_moves_a_talking_caller_to_a_queue(told: Told) -> None:
    assert told("redirect_of_answered_caller") == story("""
        inbound 13800138048 -> 6001, queue sales
        waited 0.0, talked 3.0, rang 1001, 1003, 1002, answered by 1001
        blind by 1001 to sales: trunk, 1001, 1002
        legs: trunk caller, 1001 agent, 1003 agent, 1002 agent, 1001 agent
        answered, ended by caller
    """)


def test_the_manager_moves_both_to_a_conference(told: Told) -> None:
    assert told("both_legs_redirected_to_conference") == story("""
        inbound 13800138074 -> 6001
        waited 0.0, talked 3.5, rang 1001, answered by 1001
        legs: trunk caller, 1001 agent
        answered, ended by caller
    """)


def test_offered_in_vain_then_answered_then_transferred_to_another_queue(told: Told) -> None:
    # 3 s in vain at 1001; 1002 talked 2 s and handed on; 1001 talked 2 s.
    assert told("own_wait_offer_talk_transfer") == story("""
        inbound 13800138070 赵女士 -> 4000, queue service, sales
        waited 5.5, talked 4.0, rang agent-1001, agent-1002, answered by agent-1002
        blind by agent-1002 to sales: trunk, agent-1002, agent-1001
        legs: trunk caller, agent-1001 agent, agent-1002 agent, agent-1001 agent
        answered, ended by agent
    """)


def test_the_caller_gives_up_while_offered(told: Told) -> None:
    assert told("own_abandon_while_offered") == story("""
        inbound 13800138071 -> 4000, queue service
        waited 1.5, talked 0.0, rang agent-1001
        legs: trunk caller, agent-1001 agent
        abandoned_in_queue, ended by caller
    """)


def test_an_offer_to_a_phone_that_is_gone_then_the_fallback_queue(told: Told) -> None:
    assert told("own_offline_agent_then_fallback") == story("""
        inbound 13800138072 -> 4000, queue service
        waited 1.8, talked 1.5, rang 1001, answered by 1001
        legs: trunk caller, 1001 agent
        answered, ended by caller
    """)


def test_our_own_click_to_dial(told: Told) -> None:
    assert told("own_click_to_dial") == story("""
        outbound 1001 Agent 1001 -> 02166668888
        waited 0.0, talked 1.5, rang agent-1001, answered by agent-1001
        legs: agent-1001 agent, carrier callee
        answered, ended by callee
    """)
