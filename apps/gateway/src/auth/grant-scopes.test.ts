import { SCOPES } from "@skykoi/protocol";
import { expect, it } from "vitest";

import { grantScopes } from "./grant-scopes.ts";

it.each([
  [undefined, SCOPES],
  [[], SCOPES],
  [["operator.read"], ["operator.read"]],
  [["operator.read", "operator.read", "galaxy.rule"], ["operator.read"]],
  [["galaxy.rule"], []],
])("a wish for %j grants %j", (wished, granted) => {
  expect(grantScopes(wished)).toEqual(granted);
});
