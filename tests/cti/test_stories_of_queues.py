"""Calls through app_queue, recorded on a real Asterisk 22 and told as the phones saw them."""

from __future__ import annotations

from collections.abc import Callable
from inspect import cleandoc as story

Told = Callable[[str], str]


def test_the_agent_hangs_up_after_three_seconds_of_talk(told: Told) -> None:
    # Rang 1.5 s, talked 3 s, the agent said goodbye.
    assert told("queue_answered_agent_hangs_up") == story("""
        inbound 13800138000 张三李四 -> 5001, queue service
        waited 1.5, talked 3.0, rang 1001, answered by 1001
        legs: trunk caller, 1001 agent
        answered, ended by agent
    """)


def test_all_three_phones_ring_and_one_answers(told: Told) -> None:
    # 1002 answered after 1 s; the caller hung up 2.5 s later.
    assert told("ringall_one_answers") == story("""
        inbound 02166660001 Li Wei -> 5000, queue sales
        waited 1.0, talked 2.5, rang 1003, 1002, 1001, answered by 1002
        legs: trunk caller, 1003 agent, 1002 agent, 1001 agent
        answered, ended by caller
    """)


def test_the_first_phone_rings_in_vain_and_the_next_one_answers(told: Told) -> None:
    # 1001 rang 4 s, pause 1 s, 1002 answered after 1 s; talked 2 s.
    assert told("ring_no_answer_then_next") == story("""
        inbound +8613900000001 -> 5001, queue service
        waited 6.0, talked 2.0, rang 1001, 1002, answered by 1002
        legs: trunk caller, 1001 agent, 1002 agent
        answered, ended by caller
    """)


def test_the_caller_gives_up_while_a_phone_rings(told: Told) -> None:
    # Hung up after 1.5 s of ringing.
    assert told("abandon_in_queue") == story("""
        inbound 13800138001 -> 5001, queue service
        waited 1.5, talked 0.0, rang 1001
        legs: trunk caller, 1001 agent
        abandoned_in_queue, ended by caller
    """)


def test_a_caller_whose_time_in_the_queue_is_over_is_answered_elsewhere(told: Told) -> None:
    # 6 s in the queue, then 1003 rang 1 s and talked 2 s.
    assert told("queue_timeout_to_overflow") == story("""
        inbound 13800138002 -> 5005, queue service
        waited 7.0, talked 2.0, rang 1001, 1002, 1003, answered by 1003
        legs: trunk caller, 1001 agent, 1002 agent, 1003 agent
        answered, ended by agent
    """)


def test_a_caller_whose_time_is_over_did_not_abandon(told: Told) -> None:
    # app_queue says abandon, but Asterisk hung up, 2 s after the queue.
    assert told("queue_timeout_then_system_hangs_up") == story("""
        inbound 13800138003 -> 5008, queue service
        waited 6.0, talked 0.0, rang 1001, 1002
        legs: trunk caller, 1001 agent, 1002 agent
        no_answer, ended by system
    """)


def test_a_caller_gives_up_in_the_second_queue(told: Told) -> None:
    # 5 s in the first queue, 1 s in the second.
    assert told("two_queues") == story("""
        inbound 13800138063 -> 5012, queue service, sales
        waited 6.0, talked 0.0, rang 1001, 1003, 1002
        legs: trunk caller, 1001 agent, 1003 agent, 1002 agent, 1001 agent
        abandoned_in_queue, ended by caller
    """)


def test_the_caller_stays_in_the_dialplan_after_the_agent_left(told: Told) -> None:
    # Talked 2 s; then 3 s of dialplan, and Asterisk hung up.
    assert told("queue_goes_on_after_agent") == story("""
        inbound 13800138062 -> 5011, queue service
        waited 0.7, talked 2.0, rang 1001, answered by 1001
        legs: trunk caller, 1001 agent
        answered, ended by agent
    """)


def test_a_phone_in_talk_rings_for_a_second_caller_and_refuses(told: Told) -> None:
    # 1001 refused the second call; 1002 took it.
    assert told("ringinuse") == story("""
        inbound 13800138043 -> 5004, queue inuse
        waited 0.5, talked 3.7, rang 1001, answered by 1001
        legs: trunk caller, 1001 agent
        answered, ended by caller

        inbound 13800138044 -> 5004, queue inuse
        waited 1.1, talked 2.0, rang 1001, 1002, answered by 1002
        legs: trunk caller, 1001 agent, 1002 agent
        answered, ended by agent
    """)


def test_four_calls_at_once_are_kept_apart(told: Told) -> None:
    # Two in the queue, one in the menu, one between two phones.
    assert told("simultaneous_calls") == story("""
        inbound 13800138040 -> 5001, queue service
        waited 0.8, talked 2.8, rang 1001, answered by 1001
        legs: trunk caller, 1001 agent
        answered, ended by agent

        inbound 13800138041 -> 5001, queue service
        waited 1.5, talked 2.3, rang 1002, answered by 1002
        legs: trunk caller, 1002 agent
        answered, ended by caller

        inbound 13800138042 -> 5006
        waited 0.0, talked 0.0, no ring
        legs: trunk caller
        abandoned_in_menu, ended by caller

        internal 1004 Agent 1004 -> 1005
        waited 0.0, talked 3.4, rang 1005, answered by 1005
        legs: 1004 caller, 1005 agent
        answered, ended by caller
    """)


