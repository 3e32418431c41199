/** `exec.approvals.*` and `exec.approval.resolve`. */

import type { GatewayContext } from "../context.ts";
import type { Feature } from "../feature.ts";
import type { Handlers } from "../rpc/method-table.ts";

type ApprovalMethods = Pick<Handlers, "exec.approvals.get" | "exec.approvals.set" | "exec.approval.resolve">;

export const createApprovalsFeature = ({
  approvals: { pending, allowed },
}: Pick<GatewayContext, "approvals">): Feature<ApprovalMethods> => ({
  methods: {
    "exec.approvals.get": async () => ({ allow: [...(await allowed.patterns())], pending: [...pending.list()] }),
    "exec.approvals.set": async ({ allow }) => ({ allow: [...(await allowed.set(allow))] }),
    "exec.approval.resolve": ({ id, decision }) => {
      pending.resolve(id, decision);
      return { ok: true };
    },
  },
  stop: () => pending.close(),
});
