/** A socket without any client: what the servers say is compared byte for byte. */
import { connect } from "node:net";

const LIMIT = 5000;

/** Sends `text`, ends its half when told to, and gives all that comes until the peer closes. */
export async function exchange(port: number, text: string): Promise<string> {
  const socket = connect(port, "localhost");
  socket.setTimeout(LIMIT, () => socket.destroy(new Error("no answer in time")));
  const pieces: Uint8Array[] = [];
  socket.write(text, "latin1");
  for await (const piece of socket) pieces.push(piece as Uint8Array);
  return Buffer.concat(pieces).toString("latin1");
}
