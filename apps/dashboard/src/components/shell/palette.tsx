"use client";

/** The command palette: every agent, page and action, by typing. */

import type { AgentView } from "@skykoi/api/views";
import { Command } from "cmdk";
import { CornerDownLeft, House, ListTree, LogOut, Plus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTheme } from "next-themes";
import * as Dialog from "radix-ui/dialog";
import type { ReactNode } from "react";

import { agentPath, agentTimelinePath, homePath, newAgentPath } from "../../routes.ts";
import { KoiAvatar } from "../brand/koi-avatar.tsx";
import { signOut } from "./sign-out.ts";
import { themes } from "./themes.ts";

interface PaletteProps {
  readonly agents: readonly AgentView[];
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

export const Palette = ({ agents, open, onOpenChange }: PaletteProps) => (
  <Dialog.Root open={open} onOpenChange={onOpenChange}>
    <Dialog.Portal>
      <Dialog.Overlay className="fixed inset-0 z-40 animate-appear bg-scrim" />
      <Dialog.Content
        aria-describedby={undefined}
        className="fixed inset-x-4 top-[14vh] z-50 mx-auto max-w-xl animate-rise overflow-hidden rounded-card border border-line bg-surface shadow-float focus:outline-none"
      >
        <Dialog.Title className="sr-only">Search and commands</Dialog.Title>
        <Command label="Search and commands" loop>
          <Command.Input
            autoFocus
            placeholder="Go to a Koi, a page, or do something"
            className="h-12 w-full border-b border-line bg-transparent px-4 text-read outline-none max-md:text-[1rem]"
          />
          <Command.List data-scroll className="max-h-[min(22rem,56vh)] scroll-py-2 overflow-y-auto p-1.5">
            <Command.Empty className="px-3 py-8 text-center text-ink-faint">Nothing has that name.</Command.Empty>
            <Entries agents={agents} close={() => onOpenChange(false)} />
          </Command.List>
        </Command>
      </Dialog.Content>
    </Dialog.Portal>
  </Dialog.Root>
);

const Entries = ({ agents, close }: { agents: readonly AgentView[]; close: () => void }) => {
  const router = useRouter();
  const { setTheme } = useTheme();
  const then = (act: () => void) => () => {
    close();
    act();
  };
  const go = (path: string) => then(() => router.push(path));
  return (
    <>
      {agents.length > 0 ? (
        <Group heading="Your Koi">
          {agents.map((agent) => (
            <Entry key={agent.id} value={`chat ${agent.id}`} words={[agent.name]} onSelect={go(agentPath(agent.id))}>
              <KoiAvatar id={agent.id} sizePx={20} />
              <span className="truncate">{agent.name}</span>
            </Entry>
          ))}
        </Group>
      ) : null}
      <Group heading="Go to">
        <Entry value="home" words={["home", "agents", "your koi"]} onSelect={go(homePath)}>
          <House aria-hidden />
          Your Koi
        </Entry>
        <Entry value="new" words={["new", "create", "agent", "koi"]} onSelect={go(newAgentPath)}>
          <Plus aria-hidden />
          Create a Koi
        </Entry>
      </Group>
      <Group heading="Do">
        {themes.map(({ id, words, Icon }) => (
          <Entry key={id} value={`theme ${id}`} words={["theme", words]} onSelect={then(() => setTheme(id))}>
            <Icon aria-hidden />
            Theme: {words.toLowerCase()}
          </Entry>
        ))}
        <Entry value="sign out" words={["sign out", "log out"]} onSelect={then(() => void signOut())}>
          <LogOut aria-hidden />
          Sign out
        </Entry>
      </Group>
      {agents.length > 0 ? (
        <Group heading="Timelines">
          {agents.map((agent) => (
            <Entry
              key={agent.id}
              value={`timeline ${agent.id}`}
              words={[agent.name, "timeline"]}
              onSelect={go(agentTimelinePath(agent.id))}
            >
              <ListTree aria-hidden />
              <span className="truncate">Timeline of {agent.name}</span>
            </Entry>
          ))}
        </Group>
      ) : null}
    </>
  );
};

const Group = ({ heading, children }: { heading: string; children: ReactNode }) => (
  <Command.Group
    heading={heading}
    className="pb-1 **:[[cmdk-group-heading]]:px-2.5 **:[[cmdk-group-heading]]:py-1.5 **:[[cmdk-group-heading]]:text-micro **:[[cmdk-group-heading]]:text-ink-faint"
  >
    {children}
  </Command.Group>
);

interface EntryProps {
  readonly value: string;
  /** What can be typed to find it. */
  readonly words: string[];
  readonly onSelect: () => void;
  readonly children: ReactNode;
}

const Entry = ({ value, words, onSelect, children }: EntryProps) => (
  <Command.Item
    value={value}
    keywords={words}
    onSelect={onSelect}
    className="group flex h-9 cursor-pointer items-center gap-3 rounded-small px-2.5 data-[selected=true]:bg-hover max-md:h-11 [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-ink-faint [&_svg[data-koi]]:size-5"
  >
    {children}
    <CornerDownLeft aria-hidden className="ml-auto shrink-0 opacity-0 group-data-[selected=true]:opacity-100" />
  </Command.Item>
);
