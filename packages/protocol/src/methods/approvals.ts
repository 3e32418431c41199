/** Methods about commands that wait for a person's word, and about those allowed for good. */

import { Type } from "typebox";

import { ApprovalRequest } from "../approval.ts";
import { closed, oneOf, text } from "../closed.ts";
import { method } from "../method.ts";

const allow = Type.Array(text(4096), { maxItems: 1000 });

export const approvalMethods = {
  "exec.approvals.get": method({
    scope: "operator.read",
    summary: "The commands that wait for an answer, oldest first, and the patterns that were allowed for good.",
    params: closed({}),
    result: closed({ allow: Type.Array(Type.String()), pending: Type.Array(ApprovalRequest) }),
    example: { params: {}, result: { allow: ["git status", "npm test"], pending: [] } },
  }),
  "exec.approvals.set": method({
    scope: "operator.approvals",
    summary: "Replaces the patterns that were allowed for good, durably.",
    params: closed({ allow }),
    result: closed({ allow: Type.Array(Type.String()) }),
    example: { params: { allow: ["git status"] }, result: { allow: ["git status"] } },
  }),
  "exec.approval.resolve": method({
    scope: "operator.approvals",
    summary: "Answers for a waiting command; the first answer counts, a later one is a conflict.",
    params: closed({ id: text(128), decision: oneOf(["allow-once", "allow-always", "deny"]) }),
    result: closed({ ok: Type.Literal(true) }),
    example: { params: { id: "3f2c", decision: "allow-once" }, result: { ok: true } },
  }),
} as const;
