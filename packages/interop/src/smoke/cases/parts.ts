/**
 * Each pure package by itself, through its own exports. These cases need no socket, no Node and no Buffer: they run in
 * browsers too.
 */
import { findHeadEnd, isToken, latin1 } from "@httplib/bytes";
import { ChunkedDecoder, ChunkedEncoder, decodeChunked, encodeChunked } from "@httplib/chunked";
import { BadStatusLine, HTTPException, RemoteDisconnected } from "@httplib/errors";
import { byteSource, HeaderParser, HTTPMessage, parseHeaders, readHeaders } from "@httplib/headers";
import { ClientProtocol, parseResponse, ReadEvent } from "@httplib/protocol";
import { readResponse } from "@httplib/response";
import { HTTPStatus, isRedirection, NOT_FOUND, responses, statusInfo } from "@httplib/status";
import { bytesOf, holds, refused, same, textOf } from "../check.ts";
import type { Case } from "../run-cases.ts";

const FIELDS = "Host: example.com\r\nSet-Cookie: a=1\r\nset-cookie: b=\xe9\r\n\r\n";
const CODED = "5;x=y\r\nhello\r\n0007\r\n, world\r\n0\r\nX-Sum: 12\r\n\r\n";
const MESSAGE = `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${CODED}`;

/** Pieces of one byte each: the hardest way to get a message. */
const crumbs = (text: string): Uint8Array<ArrayBuffer>[] =>
  Array.from(text, (character) => bytesOf(character));

