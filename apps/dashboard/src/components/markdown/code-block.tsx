"use client";

/** A block of code: its language, a way to copy it, colours when they are there. */

import type { ReactNode } from "react";

import { CopyButton } from "../ui/copy-button.tsx";
import type { HighlightedTree } from "./highlighter.ts";
import { useHighlight } from "./use-highlight.ts";

export const CodeBlock = ({ code, language }: { code: string; language: string | undefined }) => {
  const tree = useHighlight(code, language);
  return (
    <figure className="group relative my-3 overflow-hidden rounded-card border border-line bg-sunken">
      {language ? (
        <figcaption className="flex h-9 items-center border-b border-line pl-3.5 text-micro text-ink-faint max-md:h-11">
          {language}
        </figcaption>
      ) : null}
      <div className="absolute top-0.5 right-0.5 max-md:top-0 max-md:right-0">
        <CopyButton text={code} label="Copy code" />
      </div>
      <pre
        data-scroll
        // A long line is reached by keyboard too.
        tabIndex={0}
        className={`overflow-x-auto px-3.5 py-3 font-mono text-[0.8125rem] leading-5 ${language ? "" : "pr-11"}`}
      >
        <code>{tree ? tree.children.map(nodeOf) : code}</code>
      </pre>
    </figure>
  );
};

type TreeNode = HighlightedTree["children"][number];

const nodeOf = (node: TreeNode, index: number): ReactNode => {
  if (node.type === "text") return node.value;
  if (node.type !== "element") return null;
  const { className } = node.properties;
  return (
    <span key={index} className={Array.isArray(className) ? className.join(" ") : undefined}>
      {node.children.map(nodeOf)}
    </span>
  );
};
