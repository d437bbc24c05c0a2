/**
 * One line of a corpus file to one typed row. Every field is checked on the way in.
 *
 * Must not know where the text comes from: load-rows.ts does.
 */
import { expandAll, expandParts, partsOf } from "./expand-parts.ts";
import {
  booleanOf,
  fieldsOf,
  isFields,
  listOf,
  numberOf,
  oneOf,
  pairsOf,
  textOf,
  type Fields,
} from "./json-fields.ts";
import { encodeLatin1 } from "./latin1.ts";
import type {
  ExpectedRequest,
  ExpectedResponse,
  ParserOptions,
  RequestCall,
  RequestRow,
  ResponseRow,
  Row,
  ScenarioRow,
  Step,
} from "./rows.ts";

const FRAMINGS = ["none", "length", "chunked", "close", "tunnel", "upgrade"] as const;

/** Undefined for a field that is missing or null, else `read(value)`. */
function optional<T>(value: unknown, where: string, read: (value: unknown, where: string) => T) {
  return value === undefined || value === null ? undefined : read(value, where);
}

function rowOf(fields: Fields, id: string): Row {
  return {
    id,
    category: textOf(fields["category"], id),
    why: textOf(fields["why"], id),
    ref: textOf(fields["ref"], id),
    cpython: fields["cpython"],
    cpythonOther: fields["cpython_other"],
    peers: fields["peers"],
  };
}

function namesOf(value: unknown, where: string): string[] {
  return listOf(value, where).map((name) => textOf(name, where));
}

function interimOf(value: unknown, where: string): ExpectedResponse["interim"] {
  if (isFields(value)) return { count: numberOf(value["count"], where) };
  return listOf(value, where).map((item) => {
    const head = fieldsOf(item, where);
    return {
      status: numberOf(head["status"], where),
      reason: textOf(head["reason"], where),
      headers: pairsOf(head["headers"], where),
    };
  });
}

function expectedResponseOf(value: unknown, where: string): ExpectedResponse {
  const fields = fieldsOf(expandAll(value, where), where);
  const error = optional(fields["error"], where, fieldsOf);
  return {
    outcome: oneOf(fields["outcome"], ["ok", "error", "need-more"], where),
    interim: optional(fields["interim"], where, interimOf),
    version: optional(fields["version"], where, numberOf),
    status: optional(fields["status"], where, numberOf),
    reason: optional(fields["reason"], where, textOf),
    headers: optional(fields["headers"], where, pairsOf),
    framing: optional(fields["framing"], where, (name) => oneOf(name, FRAMINGS, where)),
    length: optional(fields["length"], where, numberOf),
    keepAlive: optional(fields["keep_alive"], where, booleanOf),
    reusable: optional(fields["reusable"], where, booleanOf),
    body: optional(fields["body"], where, textOf),
    trailers: optional(fields["trailers"], where, pairsOf),
    trailersComplete: optional(fields["trailers_complete"], where, booleanOf),
    rest: optional(fields["rest"], where, textOf),
    state: optional(fields["state"], where, textOf),
    error: error && {
      class: textOf(error["class"], where),
      phase: optional(error["phase"], where, textOf),
      partial: optional(error["partial"], where, textOf),
      expected: optional(error["expected"], where, numberOf),
    },
  };
}

function optionsOf(value: unknown, where: string): ParserOptions {
  const fields = fieldsOf(value, where);
  const limits = Object.entries(fieldsOf(fields["limits"] ?? {}, where));
  const lenient = Object.entries(fieldsOf(fields["lenient"] ?? {}, where));
  return {
    limits: Object.fromEntries(limits.map(([name, limit]) => [name, numberOf(limit, where)])),
    lenient: Object.fromEntries(lenient.map(([name, flag]) => [name, booleanOf(flag, where)])),
  };
}

function wireOf(fields: Fields, where: string): Uint8Array {
  const short = optional(fields["bytes_latin1"], where, textOf);
  return encodeLatin1(short ?? expandParts(partsOf(fields["parts"], where)));
}

/** Reads one line of responses.jsonl. */
export function parseResponseRow(line: string): ResponseRow {
  const fields = fieldsOf(JSON.parse(line), "a response row");
  const id = textOf(fields["id"], "a response row");
  const lenient = optional(fields["lenient"], id, fieldsOf);
  return {
    ...rowOf(fields, id),
    kind: oneOf(fields["kind"], ["response"], id),
    method: textOf(fields["method"], id),
    upgradeRequested: booleanOf(fields["upgrade_requested"], id),
    eof: booleanOf(fields["eof"], id),
    wire: wireOf(fields, id),
    options: optional(fields["options"], id, optionsOf) ?? {},
    expected: expectedResponseOf(fields["expected"], id),
    lenient: lenient && {
      flags: namesOf(lenient["flags"], id),
      expected: expectedResponseOf(lenient["expected"], id),
    },
    acceptAlso: optional(fields["accept_also"], id, namesOf) ?? [],
  };
}

function stepOf(value: unknown, where: string): Step {
  const [name, ...args] = listOf(value, where);
  if (name !== "try") return { name: textOf(name, where), args, tried: false };
  return { name: textOf(args[0], where), args: args.slice(1), tried: true };
}

function callOf(value: unknown, where: string): RequestCall {
  const fields = fieldsOf(value, where);
  return {
    host: textOf(fields["host"], where),
    port: optional(fields["port"], where, numberOf) ?? null,
    tls: booleanOf(fields["tls"], where),
    steps: listOf(fields["steps"], where).map((step) => stepOf(step, where)),
    reply: textOf(fields["reply"], where),
  };
}

function expectedRequestOf(value: unknown, where: string): ExpectedRequest {
  const fields = fieldsOf(expandAll(value, where), where);
  const error = optional(fields["error"], where, fieldsOf);
  return {
    outcome: oneOf(fields["outcome"], ["ok", "error"], where),
    wire: optional(fields["wire"], where, textOf),
    note: optional(fields["note"], where, textOf),
    error: error && { class: textOf(error["class"], where), when: textOf(error["when"], where) },
  };
}

/** Reads one line of requests.jsonl. */
export function parseRequestRow(line: string): RequestRow {
  const fields = fieldsOf(JSON.parse(line), "a request row");
  const id = textOf(fields["id"], "a request row");
  return {
    ...rowOf(fields, id),
    kind: oneOf(fields["kind"], ["request"], id),
    call: optional(expandAll(fields["call"], id), id, callOf),
    js: optional(fields["js"], id, textOf),
    expected: expectedRequestOf(fields["expected"], id),
    acceptAlso: optional(fields["accept_also"], id, namesOf) ?? [],
  };
}

/** Reads one line of scenarios.jsonl. */
export function parseScenarioRow(line: string): ScenarioRow {
  const fields = fieldsOf(JSON.parse(line), "a scenario row");
  const id = textOf(fields["id"], "a scenario row");
  return {
    ...rowOf(fields, id),
    kind: oneOf(fields["kind"], ["scenario"], id),
    scenario: textOf(fields["scenario"], id),
    outcome: textOf(fieldsOf(fields["expected"], id)["outcome"], id),
  };
}
