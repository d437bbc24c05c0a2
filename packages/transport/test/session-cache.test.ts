/** Which TLS sessions are kept, and which go first. */
import { expect, test } from "vitest";
import { SessionCache } from "../src/session-cache.ts";

const peers = Array.from({ length: 100 }, (_, at) => `peer ${at}`);

/** A full cache, and the options object it is full for. */
function full(): { cache: SessionCache<string>; options: object } {
  const cache = new SessionCache<string>();
  const options = {};
  for (const peer of peers) cache.set(options, peer, `session of ${peer}`);
  return { cache, options };
}

test("a hundred sessions are kept for each options object; the one more takes the place of the oldest", () => {
  const { cache, options } = full();
  for (const peer of peers) expect(cache.get(options, peer)).toBe(`session of ${peer}`);
  cache.set({}, "one more", "session");
  expect(cache.get(options, "peer 0")).toBe("session of peer 0");
  cache.set(options, "one more", "session");
  const kept = peers.filter((peer) => cache.get(options, peer) !== undefined);
  expect(kept).toEqual(peers.slice(1));
  expect(cache.get(options, "one more")).toBe("session");
});

test("a session that is renewed is not the oldest any more", () => {
  const { cache, options } = full();
  cache.set(options, "peer 0", "renewed");
  cache.set(options, "one more", "session");
  expect(cache.get(options, "peer 0")).toBe("renewed");
  expect(cache.get(options, "peer 1")).toBeUndefined();
});

test("a session is found by its options object only, and not once it is forgotten", () => {
  const { cache, options } = full();
  expect(cache.get({}, "peer 7")).toBeUndefined();
  cache.delete(options, "peer 7");
  expect(cache.get(options, "peer 7")).toBeUndefined();
});
