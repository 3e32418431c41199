/** For who is new. */

import type { Metadata } from "next";
import { redirect } from "next/navigation";

import { SignUpForm } from "../../../components/auth/sign-up-form.tsx";
import { findMe } from "../../../platform/server.ts";
import { safeNext } from "../../../routes.ts";

export const metadata: Metadata = { title: "Create your account" };

export default async function SignUpPage({ searchParams }: { searchParams: Promise<{ next?: string | string[] }> }) {
  const next = safeNext((await searchParams).next);
  if (await findMe()) redirect(next);
  return <SignUpForm next={next} />;
}
