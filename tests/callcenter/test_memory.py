"""What is held in huge pages, and that holding it harms nothing."""

from pathlib import Path

from callcenter.memory import hold_in_huge_pages, used_mappings

MB = 1 << 20


def mapping(
    begin: int, size: int, used: int, *, access: str = "rw-p", name: str = ""
) -> list[str]:
    """Return what smaps says of one mapping, in short."""
    head = f"{begin:x}-{begin + size:x} {access} 00000000 00:00 0 "
    return [head + name, f"Size: {size // 1024} kB", f"Rss: {used // 1024} kB", "VmFlags: rd wr"]


def test_whole_huge_pages_of_what_is_in_use_are_named() -> None:
    lines = mapping(0x7F0000100000, 8 * MB, 7 * MB)
    assert list(used_mappings(lines)) == [(0x7F0000200000, 6 * MB)]


def test_the_heap_is_among_them_and_files_are_not() -> None:
    heap = mapping(0x400000, 4 * MB, 4 * MB, name="[heap]")
    file = mapping(0x800000, 4 * MB, 4 * MB, name="/lib/x86_64-linux-gnu/libc.so.6")
    shared = mapping(0xC00000, 4 * MB, 4 * MB, access="rw-s")
    code = mapping(0x1000000, 4 * MB, 4 * MB, access="r-xp")
    stack = mapping(0x1400000, 4 * MB, 4 * MB, name="[stack]")
    assert list(used_mappings(heap + file + shared + code + stack)) == [(0x400000, 4 * MB)]


def test_a_stack_that_is_hardly_used_is_left_alone() -> None:
    assert list(used_mappings(mapping(0x7F0000000000, 8 * MB, MB))) == []


def test_less_than_a_huge_page_is_left_alone() -> None:
    assert list(used_mappings(mapping(0x7F0000100000, 2 * MB, 2 * MB))) == []


def test_what_was_remembered_is_the_same_after_it() -> None:
    kept = [str(number) for number in range(200_000)]
    assert hold_in_huge_pages() >= 0
    assert kept == [str(number) for number in range(200_000)]


def test_where_the_mappings_cannot_be_read_nothing_happens(tmp_path: Path) -> None:
    assert hold_in_huge_pages(tmp_path / "smaps") == 0
    assert hold_in_huge_pages(tmp_path) == 0
