import { fault } from "@skykoi/fault";
import { describe, expect, it } from "vitest";

import { collect, createScene } from "../testing/scene.ts";
import { calls, says, saysThenHangs, scriptedModel, USAGE } from "../testing/scripted-model.ts";
import type { PlannedCall, SpendPort, SpentCall } from "./spend-port.ts";

/** Remembers what it was told, in order; refuses after `allowed` calls. */
const recordingSpend = (allowed = Infinity) => {
  const planned: PlannedCall[] = [];
  const settled: SpentCall[] = [];
  const port: SpendPort = {
    reserve: async (call) => {
      if (planned.length >= allowed) return { allowed: false, fault: fault("SPEND_LIMIT_REACHED") };
      planned.push(call);
      return { allowed: true, reservation: { settle: async (spent) => void settled.push(spent) } };
    },
  };
  return { planned, settled, port };
};

/** One dollar for the request and one for each hundred tokens of output. */
const worstCaseUsd = (_request: unknown, maxOutputTokens: number) => 1 + maxOutputTokens / 100;

describe("every model call", () => {
  it("is reserved before it is made and settled with what it used, each under an id of its own", async () => {
    const spend = recordingSpend();
    const model = scriptedModel((_request, call) => (call === 1 ? calls("nothing", {}) : says("Done.")));
    const scene = await createScene();
    await collect(scene.run(model, { spend: spend.port, worstCaseUsd }));
    expect(spend.planned).toHaveLength(2);
    expect(new Set(spend.planned.map(({ callId }) => callId)).size).toBe(2);
    expect(spend.planned[0]).toMatchObject({
      runId: "run_1",
      sessionKey: "agent:main:main",
      sessionId: "ses_1",
      model: "test/scripted",
      worstCaseUsd: 1 + 40.96,
    });
    const whole = { usage: USAGE, costUsd: 0.015, estimated: false };
    expect(spend.settled).toMatchObject([whole, whole]);
  });

  it("that the limit refuses is not made; the run ends as failed and says why in the transcript", async () => {
    const spend = recordingSpend(1);
    const model = scriptedModel(() => calls("nothing", {}));
    const scene = await createScene();
    const events = await collect(scene.run(model, { spend: spend.port, worstCaseUsd }));
    expect(model.requests).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ type: "run-end", outcome: "failed", fault: { code: "SPEND_LIMIT_REACHED" } });
    expect((await scene.reread()).slice(-2)).toMatchObject([
      { type: "notice", kind: "error", content: [{ text: "A limit on what the agent may spend is reached." }] },
      { type: "runEnd", outcome: "failed" },
    ]);
  });

  it("that is tried again is reserved again, and a provider that did no work costs nothing", async () => {
    const spend = recordingSpend();
    const model = scriptedModel((_request, call) => {
      if (call === 1) throw fault("MODEL_THROTTLED");
      return says("Done.");
    });
    await collect((await createScene()).run(model, { spend: spend.port, worstCaseUsd }));
    expect(spend.settled).toMatchObject([
      { costUsd: 0, estimated: true },
      { costUsd: 0.015, estimated: false },
    ]);
  });

  it("that breaks off is settled with the most its request and what was shown can have cost", async () => {
    const spend = recordingSpend();
    const model = scriptedModel(async function* broken() {
      yield { type: "text-delta" as const, text: "x".repeat(100) };
      throw fault("MODEL_STREAM_BROKEN");
    });
    await collect((await createScene()).run(model, { spend: spend.port, worstCaseUsd }));
    // It is asked to go on three times, and each call is paid for.
    expect(spend.settled).toHaveLength(4);
    expect(spend.settled[0]?.costUsd).toBeGreaterThanOrEqual(2);
    expect(spend.settled[0]?.costUsd).toBeLessThan(3);
  });

  it.each(["stopped", "left by its reader"])("that is %s is settled", async (how) => {
    const spend = recordingSpend();
    const controller = new AbortController();
    const model = scriptedModel((request) => saysThenHangs("So ", request));
    const scene = await createScene();
    for await (const event of scene.run(model, { spend: spend.port, worstCaseUsd, signal: controller.signal })) {
      if (event.type !== "text-delta") continue;
      if (how === "stopped") controller.abort();
      else break;
    }
    expect(spend.settled).toMatchObject([{ estimated: true }]);
  });
});
