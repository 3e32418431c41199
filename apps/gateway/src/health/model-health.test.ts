import { fault } from "@skykoi/fault";
import { describe, expect, it } from "vitest";

import { say, scriptedCatalog } from "../testing/scripted-catalog.ts";
import { startTestGateway } from "../testing/test-gateway.ts";

describe("a model that cannot be reached", () => {
  it("degrades the gateway by its last call, and the next answer ends that", async () => {
    let failure: string | undefined = "AUTH";
    const test = await startTestGateway({
      catalog: scriptedCatalog(async function* scripted() {
        if (failure === "AUTH") throw fault("MODEL_AUTH_FAILED");
        if (failure === "LONG") throw fault("MODEL_CONTEXT_TOO_LONG");
        yield* say("here");
      }),
    });
    try {
      const client = await test.client();
      await client.converse("a", "hello");
      const reason = "The last call of the model failed: The model provider refused the credentials.";
      expect(await client.request("health", {})).toMatchObject({ ok: false, status: "degraded", reasons: [reason] });
      failure = undefined;
      await client.converse("b", "hello");
      expect(await client.request("health", { probe: true })).toMatchObject({ ok: true, reasons: [] });
      // The request was at fault, not the way to the model.
      failure = "LONG";
      await client.converse("c", "hello");
      expect(await client.request("health", {})).toMatchObject({ ok: true });
    } finally {
      await test.stop();
    }
  });
});
