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
root=$1 user=$2 network=$3 program=$4 configuration=$5
shift 5
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
for file in hosts resolv.conf; do
  : >> "$root/etc/$file"
  mount --bind "$network/$file" "$root/etc/$file"
done
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


def write_network_files(plan: AsteriskPlan) -> None:
    """Write the root's own hosts and resolv.conf.

    Without its own name in hosts Asterisk waits for DNS in each call. Only a carrier's name
    ever needs a name server; without one each other look-up fails at once instead of waiting.
    """
    names = dict.fromkeys(["localhost", socket.gethostname()])
    _write(plan, "hosts", f"127.0.0.1 {' '.join(names)}\n")
    machines_own = Path("/etc/resolv.conf")
    wanted = _needs_name_server(plan) and machines_own.exists()
    _write(plan, "resolv.conf", machines_own.read_text(encoding="utf-8") if wanted else "")


def _needs_name_server(plan: AsteriskPlan) -> bool:
    host = plan.trunk_peer.rpartition(":")[0]
    return bool(host) and any(character.isalpha() for character in host)


def _write(plan: AsteriskPlan, name: str, text: str) -> None:
    path = network_directory(plan) / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o644)


def network_directory(plan: AsteriskPlan) -> Path:
    """Return where the root's own network files are."""
    return plan.directory / "network"


def start_command(plan: AsteriskPlan, installation: Installation) -> list[str]:
    """Return the argument list; the process it starts becomes Asterisk itself (exec)."""
    configuration = str(plan.configuration / "asterisk.conf")
    if installation.root is None:
        return [str(installation.program), "-f", "-C", configuration]
    return [
        *("unshare", "--mount", "sh", "-c", _ENTER, "asterisk"),
        *(str(installation.root), str(installation.user_id), str(network_directory(plan))),
        *(str(installation.program), configuration),
        *(str(plan.directory), str(plan.prompts)),
    ]


def console_command(plan: AsteriskPlan, installation: Installation, pid: int) -> list[str]:
    """Return the argument list of an interactive console on the running process."""
    console = [str(installation.program), "-r", "-C", str(plan.configuration / "asterisk.conf")]
    if installation.root is None:
        return console
    return ["nsenter", f"--mount=/proc/{pid}/ns/mnt", "chroot", str(installation.root), *console]
