/** A command that waits for a person's word, and how the waiting ended. */

import { Type, type Static } from "typebox";

import { closed, oneOf, timestamp } from "./closed.ts";

export const ApprovalRequest = closed({
  id: Type.String(),
  command: Type.String(),
  directory: Type.String(),
  sessionKey: Type.String(),
  agentId: Type.String(),
  runId: Type.String(),
  /** Why it is asked about, in words. */
  reasons: Type.Array(Type.String()),
  /** What "allow-always" adds to the allow-list; empty: this command can only be allowed once. */
  patterns: Type.Array(Type.String()),
  createdAt: timestamp(),
  /** Without an answer until then it is refused. */
  expiresAt: timestamp(),
});
export type ApprovalRequest = Static<typeof ApprovalRequest>;

export const ApprovalResolution = closed({
  id: Type.String(),
  sessionKey: Type.String(),
  runId: Type.String(),
  /** `withdrawn`: the run was stopped. */
  decision: oneOf(["allow-once", "allow-always", "deny", "expired", "withdrawn"]),
});
export type ApprovalResolution = Static<typeof ApprovalResolution>;
