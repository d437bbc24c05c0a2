/** What every web server of the suite serves: the same few files and scripts. */
import { pattern } from "../pattern.ts";

export const GREETING = "hello, world\n";
export const LARGE = 8_000_003;
/** Compressible, and longer than any server's threshold. */
export const TEXT: string = "All work and no play makes Jack a dull boy.\n".repeat(500);
export const STREAMED = "first, second.";

export const CREDENTIALS = "parrot:spam";
/** The password as Apache's own MD5, the one form that all servers here know. */
export const HTPASSWD = "parrot:$apr1$peersalt$qky5F.LJYTt1nSlvpNSf/1\n";

/** Writes twice, with time between: a server that streams must use chunks. The first piece comes with the head. */
const STREAM = `#!/bin/sh
printf 'Content-Type: text/plain\\r\\n\\r\\nfirst,'
sleep 0.05
printf ' second.'
`;

/** Says how long the body was. */
const COUNT = `#!/bin/sh
printf 'Content-Type: text/plain\\r\\n\\r\\n'
wc -c
`;

/** The files by path, below `folder`. */
export function siteFiles(folder: string): Record<string, string | Uint8Array> {
  return {
    [`${folder}/index.html`]: "<!doctype html><title>it works</title>\n",
    [`${folder}/hello.txt`]: GREETING,
    [`${folder}/empty.txt`]: "",
    [`${folder}/text.txt`]: TEXT,
    [`${folder}/large.bin`]: pattern(0, LARGE),
    [`${folder}/cgi/stream.sh`]: STREAM,
    [`${folder}/cgi/count.sh`]: COUNT,
    [`${folder}/cgi/small.sh`]: COUNT,
  };
}
