"use client";

/** The themes as a group of choices in a menu. */

import { useTheme } from "next-themes";
import { RadioGroup, RadioItem } from "radix-ui/dropdown-menu";

import { themes } from "./themes.ts";

export const ThemeItems = () => {
  const { theme, setTheme } = useTheme();
  return (
    <div className="flex items-center justify-between gap-3 py-1 pr-1 pl-2">
      <span className="text-small text-ink">Theme</span>
      <RadioGroup
        value={theme ?? "system"}
        onValueChange={setTheme}
        className="flex rounded-base border border-line bg-canvas p-0.5"
      >
        {themes.map(({ id, words, Icon }) => (
          <RadioItem
            key={id}
            value={id}
            aria-label={words}
            title={words}
            onSelect={(event) => event.preventDefault()}
            className="grid size-7 cursor-pointer place-items-center rounded-small text-ink-faint outline-none data-highlighted:text-ink data-[state=checked]:bg-surface data-[state=checked]:text-ink data-[state=checked]:shadow-raised max-md:size-10"
          >
            <Icon aria-hidden className="size-4" />
          </RadioItem>
        ))}
      </RadioGroup>
    </div>
  );
};
