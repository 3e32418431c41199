import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";

import { CLIENT_ADDRESS_HEADER } from "../api.ts";
import { ORIGIN, cookieOf, openPlatform, problemIn, type Platform } from "../testing/platform.ts";

let platform: Platform;
beforeAll(async () => {
  platform = await openPlatform();
});
afterAll(async () => await platform.close());

const PASSWORD = "correct horse battery";
let address = 0;
const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  platform.call(path, { body, headers: { [CLIENT_ADDRESS_HEADER]: `10.1.0.${++address}`, ...headers } });
const signUp = (email: string, more: object = {}): Promise<Response> =>
  post("/api/auth/sign-up/email", { name: "Ada", email, password: PASSWORD, ...more });
const signIn = (email: string, password: string, headers = {}): Promise<Response> =>
  post("/api/auth/sign-in/email", { email, password }, headers);

describe("signing up", () => {
  it("works for a program without an Origin, and its cookie opens the API", async () => {
    const answer = await signUp("ada@example.com");
    expect(answer.status).toBe(200);
    const me = await platform.call("/api/me", { headers: { cookie: cookieOf(answer) } });
    expect(await me.json()).toEqual({
      user: { id: expect.any(String), name: "Ada", email: "ada@example.com" },
      organization: { id: expect.stringMatching(/^org_/), name: "Ada's organization", role: "OWNER" },
      model: { ref: "offline/demo", demo: true },
    });
  });

  it("keeps the session out of reach of scripts and of other sites", async () => {
    const [cookie = ""] = (await signUp("cookie@example.com")).headers.getSetCookie();
    expect(cookie).toContain("HttpOnly");
    expect(cookie).toContain("SameSite=Lax");
    expect(cookie).toContain("Path=/");
    expect(cookie).not.toContain("Secure");
  });

  it("refuses an e-mail address that is taken, at the field, in whatever case it is written", async () => {
    await signUp("twice@example.com");
    const answer = await signUp("Twice@Example.com");
    expect(answer.status).toBe(422);
    const problem = await problemIn(answer);
    expect(problem.errors).toEqual([{ path: "email", message: expect.stringContaining("Sign in instead") }]);
    expect(problem).toMatchObject({ status: 422, message: problem.detail });
  });

  it("creates one account when the same person signs up twice at once", async () => {
    const answers = await Promise.all([signUp("race@example.com"), signUp("race@example.com")]);
    const accepted = answers.filter((answer) => answer.ok);
    expect(accepted).toHaveLength(1);
    const refused = answers.find((answer) => !answer.ok);
    expect(refused?.status).toBeLessThan(500);
  });

  it.each([
    ["a short password", { password: "1234567" }, "password"],
    ["a password of 129 characters", { password: "x".repeat(129) }, "password"],
    ["no password", { password: undefined }, "password"],
    ["a password that is no text", { password: 12345678 }, "password"],
    ["an empty name", { name: "   " }, "name"],
    ["a name of 10,000 characters", { name: "x".repeat(10_000) }, "name"],
    ["a name with a line break", { name: "A\nB" }, "name"],
    ["an e-mail address without a host", { email: "ada" }, "email"],
    ["an e-mail address with two @", { email: "a@b@example.com" }, "email"],
    ["an e-mail address with letters beyond ASCII", { email: "käse@exämple.com" }, "email"],
    ["an e-mail address of 300 characters", { email: `${"x".repeat(290)}@example.com` }, "email"],
  ])("refuses %s at the field", async (_what, wrong, path) => {
    const answer = await signUp("new@example.com", wrong);
    expect(answer.status).toBe(400);
    const problem = await problemIn(answer);
    expect(problem.code).toBe("INVALID_REQUEST");
    expect(problem.errors?.map((error) => error.path)).toEqual([path]);
  });

  it("sets nothing that a person may not set", async () => {
    const answer = await signUp("plain@example.com", { emailVerified: true, image: "https://tracker.example/x.png" });
    expect(await answer.json()).toMatchObject({ user: { emailVerified: false, image: null } });
  });
});

