/** The two web streams of `@httplib/chunked/stream`. */
import { ChunkedDecoderStream, ChunkedEncoderStream } from "@httplib/chunked/stream";
import { bytesOf, refused, same, textOf } from "../check.ts";
import type { Case } from "../run-cases.ts";

const CODED = "5;x=y\r\nhello\r\n0007\r\n, world\r\n0\r\nX-Sum: 12\r\n\r\n";

const crumbs = (text: string): Uint8Array<ArrayBuffer>[] =>
  Array.from(text, (character) => bytesOf(character));

async function through(
  pieces: readonly Uint8Array<ArrayBuffer>[],
  stream: TransformStream<Uint8Array, Uint8Array>,
): Promise<string> {
  const source = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  const reader = source.pipeThrough(stream).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += textOf(value);
  }
}

export const streamCases: readonly Case[] = [
  {
    name: "chunked: both streams, one behind the other",
    async run() {
      const decoder = new ChunkedDecoderStream();
      same(await through(crumbs(CODED), decoder), "hello, world");
      same((await decoder.trailers)?.get("X-Sum"), "12");
      const encoder = new ChunkedEncoderStream({ trailers: () => ({ "X-Sum": "5" }) });
      same(await through([bytesOf("hello")], encoder), "5\r\nhello\r\n0\r\nX-Sum: 5\r\n\r\n");
    },
  },
  {
    name: "chunked: a cut body errors the stream",
    async run() {
      const decoder = new ChunkedDecoderStream();
      decoder.trailers.catch(() => {});
      await refused(through([bytesOf("5\r\nhel")], decoder), { name: "IncompleteRead" });
    },
  },
];
