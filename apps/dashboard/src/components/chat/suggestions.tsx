/** An empty chat: who this is, and a few first messages to send with one click. */

import type { AgentView } from "@skykoi/api/views";

import { KoiAvatar } from "../brand/koi-avatar.tsx";
import { titleParts } from "./tool-view.ts";

const suggestions = ["run `uname -a`", "create notes.md with my first note", "list files"];

interface SuggestionsProps {
  readonly agent: AgentView;
  readonly onPick: (text: string) => void;
}

export const Suggestions = ({ agent, onPick }: SuggestionsProps) => (
  <div className="animate-rise">
    <KoiAvatar id={agent.id} sizePx={56} />
    <h2 className="mt-4 text-display font-semibold tracking-tight">{agent.name} is ready</h2>
    {agent.purpose ? (
      <p className="mt-1 max-w-lg text-read text-ink-soft">Here for: {sentence(agent.purpose)}</p>
    ) : null}
    <p className="mt-1 max-w-lg text-ink-soft">
      It has a shell and files of its own. Ask for something, or start with one of these:
    </p>
    <div className="mt-5 flex flex-wrap gap-2">
      {suggestions.map((text) => (
        <button
          key={text}
          type="button"
          onClick={() => onPick(text)}
          className="min-h-9 rounded-full border border-line bg-surface px-3.5 text-small text-ink-soft shadow-raised transition-colors duration-150 hover:border-line-strong hover:text-ink max-md:min-h-11"
        >
          {titleParts(text).map((part) =>
            part.code ? (
              <code key={part.text} className="font-mono text-[0.75rem]">
                {part.text}
              </code>
            ) : (
              part.text
            ),
          )}
        </button>
      ))}
    </div>
  </div>
);

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
