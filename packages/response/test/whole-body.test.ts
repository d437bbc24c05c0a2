// The whole body as bytes, text, JSON; and as web streams.

import { describe, expect, test } from "vitest";
import {
  CHUNKED_HEAD,
  CLOSE_HEAD,
  Wire,
  bytes,
  chunk,
  fromSource,
  lengthHead,
  text,
} from "./wire.ts";

describe("bytes and arrayBuffer", () => {
  test.each([
    ["a small body, which lies in memory shared with others", `${lengthHead(5)}hello`, "hello"],
    ["a large one", `${lengthHead(5000)}${"x".repeat(5000)}`, "x".repeat(5000)],
    [
      "chunks",
      `${CHUNKED_HEAD}${chunk("ab")}${chunk("c".repeat(3000))}${chunk()}`,
      `ab${"c".repeat(3000)}`,
    ],
    ["an empty one", lengthHead(0), ""],
  ])("own their ArrayBuffer: %s", async (_why, wire, expected) => {
    const whole = await (await fromSource(wire)).bytes();
    expect(text(whole)).toBe(expected);
    expect(whole.byteOffset).toBe(0);
    expect(whole.buffer.byteLength).toBe(expected.length);
    const buffer = await (await fromSource(wire)).arrayBuffer();
    expect(buffer).toBeInstanceOf(ArrayBuffer);
    expect(text(new Uint8Array(buffer))).toBe(expected);
    // So it can be transferred, and nobody else loses anything.
    structuredClone(buffer, { transfer: [buffer] });
    expect(text(await (await fromSource(wire)).bytes())).toBe(expected);
  });

  test("are the rest where a part was read", async () => {
    const response = await fromSource(`${lengthHead(5)}hello`);
    await response.read(2);
    expect(text(await response.bytes())).toBe("llo");
  });

  test("what was shown by peek() before is no part of them", async () => {
    const response = await fromSource(`${lengthHead(5000)}${"x".repeat(5000)}`);
    const shown = await response.peek();
    const buffer = await response.arrayBuffer();
    structuredClone(buffer, { transfer: [buffer] });
    expect(shown).toHaveLength(5000);
  });
});

const typed = (type: string, body: Uint8Array): Wire => {
  const field = type === "" ? "" : `Content-Type: ${type}\r\n`;
  const wire = new Wire(`HTTP/1.1 200 OK\r\n${field}Content-Length: ${body.length}\r\n\r\n`);
  wire.pieces = [...body].map((octet) => Uint8Array.of(octet));
  return wire;
};

describe("text", () => {
  test.each<[type: string, body: number[], expected: string]>([
    ["", [0xc3, 0xa9, 0xe2, 0x82, 0xac], "é€"],
    ["text/plain", [0xc3, 0xa9], "é"],
    ["text/plain; charset=utf-8", [0xc3, 0xa9], "é"],
    ['text/plain; charset="UTF-8"', [0xc3, 0xa9], "é"],
    ["text/plain; charset=ISO-8859-1", [0xe9, 0x80], "é\u0080"],
    ["text/plain; charset=latin1", [0xe9, 0x9f], "é\u009f"],
    ["text/plain;charset=windows-1252", [0x80, 0x92, 0x9f, 0x81, 0xa0, 0xe9], "€’Ÿ\u0081\u00a0é"],
    ["text/plain;charset=cp1252", [0x85], "…"],
    ["text/plain;charset=iso8859-1", [0x85], "\u0085"],
    ["text/plain;charset=us-ascii", [0x41], "A"],
    ["text/plain; charset=iso-8859-15", [0xa4], "€"],
    ["text/plain; charset=Shift_JIS", [0x82, 0xa0], "あ"],
    ["text/plain; charset=utf-16le", [0x41, 0x00], "A"],
    ["text/plain; format=flowed; CHARSET=koi8-r", [0xc1], "а"],
    ["text/plain", [0xef, 0xbb, 0xbf, 0x41], "A"],
    ["text/plain", [0x41, 0xff], "A\ufffd"],
    ["text/plain; charset=utf-8", [], ""],
  ])("%s", async (type, body, expected) => {
    expect(await typed(type, Uint8Array.from(body)).response.text()).toBe(expected);
  });

  test("the label asked for wins over the one declared", async () => {
    const wire = typed("text/plain; charset=utf-8", Uint8Array.of(0xe9));
    expect(await wire.response.text("iso-8859-1")).toBe("é");
  });

  test.each([
    ["asked for", "text/plain", "no-such-coding"],
    ["declared", "text/plain; charset=no-such-coding", undefined],
  ])("an unknown label, %s, is refused before anything is read", async (_why, type, label) => {
    const wire = typed(type, bytes("abc"));
    await expect(wire.response.text(label)).rejects.toBeInstanceOf(RangeError);
    expect(wire.response.closed).toBe(false);
    expect(await wire.response.text("utf-8")).toBe("abc");
  });
});

describe("json", () => {
  test("is UTF-8 whatever is declared (RFC 8259 §8.1)", async () => {
    const body = new TextEncoder().encode('{"é":[1,null]}');
    const wire = typed("application/json; charset=iso-8859-1", body);
    expect(await wire.response.json()).toEqual({ é: [1, null] });
  });

  test("what is no JSON is a SyntaxError", async () => {
    await expect(typed("", bytes("{")).response.json()).rejects.toBeInstanceOf(SyntaxError);
    await expect(typed("", bytes("")).response.json()).rejects.toBeInstanceOf(SyntaxError);
  });
});

