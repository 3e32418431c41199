/** The question before every command: may it run? */

import type { RunOrigin } from "../../port.ts";

interface ExecRequest {
  readonly command: string;
  /** Real and absolute. */
  readonly directory: string;
  /** PATH among them. */
  readonly environment: Readonly<Record<string, string>>;
  /** Variables that the call adds. */
  readonly added: readonly string[];
  readonly run: RunOrigin;
}

type ExecVerdict = { readonly ok: true } | { readonly ok: false; readonly reason: string };

export type ExecGate = (request: ExecRequest, signal: AbortSignal) => Promise<ExecVerdict>;

export const openGate: ExecGate = async () => ({ ok: true });
