/** Brings each response to the request it answers; a request ends by answer, time-out, cancellation or loss. */

import { fault, type Fault } from "@skykoi/fault";
import type { ResponseFrame } from "@skykoi/protocol/wire";

import { wireFault } from "./wire-fault.ts";

export interface RequestLimits {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

interface Pending {
  readonly resolve: (payload: unknown) => void;
  readonly reject: (reason: Fault) => void;
}

export class Correlation {
  readonly #pending = new Map<string, Pending>();
  #lastId = 0;

  /** `send` writes the request with the given id; what it throws rejects the promise. */
  request(send: (id: string) => void, { timeoutMs, signal }: RequestLimits): Promise<unknown> {
    const id = String(++this.#lastId);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();

    const timer = setTimeout(() => settle(id, fault("TIMEOUT", { detail: `no answer in ${timeoutMs} ms` })), timeoutMs);
    const onAbort = (): void => settle(id, fault("ABORTED"));
    const settle = (key: string, reason: Fault): void => this.#pending.get(key)?.reject(reason);
    const finish = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      this.#pending.delete(id);
    };

    this.#pending.set(id, {
      resolve: (payload) => {
        finish();
        resolve(payload);
      },
      reject: (reason) => {
        finish();
        reject(reason);
      },
    });
    if (signal?.aborted) onAbort();
    else {
      signal?.addEventListener("abort", onAbort, { once: true });
      send(id);
    }
    return promise;
  }

  /** An answer that nobody waits for any more is dropped. */
  settle(response: ResponseFrame): void {
    const pending = this.#pending.get(response.id);
    if (response.ok) pending?.resolve(response.payload);
    else pending?.reject(wireFault(response.error));
  }

  /** Ends every waiting request. */
  rejectAll(reason: Fault): void {
    for (const pending of this.#pending.values()) pending.reject(reason);
  }
}