def test_an_anonymous_caller_is_served_like_any_other(told: Told) -> None:
    assert told("anonymous") == story("""
        inbound anonymous Anonymous -> 5001, queue service
        waited 0.5, talked 1.5, rang 1001, answered by 1001
        legs: trunk caller, 1001 agent
        answered, ended by caller
    """)


def test_the_number_that_the_dialplan_sets_is_the_callers(told: Told) -> None:
    assert told("caller_number_set_by_dialplan") == story("""
        inbound 02155558888 王先生 -> 5013, queue service
        waited 0.7, talked 1.5, rang 1001, answered by 1001
        legs: trunk caller, 1001 agent
        answered, ended by caller
    """)


def test_a_caller_comes_to_the_queue_through_the_menu(told: Told) -> None:
    # Pressed 2 in the menu, rang 1 s, talked 2 s.
    assert told("menu_then_queue") == story("""
        inbound 13800138007 -> 5006, queue service
        waited 1.2, talked 2.0, rang 1001, answered by 1001
        legs: trunk caller, 1001 agent
        answered, ended by caller
    """)


def test_a_caller_hangs_up_in_the_menu(told: Told) -> None:
    assert told("menu_abandoned") == story("""
        inbound 13800138006 -> 5006
        waited 0.0, talked 0.0, no ring
        legs: trunk caller
        abandoned_in_menu, ended by caller
    """)


def test_a_caller_says_nothing_in_the_menu_until_it_ends(told: Told) -> None:
    assert told("menu_timeout_system") == story("""
        inbound 13800138017 -> 5006
        waited 0.0, talked 0.0, no ring
        legs: trunk caller
        ended_in_menu, ended by system
    """)


def test_members_behind_local_channels_ring_and_answer_as_their_phones(told: Told) -> None:
    # Both rang; 1002 answered after 1 s and hung up after 3 s.
    assert told("queue_local_members") == story("""
        inbound 13800138004 -> 5002, queue local
        waited 1.0, talked 3.0, rang 1001, 1002, answered by 1002
        legs: trunk caller, 1001 agent, 1002 agent
        answered, ended by agent
    """)


def test_an_optimised_local_member_is_the_phone_behind_it(told: Told) -> None:
    assert told("queue_local_optimised") == story("""
        inbound 13800138005 -> 5003, queue localopt
        waited 1.0, talked 3.0, rang 1001, answered by 1001
        legs: trunk caller, 1001 agent
        answered, ended by caller
    """)


def test_a_local_member_is_optimised_away_while_the_talk_goes_on(told: Told) -> None:
    # 1001 rang 1 s and talked 3 s.
    assert told("queue_local_optimised_away") == story("""
        inbound 13800138090 -> 5010, queue plainlocal
        waited 1.0, talked 3.0, rang 1001, answered by 1001
        legs: trunk caller, 1001 agent
        answered, ended by agent
    """)


def test_a_local_member_rings_in_vain_and_the_next_one_answers(told: Told) -> None:
    # 1001 rang 3 s, pause 1 s, 1002 answered after 0.7 s; talked 3 s.
    assert told("queue_plain_local") == story("""
        inbound 13800138060 -> 5010, queue plainlocal
        waited 4.7, talked 3.0, rang 1001, 1002, answered by 1002
        legs: trunk caller, 1001 agent, 1002 agent
        answered, ended by agent
    """)


def test_a_caller_gives_up_after_one_member_was_busy(told: Told) -> None:
    assert told("queue_local_member_busy") == story("""
        inbound 13800138061 -> 5015, queue localbusy
        waited 1.4, talked 0.0, rang 1001, 1002
        legs: trunk caller, 1001 agent, 1002 agent
        abandoned_in_queue, ended by caller
    """)


def test_a_member_with_a_name_is_told_by_his_phone(told: Told) -> None:
    assert told("queue_member_state_interface") == story("""
        inbound 13800138047 -> 5009, queue ivrqueue
        waited 0.6, talked 1.4, rang 1002, answered by 1002
        legs: trunk caller, 1002 agent
        answered, ended by caller
    """)


def test_a_member_that_is_a_program_counts_as_an_answer(told: Told) -> None:
    # No phone rang: a dialplan answered.
    assert told("queue_member_is_a_program") == story("""
        inbound 13800138065 -> 5014, queue robots
        waited 1.0, talked 3.5, no ring
        legs: trunk caller
        answered, ended by system
    """)


def test_an_agent_who_stays_on_the_line_takes_one_call_of_two(told: Told) -> None:
    # The first caller was not given to him in 3 s; the second talked 2.6 s.
    assert told("agents_logged_in") == story("""
        inbound 13800138094 -> 5016, queue pool
        waited 3.1, talked 0.0, no ring
        legs: trunk caller
        abandoned_in_queue, ended by caller

        inbound 13800138095 -> 5016, queue pool
        waited 0.4, talked 2.6, no ring, answered by 1001
        legs: trunk caller, 1001 agent
        answered, ended by caller

        internal 1001 Agent 1001 -> 81001
        waited 0.0, talked 0.0, no ring
        legs: 1001 caller
        abandoned_in_menu, ended by caller
    """)


def test_another_phone_picks_the_queued_call_up(told: Told) -> None:
    # 1001 rang 1 s, 1003 took it for 2.5 s.
    assert told("pickup_from_queue") == story("""
        inbound 13800138028 -> 5001, queue service
        waited 1.0, talked 2.5, rang 1001, answered by 1003
        legs: trunk caller, 1001 agent, 1003 agent
        answered, ended by caller
    """)
