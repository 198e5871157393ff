"""Which prompts exist by name."""

from pathlib import Path

from ivr.announcements import names_in


def test_the_names_that_can_be_said_are_ours_and_what_was_recorded(tmp_path: Path) -> None:
    (tmp_path / "zh").mkdir()
    for name in ("spring-sale.wav", "position-3.wav", ".draft.wav", "Not a name.wav"):
        (tmp_path / "zh" / name).touch()
    names = names_in(tmp_path)
    assert {"closed", "spring-sale"} <= names
    assert not names & {"position-3", ".draft", "Not a name"}
    assert "closed" in names_in(tmp_path / "nowhere")
