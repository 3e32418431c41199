import { expect, it } from "vitest";

import { exitReport } from "./exit-report.ts";

it.each([
  [0, null, "AGENT_UNREACHABLE", "now"],
  [null, "SIGINT", "AGENT_UNREACHABLE", "now"],
  [1, null, "LAUNCH_FAILED", "later"],
  [2, null, "LAUNCH_FAILED", "never"],
  [3, null, "ENROLMENT_REFUSED", "later"],
  [4, null, "PORT_IN_USE", "now"],
  [5, null, "DATA_DIR_LOCKED", "later"],
  [6, null, "CONFIG_INVALID", "never"],
  [134, null, "LAUNCH_FAILED", "later"],
  [null, "SIGKILL", "AGENT_UNREACHABLE", "later"],
  [null, "SIGSEGV", "AGENT_UNREACHABLE", "later"],
  [null, null, "AGENT_UNREACHABLE", "now"],
])("code %s, signal %s is %s, tried again: %s", (exitCode, signal, code, retry) => {
  const report = exitReport({ exitCode, signal }, undefined);
  expect(report).toMatchObject({ reason: { code }, retry });
  expect(report.reason.message).toMatch(/^[A-Z].*\.$/);
});
