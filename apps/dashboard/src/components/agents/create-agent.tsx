"use client";

/** Creates an agent; also what the home page is as long as there is none. */

import type { AgentView } from "@skykoi/api/views";
import { useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState, type FormEvent } from "react";

import { callApi } from "../../platform/browser.ts";
import type { Problem } from "../../platform/problem.ts";
import { agentPath, homePath } from "../../routes.ts";
import { KoiAvatar } from "../brand/koi-avatar.tsx";
import { useHydrated } from "../shell/use-hydrated.ts";
import { Button } from "../ui/button.tsx";
import { TextAreaField, TextField } from "../ui/field.tsx";
import { firstWrongField } from "../ui/first-wrong-field.ts";
import { Notice } from "../ui/notice.tsx";
import { agentsKey } from "./use-agents.ts";

export const CreateAgent = ({ first = false }: { first?: boolean }) => {
  const { create, busy, problem } = useCreateAgent();
  const hydrated = useHydrated();
  const errorOf = (field: string) => problem?.fields[field];
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    void create(event.currentTarget);
  };

  return (
    <div className="mx-auto w-full max-w-lg px-5 pt-8 pb-16 md:pt-[14vh]">
      {first ? <School /> : null}
      <h1 className="text-display font-semibold tracking-tight">{first ? "Create your first Koi" : "Create a Koi"}</h1>
      <p className="mt-1.5 text-ink-soft">
        An agent with a machine of its own: a shell, files, a memory. You watch it come up, then you talk to it.
      </p>
      <form method="post" noValidate onSubmit={onSubmit} className="mt-8 grid gap-5">
        <TextField label="Name" name="name" autoComplete="off" maxLength={80} autoFocus error={errorOf("name")} />
        <TextAreaField
          label="What should it help with?"
          name="purpose"
          rows={3}
          hint="A sentence is enough, and you can change it later. It shapes the Koi's persona."
          error={errorOf("purpose")}
        />
        {problem && Object.keys(problem.fields).length === 0 ? (
          <Notice look="bad" urgent>
            {problem.message}
          </Notice>
        ) : null}
        <div className="flex items-center gap-2">
          <Button
            type="submit"
            look="primary"
            size="large"
            disabled={busy || !hydrated}
            className={busy ? "" : "disabled:opacity-100"}
          >
            {busy ? "Creating your Koi" : "Create your Koi"}
          </Button>
          {first ? null : (
            <Button asChild look="ghost" size="large">
              <Link href={homePath}>Cancel</Link>
            </Button>
          )}
        </div>
      </form>
    </div>
  );
};

const useCreateAgent = () => {
  const router = useRouter();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();

  const create = async (element: HTMLFormElement) => {
    const form = new FormData(element);
    const refuse = (found: Problem) => {
      setProblem(found);
      firstWrongField(element, found.fields)?.focus();
    };
    if (textOf(form, "name") === "") return refuse(nameless);
    setBusy(true);
    const purpose = textOf(form, "purpose");
    const outcome = await callApi<AgentView>("/api/agents", {
      method: "POST",
      body: { name: textOf(form, "name"), ...(purpose ? { purpose } : {}) },
    });
    if (!outcome.ok) {
      setBusy(false);
      refuse(outcome.problem);
      return;
    }
    router.push(agentPath(outcome.value.id));
    await queries.invalidateQueries({ queryKey: agentsKey });
  };

  return { create, busy, problem };
};

const nameless: Problem = {
  code: "INVALID_REQUEST",
  status: 400,
  message: "Give your Koi a name.",
  fields: { name: "Give your Koi a name." },
};

const textOf = (form: FormData, field: string): string => {
  const value = form.get(field);
  return typeof value === "string" ? value.trim() : "";
};

/** A few koi, to show what an agent's face looks like. */
const School = () => (
  <div aria-hidden className="mb-6 flex -space-x-2">
    {["harbour", "lantern", "willow"].map((id) => (
      <KoiAvatar key={id} id={id} sizePx={44} className="ring-3 ring-canvas" />
    ))}
  </div>
);
