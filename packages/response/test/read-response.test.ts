import { byteSource } from "@httplib/headers";
import { encodeLatin1, latin1 } from "@httplib/bytes";
import { expect, test } from "vitest";
import { readResponse } from "../src/index.ts";
const text = (b: Uint8Array) => latin1(b);
const W =
  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n\nworld\r\n0\r\nT: 1\r\n\r\nREST";
test.each([1, 2, 3, 7, 1000])("reads in pieces of %i", async (n) => {
  const wire = encodeLatin1(W);
  const mk = async () => {
    const runs: Uint8Array[] = [];
    for (let i = 0; i < wire.length; i += n) runs.push(wire.slice(i, i + n));
    const s = byteSource(runs);
    return [await readResponse(s), s] as const;
  };
  let [r, s] = await mk();
  expect(text(await r.read())).toBe("hello\nworld");
  expect(r.closed).toBe(true);
  expect(r.trailers?.get("t")).toBe("1");
  let rest = "";
  for (let b = await s.read(); b; b = await s.read()) rest += text(b);
  expect(rest).toBe("REST");
  [r, s] = await mk();
  expect(text(await r.read(3))).toBe("hel");
  expect(text(await r.peek(1))).toBe("l");
  expect(text(await r.readLine())).toBe("lo\n");
  const t = new Uint8Array(3);
  expect(await r.readInto(t)).toBe(3);
  expect(text(t)).toBe("wor");
  expect(r.closed).toBe(false);
  expect(text(await r.read(10))).toBe("ld");
  expect(r.closed).toBe(true);
  expect((await r.read()).length).toBe(0);
  [r] = await mk();
  expect((await r.readLines()).map(text)).toEqual(["hello\n", "world"]);
  [r] = await mk();
  let it = "";
  for await (const x of r) it += text(x);
  expect(it).toBe("hello\nworld");
  [r] = await mk();
  expect(await new Response(r.body).text()).toBe("hello\nworld");
  [r] = await mk();
  expect(await r.toResponse().text()).toBe("hello\nworld");
});
test("short", async () => {
  const r = await readResponse(
    byteSource(encodeLatin1("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")),
  );
  expect(text(await r.read(7))).toBe("hello");
  await expect(r.read(1)).rejects.toMatchObject({ code: "INCOMPLETE_READ", expected: 5 });
  const q = await readResponse(
    byteSource(encodeLatin1("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")),
  );
  await expect(q.read()).rejects.toMatchObject({
    partial: encodeLatin1("hello"),
    expected: 5,
    message: "IncompleteRead(5 bytes read, 5 more expected)",
  });
});
