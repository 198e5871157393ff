"""Refusals: the answers every order shares."""

from __future__ import annotations

from acd import commands as ask
from acd.board.agent import Agent

ACCEPTED = ask.Accepted()


def refuse(code: str, message: str) -> ask.Refused:
    """Say no, with a code for programs and words for people."""
    return ask.Refused(code=code, message=message)


def unknown_agent(agent_id: str) -> ask.Refused:
    """Say that nobody on the board has this id."""
    return refuse("unknown_agent", f"There is no agent {agent_id}.")


def link_lost() -> ask.Refused:
    """Say that nothing can be done with calls now."""
    return refuse("engine_unavailable", "The link to the telephone system is lost.")


def by_another(command: ask.Command, agent: Agent) -> tuple[str, str]:
    """Return id and name of the person who acts for the agent; empty when it is himself."""
    if not command.by or command.by == agent.agent_id:
        return "", ""
    return command.by, command.by_name
