/** Runs before every page: allows only our own code to run in it, and notes which page was asked for. */

import { NextResponse, type NextRequest } from "next/server";

import { contentSecurityPolicy } from "./content-security-policy.ts";
import { pathHeader } from "./routes.ts";

export const proxy = (request: NextRequest): NextResponse => {
  const nonce = crypto.randomUUID().replaceAll("-", "");
  const policy = contentSecurityPolicy({
    nonce,
    host: request.headers.get("host") ?? request.nextUrl.host,
    development: process.env.NODE_ENV === "development",
  });

  const headers = new Headers(request.headers);
  headers.set(pathHeader, request.nextUrl.pathname + request.nextUrl.search);
  headers.set("x-nonce", nonce);
  // Next reads the nonce for its own scripts from here.
  headers.set("content-security-policy", policy);

  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  response.headers.set("x-content-type-options", "nosniff");
  response.headers.set("x-frame-options", "DENY");
  response.headers.set("referrer-policy", "same-origin");
  response.headers.set("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=()");
  return response;
};

export const config = { matcher: ["/((?!api/|_next/|icon.svg).*)"] };
