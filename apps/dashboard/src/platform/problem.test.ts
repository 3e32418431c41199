import { describe, expect, it } from "vitest";

import { readAnswer } from "./answer.ts";

const answer = (status: number, body: string) => readAnswer<{ id: string }>(new Response(body, { status }));

describe("an answer of the API", () => {
  it("is its value", async () => {
    expect(await answer(200, '{"id":"agt_1"}')).toEqual({ ok: true, value: { id: "agt_1" } });
  });

  it("is a problem with a sentence for each field", async () => {
    const body = {
      code: "INVALID_REQUEST",
      detail: "Enter your name.",
      errors: [
        { path: "/name", message: "Enter your name." },
        { path: "email", message: "Enter a valid e-mail address." },
        { path: 3, message: "not a field" },
      ],
    };
    expect(await answer(400, JSON.stringify(body))).toEqual({
      ok: false,
      problem: {
        status: 400,
        code: "INVALID_REQUEST",
        message: "Enter your name.",
        fields: { name: "Enter your name.", email: "Enter a valid e-mail address." },
      },
    });
  });

  it.each([
    [502, "<html>Bad gateway</html>"],
    [200, "<html>captive portal</html>"],
    [500, ""],
    [500, "null"],
  ])("is a problem with a sentence though it is no answer of the API (%i, %s)", async (status, body) => {
    const outcome = await answer(status, body);
    expect(outcome).toMatchObject({ ok: false, problem: { code: "INTERNAL", fields: {} } });
    expect(outcome.ok ? "" : outcome.problem.message).toMatch(/^SkyKoi answered/);
  });
});
