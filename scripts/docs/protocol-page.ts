/** docs/protocol.md and the JSON Schema bundle, from the registry of the protocol. */

import {
  CLOSE,
  ConnectParams,
  DEFAULT_LIMITS,
  EVENTS,
  EventFrame,
  FrameError,
  HelloOk,
  METHODS,
  MIN_PROTOCOL_VERSION,
  PROTOCOL_VERSION,
  RequestFrame,
  ResponseFrame,
} from "@skykoi/protocol";

import { fieldRows, typeName, type SchemaNode } from "./describe-schema.ts";
import { code, fence, generatedFrom, table } from "./markdown.ts";

/** A TypeBox schema as the plain JSON Schema that it is on the wire. */
const plain = (schema: object): SchemaNode => JSON.parse(JSON.stringify(schema));

const fields = (typed: object): string => {
  const schema = plain(typed);
  const rows = fieldRows(schema);
  if (rows.length === 0) return schema.anyOf ? `One of: ${schema.anyOf.map(typeName).join(", ")}.` : "No fields.";
  return table(
    ["field", "type", ""],
    rows.map(({ field, type, required }) => [code(field), type, required ? "required" : "optional"]),
  );
};

const variants = (typed: object): string => {
  const schema = plain(typed);
  return schema.anyOf ? schema.anyOf.map((variant) => fields(variant)).join("\n\nor\n\n") : fields(schema);
};

const methodSection = ([name, spec]: [string, (typeof METHODS)[keyof typeof METHODS]]): string =>
  [
    `### ${code(name)}`,
    `${spec.summary} Scope: ${code(spec.scope)}.`,
    "Params:",
    fields(spec.params),
    ...(spec.interim ? ["First answer:", fields(spec.interim), "Second answer:"] : ["Result:"]),
    fields(spec.result),
    fence(
      "json",
      [
        { type: "req", id: "1", method: name, params: spec.example.params },
        ...(spec.example.interim ? [{ type: "res", id: "1", ok: true, payload: spec.example.interim }] : []),
        { type: "res", id: "1", ok: true, payload: spec.example.result },
      ]
        .map((frame) => JSON.stringify(frame))
        .join("\n"),
    ),
  ].join("\n\n");

const eventSection = ([name, spec]: [string, (typeof EVENTS)[keyof typeof EVENTS]]): string =>
  [
    `### ${code(name)}`,
    `${spec.summary} ${spec.scope ? `Needs ${code(spec.scope)}.` : "Sent to every client."} ${spec.durable ? "Durable: has a cursor and is replayed by `resume`." : ""}`.trimEnd(),
    variants(spec.payload),
  ].join("\n\n");

export const protocolPage = (): string =>
  [
    generatedFrom("packages/protocol"),
    "# The gateway protocol",
    `JSON text frames over WebSocket at \`/\` or \`/ws\` of the gateway. Protocol version ${PROTOCOL_VERSION}; accepted: ${MIN_PROTOCOL_VERSION} to ${PROTOCOL_VERSION}. Frames and params are closed objects: an unknown field, a wrong type or an unknown method is answered with \`INVALID_REQUEST\` and the path of the mistake. The same schemas as a bundle: [protocol.schema.json](protocol.schema.json). Error codes: [errors.md](errors.md).`,
    "## Frames",
    "Request:",
    fields(RequestFrame),
    "Response:",
    variants(ResponseFrame),
    "Event:",
    fields(EventFrame),
    "## Handshake",
    "The gateway sends the event `connect.challenge`. The first request must be `connect`:",
    fields(ConnectParams),
    "and is answered with `hello-ok`:",
    fields(HelloOk),
    "## Methods",
    ...Object.entries(METHODS).map(methodSection),
    "## Events",
    ...Object.entries(EVENTS).map(eventSection),
    "## Limits",
    table(
      ["limit", "default"],
      Object.entries(DEFAULT_LIMITS).map(([name, value]) => [code(name), value.toLocaleString("en-US")]),
    ),
    "## Close codes",
    table(
      ["code", "meaning"],
      Object.entries(CLOSE).map(([name, value]) => [String(value), name]),
    ),
    "",
  ].join("\n\n");

export const protocolSchema = (): string =>
  `${JSON.stringify(
    {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      title: "SkyKoi gateway protocol",
      version: PROTOCOL_VERSION,
      $defs: { RequestFrame, ResponseFrame, EventFrame, FrameError, ConnectParams, HelloOk },
      methods: Object.fromEntries(
        Object.entries(METHODS).map(([name, { scope, params, interim, result }]) => [
          name,
          { scope, params, ...(interim && { interim }), result },
        ]),
      ),
      events: Object.fromEntries(
        Object.entries(EVENTS).map(([name, { scope, payload, durable }]) => [
          name,
          { scope: scope ?? null, durable, payload },
        ]),
      ),
    },
    null,
    2,
  )}\n`;
