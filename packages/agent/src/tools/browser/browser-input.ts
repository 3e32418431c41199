/** The input of the browser tool: an action and what it needs. */

import { Type } from "typebox";

const ACTION_NAMES = [
  "navigate",
  "snapshot",
  "click",
  "type",
  "fill",
  "select",
  "press",
  "hover",
  "wait",
  "upload",
  "download",
  "evaluate",
  "screenshot",
  "pdf",
  "back",
  "forward",
  "dialog",
  "tabs",
] as const;

const optionalString = (description: string) => Type.Optional(Type.String({ minLength: 1, description }));

export const BrowserInput = Type.Object(
  {
    action: Type.Enum([...ACTION_NAMES]),
    url: optionalString("navigate, download"),
    ref: optionalString("Element of the last snapshot, like e12"),
    text: Type.Optional(Type.String({ description: "fill, type; wait: until it is shown; dialog: the answer" })),
    submit: Type.Optional(Type.Boolean({ description: "fill, type: press Enter after" })),
    double: Type.Optional(Type.Boolean({ description: "click twice" })),
    key: optionalString("press: like Enter or Control+A"),
    values: Type.Optional(Type.Array(Type.String(), { maxItems: 50, description: "select: options" })),
    paths: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { maxItems: 20, description: "upload: files" })),
    expression: optionalString("evaluate: JavaScript in the page"),
    timeMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 30_000, description: "wait" })),
    fullPage: Type.Optional(Type.Boolean({ description: "screenshot" })),
    accept: Type.Optional(Type.Boolean({ description: "dialog: how to answer the next one" })),
    tab: optionalString('tabs: its number to go there, or "new"; none: list'),
    close: Type.Optional(Type.Boolean({ description: "tabs: close that tab" })),
    offset: Type.Optional(Type.Integer({ minimum: 0, description: "snapshot: characters to skip" })),
  },
  { additionalProperties: false },
);
