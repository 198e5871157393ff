"""The link to the Asterisk of this installation, or to several as one."""

from __future__ import annotations

from callcenter.call_log import CallLog
from callcenter.desk import HOST
from callcenter.secrets import Secrets
from callcenter.settings import Settings
from cti.feed import AmiFeed
from cti.nodes import NodeAddress, NodesFeed, NodesSwitch
from cti.switch import AmiSwitch, Switch
from cti.taking_over import take_over

AMI_USER = "callcenter"


def link_to(settings: Settings, log: CallLog) -> tuple[AmiFeed | NodesFeed, Switch]:
    """Return the feed, not started yet, and the switch; all nodes know one AMI secret.

    The `log` is that of the Asterisk on this machine; those of the others are not read.
    """
    secret = Secrets(settings.home).ami_secret
    if not settings.other_nodes:
        feed = AmiFeed(
            HOST,
            settings.ami_port,
            AMI_USER,
            secret,
            before_picture=take_over,
            read_log=log.rows,
        )
        return feed, AmiSwitch(feed.connection)
    nodes = {settings.asterisk_name: NodeAddress(host=HOST, port=settings.ami_port)}
    for name, (host, port) in settings.other_nodes.items():
        nodes[name] = NodeAddress(host=host, port=port)
    logs = {settings.asterisk_name: log.rows}
    feeds = NodesFeed(nodes, AMI_USER, secret, before_picture=take_over, logs=logs)
    return feeds, NodesSwitch(
        {name: AmiSwitch(feed.connection) for name, feed in feeds.feeds.items()}
    )
