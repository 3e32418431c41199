/** Something about a gateway's home or configuration that lets somebody do more than they should. */

export interface Finding {
  /** `critical`: somebody else can take over the agent or read its secrets. `warn`: one mistake away from it. */
  readonly level: "critical" | "warn" | "info";
  /** A key of skykoi.json or a path. */
  readonly subject: string;
  readonly meaning: string;
  readonly fix: string;
}

const RANK = { critical: 0, warn: 1, info: 2 } as const;

/** The worst first. */
export const sorted = (findings: readonly Finding[]): Finding[] =>
  findings.toSorted((a, b) => RANK[a.level] - RANK[b.level]);