export const partCases: readonly Case[] = [
  {
    name: "status: a code has its name, phrase and class",
    run() {
      same([HTTPStatus.OK, NOT_FOUND, responses[404]], [200, 404, "Not Found"]);
      same([statusInfo(418)?.name, isRedirection(308)], ["IM_A_TEAPOT", true]);
    },
  },
  {
    name: "errors: the tree, the code and the fault",
    run() {
      const error = new RemoteDisconnected();
      holds(error instanceof BadStatusLine, "RemoteDisconnected is a BadStatusLine");
      holds(error instanceof HTTPException, "RemoteDisconnected is an HTTPException");
      same(
        [error.name, error.code, error.fault],
        ["RemoteDisconnected", "REMOTE_DISCONNECTED", "network"],
      );
    },
  },
  {
    name: "bytes: a head's end, tokens and ISO-8859-1",
    run() {
      const bytes = bytesOf("a: \xe9\r\n\r\nrest");
      same(findHeadEnd(bytes, 0, bytes.length), 8);
      same(latin1(bytes, 0, 4), "a: \xe9");
      same([isToken("GET"), isToken("G T")], [true, false]);
    },
  },
  {
    name: "headers: a block in one piece, order and case kept",
    run() {
      const { headers, bytesRead } = parseHeaders(bytesOf(`${FIELDS}body`));
      same(bytesRead, FIELDS.length);
      same(headers.getSetCookie(), ["a=1", "b=\xe9"]);
      same([...headers.keys()], ["Host", "Set-Cookie", "set-cookie"]);
      same(headers.toString(), FIELDS);
    },
  },
  {
    name: "headers: a block byte by byte",
    run() {
      const parser = new HeaderParser();
      for (const crumb of crumbs(FIELDS)) same(parser.push(crumb), 1);
      same(parser.done, true);
      same(parser.finish().toString(), FIELDS);
    },
  },
  {
    name: "headers: read from a source, which is left at the body",
    async run() {
      const source = byteSource(crumbs(`${FIELDS}body`));
      same((await readHeaders(source)).get("host"), "example.com");
      same(textOf((await source.read()) ?? new Uint8Array(0)), "b");
    },
  },
  {
    name: "headers: a bare LF is refused with its place",
    async run() {
      const parse = Promise.resolve().then(() => parseHeaders(bytesOf("A: 1\nB: 2\r\n\r\n")));
      const error = await refused(parse, { name: "ProtocolError", code: "BARE_LF" });
      same("offset" in error && error.offset, 4);
    },
  },
  {
    name: "headers: __proto__ is a field like any other",
    run() {
      const headers = new HTTPMessage([["__proto__", "x"]]);
      same([headers.get("__proto__"), headers.has("toString")], ["x", false]);
    },
  },
  {
    name: "chunked: one call each way",
    run() {
      const { body, trailers, bytesRead } = decodeChunked(bytesOf(`${CODED}rest`));
      same([textOf(body), trailers?.get("x-sum"), bytesRead], ["hello, world", "12", CODED.length]);
      const coded = encodeChunked([bytesOf("hello"), bytesOf("!")], [["X-Sum", "6"]]);
      same(textOf(coded), "5\r\nhello\r\n1\r\n!\r\n0\r\nX-Sum: 6\r\n\r\n");
    },
  },
  {
    name: "chunked: the decoder byte by byte",
    run() {
      const decoder = new ChunkedDecoder();
      let text = "";
      for (const crumb of crumbs(CODED)) {
        decoder.push(crumb);
        for (let run = decoder.pull(); run !== null; run = decoder.pull()) text += textOf(run);
      }
      same([text, decoder.done, decoder.trailers?.get("X-Sum")], ["hello, world", true, "12"]);
    },
  },
  {
    name: "chunked: the encoder gives the bytes back uncopied",
    run() {
      const encoder = new ChunkedEncoder();
      const data = bytesOf("hello");
      const parts = encoder.encode(data, { extensions: ";x=y" });
      holds(parts[1] === data, "the data is passed on as it is");
      same(parts.map(textOf).join(""), "5;x=y\r\nhello\r\n");
      same(textOf(encoder.finish()), "0\r\n\r\n");
    },
  },
  {
    name: "protocol: a request out, events in, byte by byte",
    run() {
      const protocol = new ClientProtocol();
      same(
        protocol.sendHead("GET", "/", [["Host", "example.com"]]),
        "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n",
      );
      protocol.sendEnd();
      const events: number[] = [];
      let body = "";
      for (const crumb of crumbs(MESSAGE)) {
        protocol.feed(crumb);
        for (let event = protocol.next(); event !== ReadEvent.NEED_DATA; event = protocol.next()) {
          if (event === ReadEvent.DATA) body += textOf(protocol.data);
          else events.push(event);
          if (event === ReadEvent.END) break;
        }
      }
      same(events, [ReadEvent.INFORMATIONAL, ReadEvent.HEAD, ReadEvent.END]);
      same(
        [body, protocol.trailers?.get("X-Sum"), protocol.isReusable],
        ["hello, world", "12", true],
      );
    },
  },
  {
    name: "protocol: a whole response in one call, and a cut one",
    async run() {
      const { head, body, keepAlive } = parseResponse(bytesOf(MESSAGE));
      same([head.status, textOf(body), keepAlive], [200, "hello, world", true]);
      const cut = Promise.resolve().then(() => parseResponse(bytesOf(MESSAGE.slice(0, -30))));
      const error = await refused(cut, { name: "IncompleteRead" });
      holds("partial" in error && error.partial instanceof Uint8Array, "the error has what came");
    },
  },
  {
    name: "response: read from pieces, by size, by line, as a stream",
    async run() {
      const text = "HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\none\ntwo\nthree,4.rest";
      const source = byteSource(crumbs(text));
      const response = await readResponse(source);
      same(textOf(await response.readLine()), "one\n");
      same(textOf(await response.read(2)), "tw");
      same(textOf((await response.peek()).subarray(0, 1)), "o");
      same(await response.text(), "o\nthree,4.");
      same([response.closed, textOf((await source.read()) ?? new Uint8Array(0))], [true, "r"]);

      const streamed = await readResponse(byteSource(crumbs(MESSAGE)));
      let streamedText = "";
      for await (const run of streamed.body) streamedText += textOf(run);
      same(streamedText, "hello, world");
      same([streamed.informational.length, streamed.trailers?.get("X-Sum")], [1, "12"]);
    },
  },
];

/** What needs the Fetch API. */
export const fetchCases: readonly Case[] = [
  {
    name: "response: as a Fetch Response",
    async run() {
      // Node loads its fetch when Response is touched, and ends the process when that fails.
      holds("WebAssembly" in globalThis, "no WebAssembly, so that Node has no fetch");
      const text = "HTTP/1.1 404 Not Found\r\nX-A: 1\r\nContent-Length: 2\r\n\r\nno";
      const response = (await readResponse(byteSource([bytesOf(text)]))).toResponse();
      same(
        [response.status, response.statusText, response.headers.get("x-a")],
        [404, "Not Found", "1"],
      );
      same(await response.text(), "no");
    },
  },
];
