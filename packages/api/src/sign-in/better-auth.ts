/** The embedded sign-in: Better Auth with e-mail and password on the platform's own database. */

import { hkdfSync } from "node:crypto";

import { fault } from "@skykoi/fault";
import type { Logger } from "@skykoi/log";
import { betterAuth, type BetterAuthOptions } from "better-auth";

import { parseJson } from "../http/body.ts";
import type { AuthPort } from "./auth-port.ts";
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH, parseSignIn, parseSignUp } from "./credentials.ts";
import { refusalProblem } from "./refusal-problem.ts";

export type AuthDatabase = Extract<NonNullable<BetterAuthOptions["database"]>, { db: unknown }>["db"];

export interface BetterAuthSignInOptions {
  /** Holds the tables user, session, account, verification and rateLimit. */
  readonly database: AuthDatabase;
  readonly secretKey: string;
  /** The first one is where links and cookies point to; all of them are trusted origins. */
  readonly publicUrls: readonly string[];
  /** The header in which the server in front names the client's address, for rate limits. */
  readonly clientAddressHeader: string;
  /** False: only the first person may create an account, and the installation is theirs. */
  readonly openSignUp: boolean;
  readonly log: Logger;
}

/** Attempts a minute from one address. Enough for a family behind one router, far too few to guess passwords. */
const ATTEMPTS_PER_MINUTE = 20;

const SIGN_UP = "/api/auth/sign-up/email";
const SIGN_IN = "/api/auth/sign-in/email";
const SIGN_OUT = "/api/auth/sign-out";
const GET_SESSION = "/api/auth/get-session";

export const createBetterAuthSignIn = (options: BetterAuthSignInOptions): AuthPort => {
  const publicUrl = new URL(options.publicUrls[0] ?? "http://localhost").origin;
  const auth = createAuth(options, publicUrl);

  return {
    endpoints: [
      { method: "POST", path: SIGN_UP },
      { method: "POST", path: SIGN_IN },
      { method: "POST", path: SIGN_OUT },
      { method: "GET", path: GET_SESSION },
    ],

    handler: async (request) => {
      const headers = new Headers(request.headers);
      // Programs send neither header. They pass the same origin check as a page of our own, which a browser cannot fake.
      if (!headers.has("origin") && !headers.has("sec-fetch-site")) headers.set("origin", publicUrl);
      const { pathname } = new URL(request.url);
      if (pathname === SIGN_UP && !options.openSignUp) await refuseAfterFirst(auth);
      const body = request.method === "GET" ? undefined : parseJson(await textOf(request));
      const answer = await auth.handler(
        new Request(`${publicUrl}${pathname}`, {
          method: request.method,
          headers: withoutBodyHeaders(headers, body !== undefined),
          ...(body === undefined ? {} : { body: JSON.stringify(forwarded(pathname, body)) }),
        }),
      );
      return answer.ok ? answer : await refusalProblem(answer);
    },

    userFor: async (headers) => {
      if (!headers.has("cookie")) return undefined;
      const { response, headers: answer } = await auth.api.getSession({ headers, returnHeaders: true });
      if (!response) return undefined;
      const { id, email, name } = response.user;
      return { userId: id, email, name, setCookies: answer.getSetCookie() };
    },
  };
};

/** Throws FORBIDDEN once there is an account. */
const refuseAfterFirst = async (auth: ReturnType<typeof createAuth>): Promise<void> => {
  const { internalAdapter } = await auth.$context;
  if ((await internalAdapter.countTotalUsers()) === 0) return;
  throw fault("FORBIDDEN", {
    message: "This SkyKoi takes no new accounts. Its operator can allow them with SKYKOI_SIGN_UP=open.",
  });
};

const createAuth = (options: BetterAuthSignInOptions, publicUrl: string) => {
  const { database, secretKey, publicUrls, clientAddressHeader } = options;
  const log = options.log.child("sign-in");
  const perMinute = { window: 60, max: ATTEMPTS_PER_MINUTE };
  return betterAuth({
    appName: "SkyKoi",
    baseURL: publicUrl,
    basePath: "/api/auth",
    secret: deriveSecret(secretKey),
    database: { db: database, type: "postgres" },
    trustedOrigins: publicUrls.map((url) => new URL(url).origin),
    emailAndPassword: {
      enabled: true,
      autoSignIn: true,
      minPasswordLength: PASSWORD_MIN_LENGTH,
      maxPasswordLength: PASSWORD_MAX_LENGTH,
    },
    rateLimit: {
      enabled: true,
      storage: "database",
      customRules: { "/sign-in/email": perMinute, "/sign-up/email": perMinute },
    },
    advanced: {
      cookiePrefix: "skykoi",
      useSecureCookies: publicUrl.startsWith("https:"),
      defaultCookieAttributes: { httpOnly: true, sameSite: "lax", path: "/" },
      // Explicit, because the library relaxes it by itself where NODE_ENV is "test".
      disableOriginCheck: false,
      ipAddress: { ipAddressHeaders: [clientAddressHeader] },
    },
    telemetry: { enabled: false },
    logger: {
      log: (level, message, ...details) =>
        log[level](message, { error: details.find((detail) => detail instanceof Error) }),
    },
    onAPIError: { onError: (error) => log.error("sign-in failed", { error }) },
  });
};

/** A key of its own, so that the library never sees the one that protects gateway tokens. */
const deriveSecret = (secretKey: string): string =>
  Buffer.from(hkdfSync("sha256", secretKey, "", "skykoi sign-in", 32)).toString("base64url");

/** Only the fields that are meant to be set from outside, checked. */
const forwarded = (pathname: string, body: unknown): unknown => {
  switch (pathname) {
    case SIGN_UP:
      return parseSignUp(body);
    case SIGN_IN:
      return parseSignIn(body);
    default:
      return {};
  }
};

const textOf = async (request: Request): Promise<string> => (await request.text()) || "{}";

const withoutBodyHeaders = (headers: Headers, hasBody: boolean): Headers => {
  headers.delete("content-length");
  headers.delete("transfer-encoding");
  if (hasBody) headers.set("content-type", "application/json");
  return headers;
};
