"""Writes one call's steps, data, scores and messages into its context and the notebook."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from crm_core.contexts import CallContexts
from ivr.arrival import Arrival
from ivr.flow import Answer, Flow, Input, Record, Score, State, Step, told, what
from ivr.journal import DataKept, MessageLeft, Notebook, ScoreGiven, StepTaken

_TICK = timedelta(microseconds=1)


class Scribe:
    """Keeps what one caller does in one flow; no secret ever comes by here."""

    def __init__(
        self,
        arrival: Arrival,
        flow: Flow,
        contexts: CallContexts,
        *,
        notes: Notebook,
        clock: Callable[[], datetime],
    ) -> None:
        self._arrival = arrival
        self._call_id = arrival.call_id
        self._flow = flow
        self._contexts = contexts
        self._notes = notes
        self._clock = clock
        self._last = datetime.min.replace(tzinfo=UTC)
        self._kept = (flow.language, dict[str, str]())

    def step(self, state: State, step: Step, given: Input) -> None:
        """Note a step that was taken, and the data when they have changed."""
        taken = StepTaken(
            call_id=self._call_id,
            at=self._now(),
            flow=state.flow or self._flow.name,
            version=self._flow.version,
            node=step.node,
            what=what(step),
            input=told(given, step),
        )
        self._contexts.step(self._call_id, " ".join((taken.node, taken.what, taken.input)).strip())
        self._notes.put(taken)
        self._keep(state)
        match step, given:
            case Score(), _:
                self._notes.put(self._score(step))
            case Record(), Answer("next") if step.queue:
                self._notes.put(self._message(state, step, given))

    def _keep(self, state: State) -> None:
        if (state.language, state.data) == self._kept:
            return
        self._kept = (state.language, dict(state.data))
        self._contexts.set_language(self._call_id, state.language)
        self._contexts.put(self._call_id, state.data)
        data = dict(state.data)
        kept = DataKept(call_id=self._call_id, at=self._now(), language=state.language, data=data)
        self._notes.put(kept)

    def _score(self, step: Score) -> ScoreGiven:
        return ScoreGiven(
            call_id=self._call_id,
            at=self._now(),
            flow=self._flow.name,
            question=step.question,
            score=step.score,
            most=step.most,
            low=step.low,
        )

    def _message(self, state: State, step: Record, given: Answer) -> MessageLeft:
        return MessageLeft(
            call_id=self._call_id,
            at=self._now(),
            queue=step.queue,
            number=self._arrival.number,
            language=state.language,
            file=given.data.get("file", ""),
            seconds=float(given.data.get("seconds", "0")),
        )

    def _now(self) -> datetime:
        """Give a time later than the one before: it tells the call's steps apart."""
        self._last = max(self._clock(), self._last + _TICK)
        return self._last