describe("body", () => {
  test("is made once, and gives runs that own their memory", async () => {
    const wire = new Wire(CHUNKED_HEAD);
    wire.pieces = [chunk("ab") + chunk("c"), chunk("d".repeat(3000)), chunk()];
    expect(wire.response.body).toBe(wire.response.body);
    const runs: Uint8Array[] = [];
    for await (const run of wire.response.body) runs.push(run);
    expect(runs.map((run) => run.length)).toEqual([3, 3000]);
    for (const run of runs) {
      expect(run.byteOffset).toBe(0);
      expect(run.buffer.byteLength).toBe(run.length);
    }
    expect(wire.response.closed).toBe(true);
  });

  test("reads nothing before it is asked to (highWaterMark 0)", async () => {
    const wire = new Wire(lengthHead(10));
    wire.pieces = ["hello", "world"];
    const reader = wire.response.body.getReader();
    await new Promise((resolve) => setImmediate(resolve));
    expect(wire.told).toEqual([]);
    expect(text((await reader.read()).value!)).toBe("hello");
    await new Promise((resolve) => setImmediate(resolve));
    expect(wire.told).toEqual(["waits", "pauses"]);
    expect(wire.pieces).toEqual(["world"]);
  });

  test("ends with its last run, without one more read", async () => {
    const response = await fromSource(`${lengthHead(5)}hello`);
    const reader = response.body.getReader();
    expect((await reader.read()).done).toBe(false);
    await reader.closed;
    expect((await reader.read()).done).toBe(true);
  });

  test("of an empty body it ends at once", async () => {
    const response = await fromSource(lengthHead(0));
    expect(await response.body.getReader().read()).toEqual({ done: true, value: undefined });
  });

  test("cancelling it reads a small rest and gives up a large one", async () => {
    const small = new Wire(lengthHead(10));
    small.pieces = ["hello", "world"];
    await small.response.body.cancel();
    expect(small.told.at(-1)).toBe("closed read");
    const large = new Wire(lengthHead(1_000_000));
    await large.response.body.cancel();
    expect(large.told).toEqual(["abandon", "closed unread"]);
  });

  test("cancelling it while a read waits", async () => {
    const wire = new Wire(CLOSE_HEAD);
    const reader = wire.response.body.getReader();
    const reading = reader.read();
    await new Promise((resolve) => setImmediate(resolve));
    await reader.cancel("enough");
    expect(await reading).toEqual({ done: true, value: undefined });
    expect(wire.told).toEqual(["waits", "abandon", "closed unread"]);
  });

  test("takes up where another operation stopped", async () => {
    const response = await fromSource(`${lengthHead(11)}hello\nworld`);
    await response.readLine();
    expect(await new Response(response.body).text()).toBe("world");
  });

  test("goes through a decoder stream", async () => {
    const wire = typed("", new TextEncoder().encode("añ€"));
    const parts: string[] = [];
    for await (const part of wire.response.body.pipeThrough(new TextDecoderStream())) {
      parts.push(part);
    }
    expect(parts.join("")).toBe("añ€");
  });
});

describe("toResponse", () => {
  test("has status, reason, fields and the rest of the body", async () => {
    const response = await fromSource(
      "HTTP/1.1 418 I'm a teapot\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nX: \u00e9\r\nContent-Length: 4\r\n\r\nhttp",
    );
    await response.read(1);
    const fetched = response.toResponse();
    expect(fetched.status).toBe(418);
    expect(fetched.statusText).toBe("I'm a teapot");
    expect(fetched.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(fetched.headers.get("x")).toBe("\u00e9");
    expect(await fetched.text()).toBe("ttp");
    expect(response.closed).toBe(true);
  });

  test.each([[101], [600], [799], [999]])(
    "cannot carry %i: RangeError, nothing is read",
    async (status) => {
      const response = await fromSource(`HTTP/1.1 ${status} X\r\nContent-Length: 2\r\n\r\nhi`, {
        upgradeRequested: status === 101,
      });
      expect(() => response.toResponse()).toThrow(RangeError);
      expect(() => response.toResponse()).toThrow(
        `Cannot make a Fetch Response: found the status ${status}, expected 200 to 599`,
      );
      expect(text(await response.read())).toBe(status === 101 ? "" : "hi");
    },
  );

  test.each([[204], [205], [304]])("of %i it has no body", async (status) => {
    const wire = new Wire(`HTTP/1.1 ${status} X\r\nContent-Length: 0\r\n\r\n`);
    const fetched = wire.response.toResponse();
    expect(fetched.body).toBeNull();
    expect(fetched.status).toBe(status);
    expect(await fetched.text()).toBe("");
    expect(wire.told).toEqual(["end", "closed read"]);
  });

  test("a 205 that brings a body all the same does not keep its connection busy", async () => {
    const wire = new Wire(`HTTP/1.1 205 X\r\nContent-Length: 2\r\n\r\nhi`);
    expect(wire.response.toResponse().body).toBeNull();
    await wire.response.close();
    expect(wire.told).toEqual(["end", "closed read"]);
  });

  test("control characters in the reason are left out, since fetch refuses them", async () => {
    const response = await fromSource(
      "HTTP/1.1 200 a\u0001b\tc\u00e9\u007f\r\nContent-Length: 0\r\n\r\n",
    );
    expect(response.reason).toBe("a\u0001b\tc\u00e9\u007f");
    expect(response.toResponse().statusText).toBe("ab\tc\u00e9");
  });

  test("a body that ends short errors there, too", async () => {
    const response = await fromSource(`${lengthHead(5)}he`);
    await expect(response.toResponse().text()).rejects.toMatchObject({ code: "INCOMPLETE_READ" });
  });
});
