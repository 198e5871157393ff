"""A channel's name with the node it lives on in front: `b!PJSIP/trunk-00000001`."""

from __future__ import annotations

MARK = "!"  # in no channel's name
FROM_NODE = "PJSIP/node-"  # a channel by which another Asterisk of ours rings a phone here


def qualified(node: str, channel: str) -> str:
    """Return the name that is unique over all nodes; an empty name stays empty."""
    return f"{node}{MARK}{channel}" if channel else ""


def parted(channel: str) -> tuple[str, str]:
    """Return node and name; the node is empty for a name without one."""
    node, mark, name = channel.partition(MARK)
    return (node, name) if mark else ("", channel)
