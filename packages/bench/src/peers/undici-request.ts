/** Undici by its promises: `Client.request`. */

import type { Peer } from "../work.ts";
import { requestLanes } from "./undici.ts";

const undiciRequest: Peer = {
  open: async (work, target) => ({ lanes: await requestLanes(work, target) }),
};

export default undiciRequest;
