/** Collects what must be closed while a program starts, and closes it in reverse order, also after a failed start. */

import type { Logger } from "@skykoi/log";

export interface Closing {
  add(part: string, close: () => Promise<void> | void): void;
  /** Every part gets its turn; what fails is logged and does not keep the others open. */
  closeAll(): Promise<void>;
}

export const createClosing = (log: Logger): Closing => {
  const parts: { part: string; close: () => Promise<void> | void }[] = [];
  return {
    add: (part, close) => void parts.push({ part, close }),
    closeAll: async () => {
      for (let next = parts.pop(); next; next = parts.pop()) {
        try {
          await next.close();
        } catch (error) {
          log.error(`The ${next.part} did not close cleanly.`, { error });
        }
      }
    },
  };
};
