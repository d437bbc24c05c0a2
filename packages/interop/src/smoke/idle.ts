/** Makes one request, leaves the connection open, and has nothing more to do: the process must end by itself. */
import { HTTPConnection } from "@httplib/client";
import { print } from "./print.ts";
import { HOST } from "./stage.ts";

const connection = new HTTPConnection(HOST, Number(process.argv[2]));
await connection.request("GET", "/plain");
const response = await connection.getResponse();
await response.read();
print(`${response.status}`);
