/** Which tickets were used: remembered on disk until they would be refused as expired anyway. */

import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

import { fault, isFault } from "@skykoi/fault";

export interface UsedTicketsOptions {
  readonly path: string;
  readonly now: () => number;
  /** With so many remembered no other ticket is taken until some expire. */
  readonly maxTickets?: number;
}

export interface UsedTickets {
  /**
   * True the first time. Written down before it is true, in one small append: no crash makes a ticket good again. Throws
   * STORAGE_FAILED and RATE_LIMITED; then the ticket is not used up.
   */
  use(id: string, untilMs: number): boolean;
}

const DEFAULT_MAX_TICKETS = 20_000;

export const createUsedTickets = ({ path, now, maxTickets = DEFAULT_MAX_TICKETS }: UsedTicketsOptions): UsedTickets => {
  /** Ticket to the time until which it is remembered; read on first use, since most gateways never see a ticket. */
  let used: Map<string, number> | undefined;
  let lines = 0;

  const forgetExpired = (remembered: Map<string, number>): void => {
    for (const [id, untilMs] of remembered) if (untilMs <= now()) remembered.delete(id);
  };

  const rewrite = (remembered: Map<string, number>): void => {
    const text = [...remembered].map(([id, untilMs]) => lineOf(id, untilMs)).join("");
    writeFileSync(`${path}.tmp`, text, { mode: 0o600, flush: true });
    renameSync(`${path}.tmp`, path);
    lines = remembered.size;
  };

  return {
    use: (id, untilMs) => {
      try {
        used ??= readUsed(path);
        if (used.has(id)) return false;
        if (used.size >= maxTickets || lines >= 2 * maxTickets) {
          forgetExpired(used);
          if (used.size >= maxTickets) throw fault("RATE_LIMITED", { message: "Too many tickets were used lately." });
          rewrite(used);
        }
        appendFileSync(path, lineOf(id, untilMs), { mode: 0o600, flush: true });
      } catch (cause) {
        throw storageFault(cause);
      }
      used.set(id, untilMs);
      lines++;
      return true;
    },
  };
};

const lineOf = (id: string, untilMs: number): string => `${untilMs} ${id}\n`;

/** A line that a crash cut off is no ticket that was admitted. */
const readUsed = (path: string): Map<string, number> => {
  if (!existsSync(path)) return new Map();
  const lines = readFileSync(path, "utf8").split("\n");
  return new Map(
    lines.flatMap((line) => {
      const [, untilMs = "", id = ""] = /^(\d+) (\S+)$/.exec(line) ?? [];
      return id === "" ? [] : [[id, Number(untilMs)] as const];
    }),
  );
};

const storageFault = (cause: unknown) =>
  isFault(cause)
    ? cause
    : fault("STORAGE_FAILED", { message: "The ticket could not be written down, so it was not taken.", cause });
