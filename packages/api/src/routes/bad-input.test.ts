import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { ORIGIN, openPlatform, problemIn, type Person, type Platform } from "../testing/platform.ts";

let platform: Platform;
let person: Person;
let agentId: string;
beforeAll(async () => {
  platform = await openPlatform();
  person = await platform.signUp("Ada");
  agentId = (await platform.agentOf(person)).id;
});
afterAll(async () => await platform.close());

const send = async (
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = { "content-type": "application/json" },
): Promise<Response> =>
  await platform.api.fetch(
    new Request(`${ORIGIN}${path}`, { method: "POST", body, headers: { cookie: person.cookie, ...headers } }),
  );

describe("a body that is wrong", () => {
  it.each<[string, string, number, string, RegExp]>([
    ["is not JSON", "{name:", 400, "INVALID_REQUEST", /not valid JSON/],
    ["is empty", "", 400, "INVALID_REQUEST", /not valid JSON/],
    ["is a list", "[]", 400, "INVALID_REQUEST", /object/],
    ["is null", "null", 400, "INVALID_REQUEST", /object/],
    ["lacks a field", "{}", 400, "INVALID_REQUEST", /name is required/],
    ["has a field of the wrong type", `{"name":7}`, 400, "INVALID_REQUEST", /name must be string/],
    ["has an unknown field", `{"name":"A","purpos":"x"}`, 400, "INVALID_REQUEST", /did you mean "purpose"/],
    ["holds a null character", String.raw`{"name":"A\u0000"}`, 400, "INVALID_REQUEST", /null character/],
    [
      "nests deeper than any stack",
      `{"name":${"[".repeat(400_000)}${"]".repeat(400_000)}}`,
      400,
      "INVALID_REQUEST",
      /name/,
    ],
    [
      "holds a null character far inside",
      String.raw`{"a":[[{"b\u0000":1}]]}`,
      400,
      "INVALID_REQUEST",
      /null character/,
    ],
    ["has a name of 10,000 characters", `{"name":"${"x".repeat(10_000)}"}`, 400, "INVALID_REQUEST", /name/i],
    ["has an empty name", `{"name":"  "}`, 400, "INVALID_REQUEST", /name/i],
    ["is 2 MB", `{"name":"${"x".repeat(2_000_000)}"}`, 413, "PAYLOAD_TOO_LARGE", /1024 KiB/],
  ])("and %s", async (_what, body, status, code, detail) => {
    const problem = await problemIn(await send("/api/agents", body));
    expect(problem).toMatchObject({ status, code });
    expect(problem.detail).toMatch(detail);
  });

  it("is not asked for at all when the idempotency key is too long to be kept", async () => {
    const headers = { "content-type": "application/json", "idempotency-key": "k".repeat(201) };
    expect(await problemIn(await send("/api/agents", `{"name":"A"}`, headers))).toMatchObject({
      status: 400,
      code: "INVALID_REQUEST",
    });
  });

  it("names the fields, so that a form can show it there", async () => {
    const { errors } = await problemIn(await send("/api/agents", `{"nam":"A"}`));
    expect(errors?.map(({ path }) => path).toSorted()).toEqual(["nam", "name"]);
  });

  it("is refused when its size was not announced, too", async () => {
    const chunk = new Uint8Array(256 * 1024).fill(32);
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 1;
        controller.enqueue(chunk);
      },
    });
    const answer = await platform.api.fetch(
      new Request(`${ORIGIN}/api/agents`, {
        method: "POST",
        body: endless,
        duplex: "half",
        headers: { cookie: person.cookie, "content-type": "application/json" },
      }),
    );
    expect((await problemIn(answer)).code).toBe("PAYLOAD_TOO_LARGE");
    expect(answer.headers.get("connection")).toBe("close");
    expect(sent).toBeLessThan(10);
  });

  it("is refused when it is not UTF-8", async () => {
    const answer = await send("/api/agents", new Uint8Array([0x22, 0xff, 0xfe, 0x22]));
    expect((await problemIn(answer)).detail).toMatch(/UTF-8/);
  });

  it.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""])(
    "is refused as %j",
    async (type) => {
      for (const path of ["/api/agents", "/api/auth/sign-in/email"]) {
        const answer = await send(path, new TextEncoder().encode("{}"), type ? { "content-type": type } : {});
        expect((await problemIn(answer)).code).toBe("UNSUPPORTED_MEDIA_TYPE");
      }
    },
  );

  it("is accepted with a character set in its type", async () => {
    const answer = await send("/api/agents", `{"name":"Späti"}`, { "content-type": "application/json; charset=UTF-8" });
    expect(answer.status).toBe(201);
  });

  it("to the sign-in is a problem of the same form", async () => {
    expect((await problemIn(await send("/api/auth/sign-in/email", "{nope"))).code).toBe("INVALID_REQUEST");
    expect((await problemIn(await send("/api/auth/sign-in/email", "[]"))).code).toBe("INVALID_REQUEST");
  });
});

