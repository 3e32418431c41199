import { createGate, say, scriptedCatalog, startTestGateway, TOKEN, type Script } from "@skykoi/gateway/testing";
import { onTestFinished, expect, it } from "vitest";

import { withGateway } from "../gateway-address.ts";
import { oneAnswer } from "./one-answer.ts";

const ask = async (script: Script) => {
  const test = await startTestGateway({ catalog: scriptedCatalog(script) });
  onTestFinished(() => test.stop());
  const address = { url: test.gateway.url, token: TOKEN };
  const written: string[] = [];
  const asked = withGateway(address, (client) =>
    oneAnswer({ client, sessionKey: "main", message: "hello", write: (text) => written.push(text) }),
  );
  return { test, asked, written };
};

it("writes the whole answer, piece by piece, and gives its figures", async () => {
  const text = "An answer that is longer than one piece of a stream, so that it comes in several.";
  const { asked, written } = await ask(() => say(text));
  expect(await asked).toMatchObject({ state: "final", sessionKey: "agent:main:main", usage: { outputTokens: 10 } });
  expect(written.join("")).toBe(text);
});

it("fails when the agent is stopped, instead of waiting", async () => {
  const gate = createGate();
  const { asked, test } = await ask(gate.script);
  const failed = expect(asked).rejects.toMatchObject({ code: "ABORTED" });
  const other = await test.client();
  await other.until("the run", () => (gate.waiting() > 0 ? true : undefined));
  await other.request("chat.abort", { sessionKey: "main" });
  await failed;
});

it("fails when the gateway goes away", async () => {
  const gate = createGate();
  const { asked, test } = await ask(gate.script);
  const failed = expect(asked).rejects.toMatchObject({ name: expect.any(String) });
  const other = await test.client();
  await other.until("the run", () => (gate.waiting() > 0 ? true : undefined));
  await test.gateway.close();
  await failed;
});
