import type { Mount } from "../page/mount";

export const mount: Mount = () => undefined;
