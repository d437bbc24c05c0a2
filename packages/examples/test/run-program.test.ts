import { makeCertificates } from "@httplib/test-certs";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fetchURL } from "../src/fetch-url.ts";
import { listen, startOrigin, type Origin } from "../src/origin.ts";
import { HOME, INDEX } from "../src/pages.ts";
import { runProgram } from "../src/run-program.ts";
import { sessions } from "../src/run-sessions.ts";

async function run(...args: string[]) {
  const lines: string[] = [];
  const errors: string[] = [];
  const code = await runProgram(args, {
    print: (line) => lines.push(line),
    printError: (line) => errors.push(line),
  });
  return { code, text: lines.join("\n"), errors };
}

describe("without an argument", () => {
  test("the sessions print what the documents print, in order", async () => {
    const { code, text, errors } = await run();
    expect(errors).toEqual([]);
    expect(code).toBe(0);
    const headings = text.split("\n").filter((line) => line.startsWith("# "));
    expect(headings).toEqual(sessions.map(({ title, documents }) => `# ${title} (${documents})`));
    expect(text).toContain('\nb\'<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"');
    expect(text).toContain("\nb'<!doctype html>\\n<!--[if");
    expect(text).toContain("\n200 OK\n0\nTrue\n");
    expect(text).toContain(
      "\n302 Found\nb'Redirecting to <a href=\"https://bugs.python.org/issue12524\">https://bugs.python.org/issue12524</a>'\n",
    );
    expect(text).toContain("\n200, OK\n");
    expect(text.match(/^404 Not Found$/gm)).toHaveLength(3);
  });
});

describe("with a URL", () => {
  let origin: Origin;
  let secure: Origin;
  let ca: string;
  let broken: Server;
  let brokenPort: number;

  beforeAll(async () => {
    const certificates = await makeCertificates();
    ca = certificates.ca;
    origin = await startOrigin();
    secure = await startOrigin(certificates.server);
    broken = createServer((socket) => socket.end("SSH-2.0-OpenSSH_9.9\r\n"));
    brokenPort = await listen(broken);
  });
  afterAll(async () => {
    broken.close();
    await Promise.all([origin.close(), secure.close()]);
  });

  test("prints status, headers and size", async () => {
    const { code, text } = await run(`http://localhost:${origin.port}/index.html`);
    expect(code).toBe(0);
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\nContent-Type: text\/html; charset=utf-8\n/);
    expect(text).toMatch(new RegExp(`\n\n${INDEX.length} bytes$`));
  });

  test("keeps the query and leaves the fragment out", async () => {
    origin.takeRequests();
    const { text } = await run(`http://localhost:${origin.port}/a%20b?c=d#e`);
    expect(text).toMatch(/^HTTP\/1\.1 404 Not Found\n/);
    expect(origin.takeRequests()[0]?.target).toBe("/a%20b?c=d");
  });

  test("speaks TLS for https, and trusts only whom it is told to", async () => {
    const lines: string[] = [];
    const url = `https://localhost:${secure.port}/`;
    await fetchURL(url, (line) => lines.push(line), { ca });
    expect(lines.at(-1)).toBe(`\n${HOME.length} bytes`);
    const { code, errors } = await run(url);
    expect(code).toBe(1);
    expect(errors).toHaveLength(1);
  });

  test.each([
    ["no URL", "parrot", /^TypeError: Cannot fetch parrot: it is no URL/],
    ["another scheme", "ftp://localhost/", /^TypeError: Cannot fetch ftp:.*: found ftp:/],
    [
      "a user name",
      "http://a:b@localhost/",
      /^TypeError: Cannot fetch localhost: found a user name/,
    ],
  ])("ends with 1 and one line on %s", async (_why, url, line) => {
    const { code, text, errors } = await run(url);
    expect([code, text, errors]).toEqual([1, "", [expect.stringMatching(line)]]);
  });

  test("ends with 1 and one line on a refused connection", async () => {
    const probe = createServer();
    const port = await listen(probe);
    await once(probe.close(), "close");
    const { code, errors } = await run(`http://localhost:${port}/`);
    expect([code, errors]).toEqual([1, [expect.stringContaining("ECONNREFUSED")]]);
  });

  test("ends with 1 and one line on a peer that does not speak HTTP", async () => {
    const { code, errors } = await run(`http://localhost:${brokenPort}/`);
    expect([code, errors]).toEqual([1, [expect.stringMatching(/^BadStatusLine: /)]]);
  });

  test("ends with 1 and one line on two URLs", async () => {
    const { code, errors } = await run("http://a/", "http://b/");
    expect([code, errors]).toEqual([1, [expect.stringMatching(/^TypeError: Cannot start: /)]]);
  });
});
