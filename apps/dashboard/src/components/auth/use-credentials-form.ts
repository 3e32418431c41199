"use client";

/** Sends a form of credentials, keeps what was typed, and leads on when it was right. */

import { useState, type FormEvent } from "react";

import { callApi } from "../../platform/browser.ts";
import type { Problem } from "../../platform/problem.ts";
import { useHydrated } from "../shell/use-hydrated.ts";
import { firstWrongField } from "../ui/first-wrong-field.ts";

export const useCredentialsForm = (path: `/api/auth/${string}`, next: string) => {
  const hydrated = useHydrated();
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<Problem>();

  const submit = async (form: HTMLFormElement) => {
    setSending(true);
    const outcome = await callApi(path, { method: "POST", body: Object.fromEntries(new FormData(form)) });
    if (outcome.ok) {
      // A whole new page: nothing of who was here before stays in memory.
      window.location.assign(next);
      return;
    }
    setProblem(outcome.problem);
    setSending(false);
    firstWrongField(form, outcome.problem.fields)?.focus();
  };

  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    void submit(event.currentTarget);
  };

  return {
    onSubmit,
    ready: hydrated && !sending,
    sending,
    errorOf: (field: string): string | undefined => problem?.fields[field],
    /** What belongs to no field. */
    error: problem && Object.keys(problem.fields).length === 0 ? problem.message : undefined,
  };
};