describe("signing in and out", () => {
  it("gives a new session for the right password, and signing out ends it", async () => {
    await signUp("in@example.com");
    const cookie = cookieOf(await signIn("in@example.com", PASSWORD));
    expect((await platform.call("/api/me", { headers: { cookie } })).status).toBe(200);
    const out = await platform.call("/api/auth/sign-out", { method: "POST", headers: { cookie } });
    expect(out.status).toBe(200);
    expect((await platform.call("/api/me", { headers: { cookie } })).status).toBe(401);
  });

  it("says the same about a wrong password and an unknown person", async () => {
    await signUp("known@example.com");
    const wrong = await signIn("known@example.com", "not the password");
    const unknown = await signIn("nobody@example.com", "not the password");
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(await wrong.json()).toEqual(await unknown.json());
  });

  it("lets a program sign in again while it still holds an old cookie", async () => {
    const cookie = cookieOf(await signUp("again@example.com"));
    expect((await signIn("again@example.com", PASSWORD, { cookie })).status).toBe(200);
  });

  it("works from our own page and is refused from any other", async () => {
    await signUp("page@example.com");
    const own = await signIn("page@example.com", PASSWORD, { origin: ORIGIN, "sec-fetch-site": "same-origin" });
    const other = await signIn("page@example.com", PASSWORD, { origin: "https://evil.example" });
    expect([own.status, other.status]).toEqual([200, 403]);
  });

  it("stays valid for who keeps coming back: the session is prolonged, and the browser gets the longer cookie", async () => {
    const cookie = cookieOf(await signUp("faithful@example.com"));
    const fresh = await platform.call("/api/me", { headers: { cookie } });
    expect(fresh.headers.getSetCookie()).toEqual([]);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 4 * 86_400_000 });
    onTestFinished(() => void vi.useRealTimers());
    const later = await platform.call("/api/me", { headers: { cookie } });
    expect(later.headers.getSetCookie()).toEqual([expect.stringMatching(/session_token=.*Max-Age=604800/)]);
  });

  it("does not accept a cookie whose signature was changed", async () => {
    const cookie = cookieOf(await signUp("forged@example.com"));
    const [name = "", value = ""] = cookie.split("=");
    const forged = `${name}=${value.startsWith("A") ? "B" : "A"}${value.slice(1)}`;
    expect((await platform.call("/api/me", { headers: { cookie: forged } })).status).toBe(401);
  });

  it("is limited by address after twenty attempts a minute", async () => {
    const headers = { [CLIENT_ADDRESS_HEADER]: "10.9.9.9" };
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 21; attempt++) {
      statuses.push((await signIn(`guess${attempt}@example.com`, "wrong password", headers)).status);
    }
    expect(statuses.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 401));
    expect(statuses[20]).toBe(429);
    const limited = await signIn("known@example.com", PASSWORD, headers);
    expect(await limited.json()).toMatchObject({ code: "RATE_LIMITED" });
    expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await signIn("known@example.com", PASSWORD)).status).toBe(200);
  });

  it("answers only the addresses it needs", async () => {
    const cookie = cookieOf(await signUp("narrow@example.com"));
    for (const path of [
      "update-user",
      "change-email",
      "delete-user",
      "list-sessions",
      "request-password-reset",
      "ok",
    ]) {
      const answer = await platform.call(`/api/auth/${path}`, { method: "POST", body: {}, headers: { cookie } });
      expect([path, answer.status]).toEqual([path, 404]);
    }
  });

  it("tells the session to who holds it, and nothing to others", async () => {
    const cookie = cookieOf(await signUp("session@example.com"));
    const mine = await platform.call("/api/auth/get-session", { headers: { cookie } });
    expect(await mine.json()).toMatchObject({ user: { email: "session@example.com" } });
    expect(await (await platform.call("/api/auth/get-session")).json()).toBeNull();
  });
});

describe("the log of the sign-in", () => {
  it("holds no password, cookie or session token", () => {
    const text = platform.logLines.join("\n");
    expect(text).not.toContain(PASSWORD);
    expect(text).not.toContain("not the password");
    expect(text).not.toMatch(/session_token=(?!\[)/);
  });
});

describe("an installation that takes only its first person", () => {
  it("refuses the second account with a sentence for the operator, and lets the first sign in", async () => {
    const own = await openPlatform({ openSignUp: false });
    onTestFinished(() => own.close());
    const owner = await own.signUp("Owner");
    const second = await own.call("/api/auth/sign-up/email", {
      body: { name: "Eve", email: "eve@example.com", password: PASSWORD },
    });
    expect(second.status).toBe(403);
    expect((await problemIn(second)).detail).toContain("SKYKOI_SIGN_UP=open");
    const again = await own.call("/api/auth/sign-in/email", { body: { email: owner.email, password: PASSWORD } });
    expect(again.status).toBe(200);
  });
});
