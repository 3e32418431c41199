import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { startTestGateway, type TestGateway } from "../testing/test-gateway.ts";

let test: TestGateway;

const limited = (maxUsdPerDay: number) =>
  startTestGateway({ config: (config) => ({ ...config, limits: { ...config.limits, maxUsdPerDay } }) });

beforeEach(async () => {
  test = await limited(1);
});
afterEach(() => test.stop());

describe("usage.cost", () => {
  it("tells what each conversation used, by day, session and model", async () => {
    const client = await test.client();
    await client.converse("a", "hello");
    await client.converse("b", "again");
    await client.converse("c", "elsewhere", "cron:nightly");
    const { daily, totals, bySession, byModel, byJob } = await client.request("usage.cost", {});
    expect(daily).toMatchObject([{ calls: 3, output: 30, totalTokens: 30, totalCost: 0.000_03 }]);
    expect(totals).toMatchObject({ calls: 3, output: 30 });
    expect(bySession.map(({ name, calls }) => [name, calls])).toEqual([
      ["agent:main:main", 2],
      ["cron:nightly", 1],
    ]);
    expect(byModel).toMatchObject([{ name: "offline/demo", calls: 3 }]);
    expect(byJob).toMatchObject([{ name: "nightly", calls: 1 }]);
  });

  it("is empty, not an error, before anything was used and for days without use", async () => {
    const client = await test.client();
    const { daily, totals, days } = await client.request("usage.cost", {
      startDate: "2020-01-01",
      endDate: "2020-01-31",
    });
    expect({ daily, calls: totals.calls, days }).toEqual({ daily: [], calls: 0, days: 31 });
  });

  it.each([{ startDate: "2026-02-01", endDate: "2026-01-01" }, { startDate: "2026-99-99" }])(
    "refuses %j",
    async (params) => {
      const client = await test.client();
      expect(await client.ask("usage.cost", params)).toMatchObject({ ok: false, error: { code: "INVALID_REQUEST" } });
    },
  );
});

describe("usage.status", () => {
  it("shows the limits and what is used of them", async () => {
    const client = await test.client();
    await client.converse("a", "hello");
    expect(await client.request("usage.status", {})).toMatchObject({
      providers: [],
      limits: { run: { limitUsd: 5 }, day: { limitUsd: 1, usedUsd: 0.000_01 }, month: { limitUsd: 200 } },
    });
  });
});

describe("a spend limit", () => {
  it("ends the run with a message that names it, and the transcript keeps it", async () => {
    const poor = await limited(0);
    try {
      const client = await poor.client();
      expect(await client.converse("a", "hello")).toMatchObject({
        state: "error",
        errorKind: "SPEND_LIMIT_REACHED",
        errorMessage: expect.stringMatching(/^The limit of \$0.00 a day .* limits.maxUsdPerDay.$/),
      });
      const { messages } = await client.request("chat.history", { sessionKey: "main" });
      expect(messages.at(-1)).toMatchObject({ role: "notice", kind: "error" });
    } finally {
      await poor.stop();
    }
  });
});
