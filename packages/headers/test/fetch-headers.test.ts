/** HTTPMessage and the Headers of fetch take each other. */

import { describe, expect, test } from "vitest";
import { HTTPMessage } from "../src/index.ts";

describe("Fetch Headers", () => {
  test("can be made of a message", () => {
    const message = new HTTPMessage([
      ["ETag", '"x"'],
      ["Set-Cookie", "a=1"],
      ["Set-Cookie", "b=2"],
      ["A", "1"],
      ["a", "2"],
    ]);
    const headers = new Headers(message as Iterable<[string, string]> as [string, string][]);
    expect(headers.get("etag")).toBe('"x"');
    expect(headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(headers.get("a")).toBe(message.getJoined("A"));
  });

  test("make a message, cookies apart", () => {
    const headers = new Headers({ ETag: '"x"' });
    headers.append("Set-Cookie", "a=1");
    headers.append("Set-Cookie", "b=2");
    headers.append("Via", "c");
    headers.append("Via", "d");
    const message = new HTTPMessage(headers);
    expect(message.get("ETag")).toBe('"x"');
    expect(message.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(message.getAll("via")).toEqual(["c, d"]);
  });

  test("go there and back", () => {
    const headers = new Headers([
      ["a", "1"],
      ["b", "2"],
      ["set-cookie", "c"],
      ["set-cookie", "d"],
    ]);
    const back = new Headers([...new HTTPMessage(headers)]);
    expect([...back]).toEqual([...headers]);
  });

  test("a message is what fetch takes as headers", () => {
    const message = new HTTPMessage({ "X-A": "1", Accept: ["a", "b"] });
    const request = new Request("http://localhost/", { headers: [...message] });
    expect([request.headers.get("x-a"), request.headers.get("accept")]).toEqual(["1", "a, b"]);
  });
});
