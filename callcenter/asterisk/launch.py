"""The command line that starts Asterisk, inside its own root when it has one."""

from __future__ import annotations

import socket
from pathlib import Path

from asterisk_conf.plan import AsteriskPlan
from callcenter.asterisk.installation import Installation

# Runs in a mount namespace of its own: whatever it mounts is seen by this Asterisk alone and
# is gone with it. Directories below a plain top-level name get a fresh, private parent, so
# the root that all instances share stays as it was installed.
_ENTER = """
set -eu
root=$1 user=$2 hosts=$3 program=$4 configuration=$5
shift 5
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
: >> "$root/etc/hosts"
mount --bind "$hosts" "$root/etc/hosts"
fresh=/
for directory in "$@"; do
  top=/$(printf %s "${directory#/}" | cut -d/ -f1)
  case "$top" in
    /bin|/boot|/dev|/etc|/lib*|/proc|/sbin|/sys|/usr|/var) ;;
    *) case "$fresh" in
         *"/$top/"*) ;;
         *) mkdir -p "$root$top"
            mount -t tmpfs -o mode=755,size=1m tmpfs "$root$top"
            fresh="$fresh/$top/" ;;
       esac ;;
  esac
  mkdir -p "$root$directory"
  mount --bind "$directory" "$root$directory"
done
exec chroot --userspec="$user:$user" --groups= "$root" "$program" -f -C "$configuration"
"""


def write_hosts(plan: AsteriskPlan) -> Path:
    """Write the hosts file of the root: without the own name each call waits for DNS."""
    hosts = plan.directory / "hosts"
    names = dict.fromkeys(["localhost", socket.gethostname()])
    hosts.write_text(f"127.0.0.1 {' '.join(names)}\n", encoding="utf-8")
    hosts.chmod(0o644)
    return hosts


def start_command(plan: AsteriskPlan, installation: Installation) -> list[str]:
    """Return the argument list; the process it starts becomes Asterisk itself (exec)."""
    configuration = str(plan.configuration / "asterisk.conf")
    if installation.root is None:
        return [str(installation.program), "-f", "-C", configuration]
    return [
        *("unshare", "--mount", "sh", "-c", _ENTER, "asterisk"),
        *(str(installation.root), str(installation.user_id), str(plan.directory / "hosts")),
        *(str(installation.program), configuration),
        *(str(plan.directory), str(plan.prompts)),
    ]


def console_command(plan: AsteriskPlan, installation: Installation, pid: int) -> list[str]:
    """Return the argument list of an interactive console on the running process."""
    console = [str(installation.program), "-r", "-C", str(plan.configuration / "asterisk.conf")]
    if installation.root is None:
        return console
    return ["nsenter", f"--mount=/proc/{pid}/ns/mnt", "chroot", str(installation.root), *console]
