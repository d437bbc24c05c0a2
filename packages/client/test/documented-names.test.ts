import { connectMemory } from "@httplib/transport";
import { describe, expect, test } from "vitest";
import * as python from "../src/python.ts";

/** Every name of the five documents, by where it stands; what only later documents name is here too. */
const MODULE =
  "HTTPConnection HTTPSConnection HTTPResponse HTTPMessage parse_headers HTTP_PORT HTTPS_PORT responses " +
  "HTTPException NotConnected InvalidURL UnknownProtocol UnknownTransferEncoding UnimplementedFileMode IncompleteRead " +
  "ImproperConnectionState CannotSendRequest CannotSendHeader ResponseNotReady BadStatusLine LineTooLong RemoteDisconnected error";
const CONSTANTS_2_6_4 =
  "CONTINUE SWITCHING_PROTOCOLS PROCESSING OK CREATED ACCEPTED NON_AUTHORITATIVE_INFORMATION NO_CONTENT RESET_CONTENT " +
  "PARTIAL_CONTENT MULTI_STATUS IM_USED MULTIPLE_CHOICES MOVED_PERMANENTLY FOUND SEE_OTHER NOT_MODIFIED USE_PROXY " +
  "TEMPORARY_REDIRECT BAD_REQUEST UNAUTHORIZED PAYMENT_REQUIRED FORBIDDEN NOT_FOUND METHOD_NOT_ALLOWED NOT_ACCEPTABLE " +
  "PROXY_AUTHENTICATION_REQUIRED REQUEST_TIMEOUT CONFLICT GONE LENGTH_REQUIRED PRECONDITION_FAILED " +
  "REQUEST_ENTITY_TOO_LARGE REQUEST_URI_TOO_LONG UNSUPPORTED_MEDIA_TYPE REQUESTED_RANGE_NOT_SATISFIABLE " +
  "EXPECTATION_FAILED UNPROCESSABLE_ENTITY LOCKED FAILED_DEPENDENCY UPGRADE_REQUIRED INTERNAL_SERVER_ERROR " +
  "NOT_IMPLEMENTED BAD_GATEWAY SERVICE_UNAVAILABLE GATEWAY_TIMEOUT HTTP_VERSION_NOT_SUPPORTED INSUFFICIENT_STORAGE NOT_EXTENDED";
const CONNECTION =
  "request getresponse set_debuglevel set_tunnel get_proxy_response_headers connect close putrequest putheader endheaders send";
const CONNECTION_ATTRIBUTES =
  "host port timeout source_address blocksize debuglevel auto_open default_port response_class";
const RESPONSE =
  "read readinto readinto1 read1 peek readline readlines getheader getheaders fileno geturl info getcode close isclosed readable";
const RESPONSE_ATTRIBUTES = "msg headers version url status reason debuglevel closed will_close";
const MESSAGE =
  "get get_all add_header replace_header keys values items raw_items set_raw get_content_type get_content_maintype " +
  "get_content_subtype get_default_type set_default_type get_params get_param set_param del_param set_type get_filename " +
  "get_boundary set_boundary get_content_charset get_charset get_charsets get_content_disposition is_multipart as_string " +
  "as_bytes get_unixfrom set_unixfrom getallmatchingheaders";

const names = (text: string): string[] => text.split(" ");
const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

async function exchange(): Promise<{
  connection: python.HTTPConnection;
  response: python.HTTPResponse;
}> {
  const connection = new python.HTTPConnection("a", null, { connect: connectMemory([OK]) });
  await connection.request("GET", "/");
  return { connection, response: await connection.getresponse() };
}

describe("every documented name is there", () => {
  test.each([...names(MODULE), ...names(CONSTANTS_2_6_4)])("module: %s", (name) => {
    expect(python).toHaveProperty(name);
  });

  test("the 49 constants of 2.6.4 have a reason each", () => {
    expect(names(CONSTANTS_2_6_4)).toHaveLength(49);
    for (const name of names(CONSTANTS_2_6_4)) {
      const code = (python as unknown as Record<string, number>)[name]!;
      expect(python.responses[code], name).toMatch(/^[A-Z]/);
    }
    expect(python.responses[python.NOT_FOUND]).toBe("Not Found");
  });

  test.each(names(CONNECTION))("HTTPConnection method: %s", async (name) => {
    const { connection } = await exchange();
    expect(typeof (connection as unknown as Record<string, unknown>)[name]).toBe("function");
  });

  test.each(names(CONNECTION_ATTRIBUTES))("HTTPConnection attribute: %s", async (name) => {
    expect(name in (await exchange()).connection).toBe(true);
  });

  test.each(names(RESPONSE))("HTTPResponse method: %s", async (name) => {
    const { response } = await exchange();
    expect(typeof (response as unknown as Record<string, unknown>)[name]).toBe("function");
  });

  test.each(names(RESPONSE_ATTRIBUTES))("HTTPResponse attribute: %s", async (name) => {
    expect((await exchange()).response).toHaveProperty(name);
  });

  test.each(names(MESSAGE))("HTTPMessage method: %s", async (name) => {
    const message = (await exchange()).response.msg;
    expect(typeof (message as unknown as Record<string, unknown>)[name]).toBe("function");
  });
});
