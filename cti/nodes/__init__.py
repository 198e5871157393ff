"""Several Asterisks as one: their events in one stream, their verbs behind one switch."""

from cti.nodes.feed import NodeAddress, NodesFeed
from cti.nodes.merge import NodeMerge
from cti.nodes.switch import NodesSwitch

__all__ = ["NodeAddress", "NodeMerge", "NodesFeed", "NodesSwitch"]
