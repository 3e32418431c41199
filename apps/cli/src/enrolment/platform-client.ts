/** The instance's side of enrolment over HTTP; the token goes into a header, never into an address. */

import { setTimeout as delay } from "node:timers/promises";

import { fault, isFault, type Fault } from "@skykoi/fault";
import { compileValidator, parseOrThrow } from "@skykoi/schema";
import { Type, type Static } from "typebox";

import type { Enrolment } from "./enrolment-file.ts";
import { postJson, type Answer } from "./post-json.ts";

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
  readonly detail?: string;
  readonly durationMs?: number;
}

interface CompletionReport {
  readonly gatewayVersion: string;
  readonly gatewayUrl: string;
  readonly certificateFingerprint?: string;
}

export interface PlatformClient {
  /**
   * Tried again for 30 s while the platform does not answer. Single use: when only the answer was lost, the next attempt
   * throws ENROLMENT_REFUSED and the platform launches anew. Throws UNAVAILABLE when there never was an answer.
   */
  exchange(): Promise<Grant>;
  /** Only for the person who watches: in order, not waited for, not repeated when it does not arrive. */
  progress(event: ProgressEvent): void;
  /** Resolves when the progress told so far has arrived or was given up, in 2 s at most. */
  settled(): Promise<void>;
  /** After the progress told so far; tried again for 30 s. Throws ENROLMENT_REFUSED or UNAVAILABLE. */
  complete(report: CompletionReport, stop: AbortSignal): Promise<void>;
}

const REQUEST_LIMIT_MS = 10_000;
const PROGRESS_LIMIT_MS = 2_000;
const PATIENCE_MS = 30_000;
const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 5_000;

const validateGrant = compileValidator(Grant);

export const createPlatformClient = ({ url, token }: Enrolment): PlatformClient => {
  const post = async (path: string, body: unknown, limitMs: number, stop?: AbortSignal): Promise<Answer> => {
    const answer = await postJson(new URL(`/api/enrol/${path}`, url), { token, body, limitMs, stop });
    const { status } = answer;
    if (status === 401) throw fault("ENROLMENT_REFUSED");
    if (status === 429 || status >= 500) throw unavailable(`${path} was answered with ${status}`);
    if (status >= 300) throw fault("ENROLMENT_REFUSED", { message: `The platform answered ${path} with ${status}.` });
    return answer;
  };
  let told: Promise<unknown> = Promise.resolve();
  const settled = async (): Promise<void> => {
    const limit = new AbortController();
    await Promise.race([told, delay(PROGRESS_LIMIT_MS, undefined, { signal: limit.signal })]);
    limit.abort();
  };

  return {
    exchange: async () => {
      const { body } = await untilAccepted(() => post("exchange", {}, REQUEST_LIMIT_MS));
      return parseOrThrow(validateGrant, body, "the platform's grant", "ENROLMENT_REFUSED");
    },
    progress: (event) => {
      // A step that does not arrive is not missed: the completion tells the platform what counts.
      told = told.then(() => post("progress", event, PROGRESS_LIMIT_MS)).catch(() => undefined);
    },
    settled,
    complete: async (report, stop) => {
      await settled();
      await untilAccepted(() => post("complete", report, REQUEST_LIMIT_MS, stop), stop);
    },
  };
};

const unavailable = (detail: string): Fault =>
  fault("UNAVAILABLE", { message: `The platform could not be reached for enrolment: ${detail}.` });

const untilAccepted = async <T>(attempt: () => Promise<T>, stop?: AbortSignal): Promise<T> => {
  const deadline = performance.now() + PATIENCE_MS;
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 2, MAX_DELAY_MS)) {
    try {
      return await attempt();
    } catch (thrown) {
      const isFinal = !isFault(thrown) || !thrown.retryable || performance.now() + delayMs > deadline;
      if (isFinal) throw thrown;
    }
    await delay(delayMs, undefined, stop ? { signal: stop } : {});
  }
};
