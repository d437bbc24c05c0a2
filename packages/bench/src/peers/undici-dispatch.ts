/** Undici by its callbacks: `Client.dispatch`. */

import type { Peer } from "../work.ts";
import { dispatchLanes } from "./undici.ts";

const undiciDispatch: Peer = {
  open: async (work, target) => ({ lanes: await dispatchLanes(work, target) }),
};

export default undiciDispatch;
