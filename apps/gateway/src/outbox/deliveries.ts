/** How deliveries ended: the newest are remembered, and whoever waits for one is told. */

import type { EndedRecord } from "./outbox-file.ts";

export type Delivery = Pick<EndedRecord, "outcome" | "messageId" | "error">;

export interface Deliveries {
  get(key: string): Delivery | undefined;
  settle(key: string, delivery: Delivery): void;
  /** undefined when the time is over. */
  wait(key: string, timeoutMs: number): Promise<Delivery | undefined>;
}

const MAX_REMEMBERED = 1000;

export const createDeliveries = (): Deliveries => {
  /** The oldest first. */
  const ended = new Map<string, Delivery>();
  const waiting = new Map<string, Set<() => void>>();

  return {
    get: (key) => ended.get(key),
    settle: (key, delivery) => {
      ended.set(key, delivery);
      for (const oldest of ended.keys()) {
        if (ended.size <= MAX_REMEMBERED) break;
        ended.delete(oldest);
      }
      for (const tell of waiting.get(key) ?? []) tell();
    },
    wait: (key, timeoutMs) => {
      const known = ended.get(key);
      if (known) return Promise.resolve(known);
      return new Promise((resolve) => {
        const tell = (): void => {
          clearTimeout(timer);
          const all = waiting.get(key);
          all?.delete(tell);
          if (all?.size === 0) waiting.delete(key);
          resolve(ended.get(key));
        };
        const timer = setTimeout(tell, timeoutMs);
        waiting.set(key, (waiting.get(key) ?? new Set()).add(tell));
      });
    },
  };
};
