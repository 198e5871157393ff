"""What the line says to Asterisk, over a real FastAGI connection to a scripted one."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Awaitable, Callable

import pytest

from cti.agi import AgiHangup, AgiServer, AgiSession
from ivr.line import AgiLine

HEADER = b"agi_network_script: inbound\nagi_uniqueid: 1767225600.1\n\n"


async def talk(answers: list[str], act: Callable[[AgiLine], Awaitable[str]]) -> list[list[str]]:
    """Let `act` speak to an Asterisk that gives these answers; give the commands it was sent."""
    outcome: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def handle(agi: AgiSession) -> None:
        try:
            outcome.set_result(await act(AgiLine(agi)))
        except Exception as error:
            outcome.set_exception(error)
            raise

    server = AgiServer("127.0.0.1", 0, handle)
    await server.start()
    commands: list[list[str]] = []
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        async with asyncio.timeout(10):
            writer.write(HEADER)
            for answer in answers:
                commands.append(shlex.split((await reader.readline()).decode()))
                writer.write(f"{answer}\n".encode())
            commands.append([await outcome])
    finally:
        writer.close()
        await server.close()
    return commands


def asks(*sounds: str, seconds: float = 5.0) -> Callable[[AgiLine], Awaitable[str]]:
    return lambda line: line.ask(sounds, seconds=seconds, barge_in=True)


async def test_a_question_is_one_command_so_that_no_key_falls_between_two() -> None:
    said = await talk(["200 result=2"], asks("/p/a"))
    assert said == [["GET", "DATA", "/p/a", "5000", "1"], ["2"]]


async def test_only_the_last_of_several_sounds_waits_for_the_key() -> None:
    said = await talk(["200 result=0 endpos=800", "200 result=2"], asks("/p/a", "/p/b"))
    assert said[:2] == [
        ["STREAM", "FILE", "/p/a", "0123456789*#"],
        ["GET", "DATA", "/p/b", "5000", "1"],
    ]


async def test_a_key_in_the_first_of_several_sounds_is_the_answer() -> None:
    assert (await talk(["200 result=35 endpos=800"], asks("a", "b")))[-1] == ["#"]


async def test_a_question_that_may_not_be_cut_waits_after_its_sounds() -> None:
    said = await talk(
        ["200 result=0 endpos=800", "200 result=50"],
        lambda line: line.ask(["a"], seconds=2, barge_in=False),
    )
    assert said == [["STREAM", "FILE", "a", ""], ["WAIT", "FOR", "DIGIT", "2000"], ["2"]]


async def test_silence_is_an_empty_key() -> None:
    assert (await talk(["200 result= (timeout)"], asks("a")))[-1] == [""]


async def test_the_hash_key_is_told_from_silence() -> None:
    assert (await talk(["200 result="], asks("a")))[-1] == ["#"]


async def test_an_announcement_that_may_be_cut_gives_the_key_that_cut_it() -> None:
    said = await talk(
        ["200 result=0 endpos=800", "200 result=55 endpos=100"],
        lambda line: line.play(["a", "b"], barge_in=True),
    )
    assert [command[2] for command in said[:2]] == ["a", "b"]
    assert said[-1] == ["7"]


async def test_an_announcement_that_may_not_be_cut_hears_no_key() -> None:
    said = await talk(
        ["200 result=0 endpos=8000"] * 2, lambda line: line.play(["a", "b"], barge_in=False)
    )
    assert said == [["STREAM", "FILE", "a", ""], ["STREAM", "FILE", "b", ""], [""]]


async def test_a_caller_who_leaves_during_the_question_ends_the_session() -> None:
    with pytest.raises(AgiHangup):
        await talk(["HANGUP", ""], asks("a"))
