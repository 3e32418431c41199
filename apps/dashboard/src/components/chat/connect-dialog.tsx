"use client";

/** How to connect a real language model. */

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

export const ConnectDialog = ({ onClose }: { onClose: () => void }) => (
  <Dialog
    onClose={onClose}
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
    <Button look="primary" onClick={onClose}>
      Got it
    </Button>
  </Dialog>
);
