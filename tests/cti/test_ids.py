from cti.ids import call_id_of


def test_a_call_id_is_a_uuid_7_with_the_second_of_the_uniqueid() -> None:
    made = call_id_of("1700000000.12")
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert made.int >> 80 == 1_700_000_000_000


def test_the_same_uniqueid_gives_the_same_id_for_ever() -> None:
    assert str(call_id_of("1700000000.12")) == "018bcfe5-6800-7ee9-9e73-5c3876c0df00"


def test_calls_of_one_second_and_of_two_systems_do_not_collide() -> None:
    made = {call_id_of(f"1700000000.{n}", system) for n in range(2000) for system in ("", "b")}
    assert len(made) == 4000


def test_a_system_name_before_the_second_is_understood() -> None:
    assert call_id_of("pbx-1-1700000000.12").int >> 80 == 1_700_000_000_000


def test_a_chosen_channel_id_still_gets_an_id() -> None:
    assert call_id_of("my-own-channel").int >> 80 == 0
    assert call_id_of("").version == 7