describe("an address that is wrong", () => {
  it.each([
    "/api",
    "/api/",
    "/api/nothing",
    "/api/agents/",
    "/api/agents/agt_unknown",
    "/api/agents/not-an-id",
    "/api/agents/agt_%00",
    "/api/agents/..%2f..%2fetc",
    `/api/agents/${"x".repeat(10_000)}`,
    "/api/agents/agt_unknown/events",
    "/api/agents/agt_unknown/sessions/main",
    "/api/agents/%E0%A4%A/sessions",
  ])("is NOT_FOUND: %s", async (path) => {
    expect((await problemIn(await person.call(path))).code).toBe("NOT_FOUND");
  });

  it.each([
    ["PUT", "/api/agents", "GET, POST"],
    ["PATCH", "/api/agents/agt_x", "GET, DELETE"],
    ["GET", "/api/agents/agt_x/messages", "POST"],
    ["OPTIONS", "/api/me", "GET"],
    ["GET", "/api/auth/sign-in/email", "POST"],
    ["POST", "/api/openapi.json", "GET"],
  ])("with the method %s says what %s takes", async (method, path, allow) => {
    const answer = await person.call(path, { method });
    expect(answer.headers.get("allow")).toBe(allow);
    expect((await problemIn(answer)).code).toBe("METHOD_NOT_ALLOWED");
  });

  it.each(["limit=0", "limit=1001", "limit=many", "limit=1.5", "nonsense=1", "before="])(
    "with the query %s is INVALID_REQUEST",
    async (query) => {
      const answer = await person.call(`/api/agents/${agentId}/sessions/main?${query}`);
      expect((await problemIn(answer)).code).toBe("INVALID_REQUEST");
    },
  );
});

describe("a request from another site", () => {
  it.each<[string, Record<string, string>]>([
    ["a foreign Origin", { origin: "https://evil.example" }],
    ["our host on another port", { origin: "http://localhost:3001" }],
    ["a sandboxed page", { origin: "null" }],
    ["no Origin but a cross-site mark", { "sec-fetch-site": "cross-site" }],
  ])("with %s changes nothing", async (_what, headers) => {
    for (const [method, path] of [
      ["POST", "/api/agents"],
      ["DELETE", `/api/agents/${agentId}`],
      ["POST", "/api/auth/sign-out"],
      ["POST", "/api/auth/sign-up/email"],
    ] as const) {
      const answer = await person.call(path, { method, headers, body: { name: "Evil" } });
      expect((await problemIn(answer)).code).toBe("FORBIDDEN");
    }
    expect((await person.call("/api/me")).status).toBe(200);
    expect(await (await person.call("/api/agents")).text()).not.toContain("Evil");
  });

  it("may still be a link that a person follows", async () => {
    expect((await person.call("/api/me", { headers: { "sec-fetch-site": "cross-site" } })).status).toBe(200);
  });
});

describe("what the platform did not expect", () => {
  it("is INTERNAL without a word of its inside, and the log has the request's id", async () => {
    const broken = await openPlatform({
      bootstrap: () => {
        throw new Error("secret detail in a stack");
      },
    });
    try {
      const owner = await broken.signUp("Ada");
      const { instance } = await broken.agentOf(owner);
      const token = await broken.control.enrolment.issue(instance.id, {});
      const answer = await broken.call("/api/enrol/exchange", {
        body: {},
        headers: { authorization: `Bearer ${token}`, "x-request-id": "request-0001" },
      });
      const problem = await problemIn(answer);
      expect(problem.code).toBe("INTERNAL");
      expect(JSON.stringify(problem)).not.toContain("secret detail");
      expect(answer.headers.get("x-request-id")).toBe("request-0001");
      const line = broken.logLines.find((entry) => entry.includes("secret detail"));
      expect(line).toContain("request-0001");
      expect(broken.logLines.join("\n")).not.toContain(token);
    } finally {
      await broken.close();
    }
  });
});
