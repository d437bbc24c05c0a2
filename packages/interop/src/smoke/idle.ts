/** Makes one request, over TLS where it is told whom to trust, leaves the connection open, and has nothing more to do: the process must end by itself. */
import { HTTPConnection, HTTPSConnection } from "@httplib/client";
import { print } from "./print.ts";
import { HOST } from "./stage.ts";

const [, , port, ca] = process.argv;
const connection =
  ca === undefined
    ? new HTTPConnection(HOST, Number(port))
    : new HTTPSConnection("localhost", Number(port), { context: { ca } });
await connection.request("GET", "/plain");
const response = await connection.getResponse();
await response.read();
print(`${response.status}`);
