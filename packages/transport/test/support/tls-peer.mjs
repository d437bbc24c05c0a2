// oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-return, typescript/no-unsafe-argument -- plain JavaScript: Node 20 runs no TypeScript
/**
 * TLS servers in a process of their own, which is Node wherever the tests run: what they show is what our end does, never what the
 * TLS server of the same runtime does.
 *
 * A line of JSON on stdin is an order, a line on stdout an answer or something that has happened to a connection. Orders are carried
 * out one after the other. Bytes are deflated, in Base64. Ends with its stdin.
 *
 *     { op: "listen", re, certificate, layers }       → { re, port }     layers: how many times TLS, one inside the other
 *     { op: "look", re, id }                          → { re, waiting }  bytes that wait to be sent
 *     { op: "send", id, bytes }, and pause, resume, end, endRaw, reset with an id
 *     { is: "accepted" | "secure" | "data" | "ended" | "closed", id, port?, resumed?, bytes? }
 */
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { createSecureContext, TLSSocket } from "node:tls";
import { deflateRawSync, inflateRawSync } from "node:zlib";

const connections = new Map();
let count = 0;

const pack = (bytes) => deflateRawSync(bytes, { level: 1 }).toString("base64");
const unpack = (text) => inflateRawSync(Buffer.from(text, "base64"));

function tell(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function accept(raw, port, layers, secureContext) {
  const id = ++count;
  let socket = raw;
  for (let layer = 0; layer < layers; layer++) {
    socket.on("error", () => {});
    socket = new TLSSocket(socket, { isServer: true, secureContext, ALPNProtocols: ["http/1.1"] });
  }
  connections.set(id, { raw, socket });
  tell({ is: "accepted", id, port });
  socket.on("error", () => {});
  socket.on("secure", () => tell({ is: "secure", id, resumed: socket.isSessionReused() }));
  socket.on("data", (bytes) => tell({ is: "data", id, bytes: pack(bytes) }));
  socket.on("end", () => tell({ is: "ended", id }));
  raw.on("close", () => {
    connections.delete(id);
    tell({ is: "closed", id });
  });
}

function listen({ re, certificate, layers }) {
  const secureContext = createSecureContext(certificate);
  const server = createServer({ allowHalfOpen: true }, (raw) =>
    accept(raw, server.address().port, layers, secureContext),
  );
  server.listen(0, "127.0.0.1", () => tell({ re, port: server.address().port }));
}

function carryOut(order) {
  const { op, re, id } = order;
  const { raw, socket } = connections.get(id) ?? {};
  if (op === "listen") listen(order);
  else if (op === "look") tell({ re, waiting: socket?.writableLength ?? 0 });
  else if (op === "send") socket?.write(unpack(order.bytes));
  else if (op === "pause") socket?.pause();
  else if (op === "resume") socket?.resume();
  else if (op === "end") socket?.end();
  else if (op === "endRaw") raw?.end();
  else if (op === "reset") raw?.resetAndDestroy();
}

createInterface({ input: process.stdin })
  .on("line", (line) => carryOut(JSON.parse(line)))
  .on("close", () => process.exit());
