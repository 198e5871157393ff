// What the signed-in person may do, as the server told it.

import type { Me } from "./shapes";

/** Whether the person has a right such as `prompt.write`, to whatever reach. */
export const may = (me: Me, right: string): boolean =>
  right in me.user.permissions || "*.*" in me.user.permissions;
