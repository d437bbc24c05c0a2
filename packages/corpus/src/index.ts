export type {
  ConnectionUnderTest,
  OpenCall,
  OpenConnection,
  OpenedConnection,
  PeerScript,
  ResponseUnderTest,
  WireUnderTest,
} from "./client-under-test.ts";
export { everySplit } from "./every-split.ts";
export type { Message } from "./every-split.ts";
export { decodeLatin1, encodeLatin1 } from "./latin1.ts";
export { loadRequests, loadResponses, loadScenarios } from "./load-rows.ts";
export { parseRequestRow, parseResponseRow, parseScenarioRow } from "./parse-rows.ts";
export { EVENT } from "./protocol-under-test.ts";
export type {
  FieldsUnderTest,
  HeadUnderTest,
  MakeProtocol,
  ProtocolUnderTest,
} from "./protocol-under-test.ts";
export type {
  ExpectedError,
  ExpectedRequest,
  ExpectedResponse,
  Field,
  Framing,
  InterimHead,
  ParserOptions,
  RequestCall,
  RequestRow,
  ResponseRow,
  Row,
  ScenarioRow,
  Step,
} from "./rows.ts";
export { runParseResponse } from "./run-parse-response.ts";
export type { ParsedResponse, ParseResponse } from "./run-parse-response.ts";
export { runResponse } from "./run-response.ts";
export { runRequest } from "./run-request.ts";
