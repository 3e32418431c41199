"use client";

/** Opens the account of who comes back. */

import { signUpPath } from "../../routes.ts";
import { TextField } from "../ui/field.tsx";
import { CredentialsFrame } from "./credentials-frame.tsx";
import { useCredentialsForm } from "./use-credentials-form.ts";

export const SignInForm = ({ next }: { next: string }) => {
  const form = useCredentialsForm("/api/auth/sign-in/email", next);
  return (
    <CredentialsFrame
      title="Sign in"
      nextSentence="You come back to your Koi, where you left them."
      action="Sign in"
      actionUnderWay="Signing you in"
      other={{ question: "New here?", action: "Create an account", href: signUpPath(next) }}
      form={form}
    >
      <TextField
        label="E-mail"
        name="email"
        type="email"
        inputMode="email"
        autoComplete="email"
        spellCheck={false}
        autoFocus
        error={form.errorOf("email")}
      />
      <TextField
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        error={form.errorOf("password")}
      />
    </CredentialsFrame>
  );
};
