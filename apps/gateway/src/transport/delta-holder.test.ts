import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { OutgoingEvent } from "../events/event-hub.ts";
import { createDeltaHolder, type Delta } from "./delta-holder.ts";

const delta = (runId: string, seq: number): Delta => ({
  runId,
  sessionKey: "agent:main:main",
  agentId: "main",
  seq,
  state: "delta",
  deltaText: `${runId}${seq} `,
});

const eventOf = (payload: Delta): OutgoingEvent => ({
  event: "chat",
  payloadJson: JSON.stringify(payload),
  cursor: `e1:${payload.seq}`,
});

describe("deltas that are held back", () => {
  it("leave as one, which says where it begins and goes on where the last one did", () => {
    const sent: OutgoingEvent[] = [];
    const holder = createDeltaHolder((event) => void sent.push(event));
    for (const seq of [3, 4, 5]) holder.hold(eventOf(delta("a", seq)), delta("a", seq));
    expect(sent).toEqual([]);
    holder.flush();
    holder.flush();
    expect(sent).toHaveLength(1);
    expect(sent[0]?.cursor).toBe("e1:5");
    expect(JSON.parse(sent[0]?.payloadJson ?? "")).toMatchObject({ fromSeq: 3, seq: 5, deltaText: "a3 a4 a5 " });
  });

  it("lose no text, keep their order and leave no gap in the numbers of a run", () => {
    const steps = fc.array(fc.constantFrom("a", "b", "flush", "other"), { maxLength: 40 });
    fc.assert(
      fc.property(steps, (list) => {
        const sent: { seq: number; fromSeq?: number; runId: string; deltaText: string }[] = [];
        const holder = createDeltaHolder(({ payloadJson }) => void sent.push(JSON.parse(payloadJson)));
        const seqs = { a: 0, b: 0 };
        const expected = { a: "", b: "" };
        for (const step of list) {
          if (step === "flush") holder.flush();
          else if (step === "other") {
            holder.flush();
            seqs.a++;
            sent.push({ runId: "a", seq: seqs.a, deltaText: "" });
          } else if (step === "a" || step === "b") {
            const one = delta(step, ++seqs[step]);
            expected[step] += one.deltaText;
            holder.hold(eventOf(one), one);
          }
        }
        holder.flush();
        for (const runId of ["a", "b"] as const) {
          const ofRun = sent.filter((event) => event.runId === runId);
          expect(ofRun.map(({ deltaText }) => deltaText).join("")).toBe(expected[runId]);
          const covered = ofRun.flatMap(({ fromSeq, seq }) =>
            Array.from({ length: seq - (fromSeq ?? seq) + 1 }, (_, index) => (fromSeq ?? seq) + index),
          );
          expect(covered).toEqual(Array.from({ length: seqs[runId] }, (_, index) => index + 1));
        }
      }),
    );
  });
});
