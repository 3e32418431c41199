/** For who comes back. */

import type { Metadata } from "next";
import { redirect } from "next/navigation";

import { SignInForm } from "../../../components/auth/sign-in-form.tsx";
import { findMe } from "../../../platform/server.ts";
import { safeNext } from "../../../routes.ts";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage({ searchParams }: { searchParams: Promise<{ next?: string | string[] }> }) {
  const next = safeNext((await searchParams).next);
  if (await findMe()) redirect(next);
  return <SignInForm next={next} />;
}
