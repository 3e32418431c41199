"use client";

/** Says that the answers come from no language model, and how to change that. */

import { useState } from "react";

import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Dialog } from "../ui/dialog.tsx";

const ways = [
  {
    title: "Claude on Amazon Bedrock",
    sentence: "With AWS credentials on the machine that runs SkyKoi, such as a profile:",
    command: "AWS_PROFILE=work npm start",
  },
  {
    title: "Any OpenAI-compatible server",
    sentence: "Ollama, llama.cpp, vLLM or a hosted one; add SKYKOI_MODEL_API_KEY if it wants a key:",
    command: "SKYKOI_MODEL=custom/qwen3 SKYKOI_MODEL_BASE_URL=http://127.0.0.1:8080/v1 npm start",
  },
];

export const DemoNotice = () => {
  const [open, setOpen] = useState(false);
  return (
    <div className="border-b border-warn/25 bg-warn-wash px-4 py-1.5 text-small text-warn-text md:px-5" role="note">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-0.5">
        <p className="grow">
          <strong className="font-medium">Offline demo.</strong> A small built-in program answers, not a language model.
          The tools are real.
        </p>
        <button
          type="button"
          onClick={() => setOpen(true)}
          className="rounded-small py-1 font-medium underline decoration-current/40 underline-offset-4 hover:decoration-current max-md:min-h-11"
        >
          Connect a model
        </button>
      </div>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Connect a language model"
        description={
          <div className="grid gap-4">
            <p>Stop SkyKoi and start it again with a model. Koi you create from then on use it; nothing is lost.</p>
            {ways.map(({ title, sentence, command }) => (
              <div key={title}>
                <h3 className="font-medium text-ink">{title}</h3>
                <p className="text-small">{sentence}</p>
                <div className="mt-1.5 flex items-start gap-1 rounded-base border border-line bg-sunken py-1 pr-1 pl-3">
                  <code className="grow py-1.5 font-mono text-micro break-all text-ink">{command}</code>
                  <CopyButton text={command} label="Copy command" />
                </div>
              </div>
            ))}
          </div>
        }
      >
        <Button look="primary" onClick={() => setOpen(false)}>
          Got it
        </Button>
      </Dialog>
    </div>
  );
};
