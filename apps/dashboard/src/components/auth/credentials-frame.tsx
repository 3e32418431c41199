"use client";

/** The form around credentials: what happens next, the fields, one button, and the way to the other form. */

import Link from "next/link";
import type { FormEventHandler, ReactNode } from "react";

import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";

interface CredentialsFrameProps {
  readonly title: string;
  readonly nextSentence: string;
  readonly action: string;
  readonly actionUnderWay: string;
  readonly other: { readonly question: string; readonly action: string; readonly href: string };
  readonly form: {
    readonly onSubmit: FormEventHandler<HTMLFormElement>;
    readonly ready: boolean;
    readonly sending: boolean;
    readonly error: string | undefined;
  };
  readonly children: ReactNode;
}

export const CredentialsFrame = ({ form, other, children, ...words }: CredentialsFrameProps) => (
  <>
    <h1 className="mt-6 text-display font-semibold tracking-tight">{words.title}</h1>
    <p className="mt-1.5 text-ink-soft">{words.nextSentence}</p>
    {/* post, so that nothing typed can end up in an address, whatever the browser does by itself. */}
    <form method="post" noValidate onSubmit={form.onSubmit} className="mt-8 grid gap-5">
      {children}
      {form.error ? (
        <Notice look="bad" urgent>
          {form.error}
        </Notice>
      ) : null}
      <Button
        type="submit"
        look="primary"
        size="large"
        disabled={!form.ready}
        className={form.sending ? "" : "disabled:opacity-100"}
      >
        {form.sending ? words.actionUnderWay : words.action}
      </Button>
    </form>
    <p className="mt-6 text-ink-soft">
      {other.question}{" "}
      <Link
        href={other.href}
        className="font-medium text-ink underline decoration-line-strong underline-offset-4 hover:decoration-ink"
      >
        {other.action}
      </Link>
    </p>
  </>
);
