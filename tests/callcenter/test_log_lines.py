"""The log of a start is kept back until it is known whether there will be one."""

import io

from callcenter.log_lines import HeldLines


def test_what_was_kept_comes_first_and_once() -> None:
    stderr = io.StringIO()
    lines = HeldLines(stderr)
    lines.write("one\n")
    assert stderr.getvalue() == ""
    lines.release()
    lines.write("two\n")
    lines.release()
    assert stderr.getvalue() == "one\ntwo\n"
