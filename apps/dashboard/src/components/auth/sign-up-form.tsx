"use client";

/** Creates an account. */

import { signInPath } from "../../routes.ts";
import { TextField } from "../ui/field.tsx";
import { CredentialsFrame } from "./credentials-frame.tsx";
import { useCredentialsForm } from "./use-credentials-form.ts";

export const SignUpForm = ({ next }: { next: string }) => {
  const form = useCredentialsForm("/api/auth/sign-up/email", next);
  return (
    <CredentialsFrame
      title="Create your account"
      nextSentence="Next you name your Koi, and it gets a machine of its own."
      action="Create account"
      actionUnderWay="Creating your account"
      other={{ question: "Already have an account?", action: "Sign in", href: signInPath(next) }}
      form={form}
    >
      <TextField label="Name" name="name" autoComplete="name" autoFocus error={form.errorOf("name")} />
      <TextField
        label="E-mail"
        name="email"
        type="email"
        inputMode="email"
        autoComplete="email"
        spellCheck={false}
        error={form.errorOf("email")}
      />
      <TextField
        label="Password"
        name="password"
        type="password"
        autoComplete="new-password"
        hint="At least 8 characters."
        error={form.errorOf("password")}
      />
    </CredentialsFrame>
  );
};
