/** The instance's side of enrolment over HTTP; the token goes into a header, never into an address. */

import { setTimeout as delay } from "node:timers/promises";

import { fault, isFault, type Fault } from "@skykoi/fault";
import { compileValidator, parseOrThrow } from "@skykoi/schema";
import { Type, type Static } from "typebox";

import type { Enrolment } from "./enrolment-file.ts";

const Grant = Type.Object({
  instanceId: Type.String(),
  config: Type.String({ minLength: 1 }),
  workspace: Type.Object({
    directory: Type.String({ minLength: 1 }),
    files: Type.Array(Type.Object({ path: Type.String({ minLength: 1 }), text: Type.String() })),
  }),
});
export type Grant = Static<typeof Grant>;

export interface ProgressEvent {
  readonly step: "config" | "workspace" | "service";
  readonly state: "started" | "done" | "failed";
  readonly title: string;
  readonly durationMs?: number;
}

export interface CompletionReport {
  readonly gatewayVersion: string;
  readonly gatewayUrl: string;
  readonly certificateFingerprint?: string;
}

export interface PlatformClient {
  /** Single use. Throws ENROLMENT_REFUSED, or UNAVAILABLE when the platform does not answer. */
  exchange(): Promise<Grant>;
  /** Only for the person who watches: not waited for, and not repeated when it does not arrive. */
  progress(event: ProgressEvent): void;
  /** Tried again for 30 s. Throws ENROLMENT_REFUSED or UNAVAILABLE. */
  complete(report: CompletionReport): Promise<void>;
}

const REQUEST_LIMIT_MS = 10_000;
const PROGRESS_LIMIT_MS = 2_000;
const COMPLETE_LIMIT_MS = 30_000;
const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 5_000;

const validateGrant = compileValidator(Grant);

export const createPlatformClient = ({ url, token }: Enrolment): PlatformClient => {
  const post = async (path: string, body: unknown, limitMs: number): Promise<Response> => {
    const response = await request(`${url}/api/enrol/${path}`, token, body, limitMs);
    if (response.status === 401) throw fault("ENROLMENT_REFUSED");
    if (!response.ok) throw unavailable(`${path} was answered with ${response.status}`);
    return response;
  };

  return {
    exchange: async () => {
      const response = await post("exchange", {}, REQUEST_LIMIT_MS);
      const grant: unknown = await response.json();
      return parseOrThrow(validateGrant, grant, "the platform's grant", "ENROLMENT_REFUSED");
    },
    progress: (event) => {
      post("progress", event, PROGRESS_LIMIT_MS).catch(() => {
        // Nobody waits for it: the completion that follows tells the platform what counts.
      });
    },
    complete: (report) => untilAccepted(() => post("complete", report, REQUEST_LIMIT_MS)),
  };
};

const request = async (url: string, token: string, body: unknown, limitMs: number): Promise<Response> => {
  try {
    return await fetch(url, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(limitMs),
    });
  } catch (cause) {
    throw unavailable("no answer", cause);
  }
};

const unavailable = (detail: string, cause?: unknown): Fault =>
  fault("UNAVAILABLE", { message: `The platform could not be reached for enrolment: ${detail}.`, cause });

const untilAccepted = async (attempt: () => Promise<unknown>): Promise<void> => {
  const deadline = performance.now() + COMPLETE_LIMIT_MS;
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 2, MAX_DELAY_MS)) {
    try {
      await attempt();
      return;
    } catch (thrown) {
      const isFinal = !isFault(thrown) || !thrown.retryable || performance.now() + delayMs > deadline;
      if (isFinal) throw thrown;
    }
    await delay(delayMs);
  }
};
