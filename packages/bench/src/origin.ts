/**
 * The process of the origin. Started with an identity, or null, as JSON; tells its parent the port; on any message it resets every
 * connection; ends with its parent.
 */

import { type Identity, startOrigin } from "./origin-server.ts";

// oxlint-disable-next-line no-unsafe-type-assertion -- written by origins.ts
const origin = await startOrigin(JSON.parse(process.argv[2] ?? "null") as Identity | null);
process.on("message", () => {
  origin.reset();
  process.send?.("reset");
});
process.on("disconnect", () => process.exit());
process.send?.(origin.port);
