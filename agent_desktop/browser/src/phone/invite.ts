// Which of our calls an INVITE rings for.

export interface Invite {
  getHeader: (name: string) => string | undefined;
}

const HOST = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.invalid$/;

/** The call's id: a header of its own says it, else the host of From; empty when none does. */
export function callIdOf(invite: Invite, fromHost: string): string {
  return invite.getHeader("X-Call-Id") ?? HOST.exec(fromHost)?.[1] ?? "";
}
