/** A tool that looks at less in every session but the owner's main one: the curated memory is nobody else's business. */

import type { Tool } from "../../port.ts";

export const closedOutsideMain = (open: Tool, closed: Tool): Tool => ({
  ...open,
  execute: (input, context) => (context.run.mainSession ? open : closed).execute(input, context),
});
