"use client";

/** What an agent wrote, as readable text: no HTML of its own, no image from elsewhere, no link that surprises. */

import { ImageOff } from "lucide-react";
import { isValidElement, memo, type ReactNode } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";

import { CodeBlock } from "./code-block.tsx";
import { imageSource, keepUrl, linkTarget } from "./link-policy.ts";

export const Markdown = memo(({ text }: { text: string }) => (
  <div className="prose">
    <ReactMarkdown remarkPlugins={plugins} components={components} urlTransform={keepUrl} skipHtml>
      {text}
    </ReactMarkdown>
  </div>
));
Markdown.displayName = "Markdown";

const plugins = [remarkGfm];

const components: Components = {
  a: ({ href, children }) => <SafeLink href={href}>{children}</SafeLink>,
  // The only control Markdown knows: the box of a task, to be read and not to be ticked.
  input: ({ checked }) => (
    <input type="checkbox" disabled checked={checked === true} aria-label={checked === true ? "Done" : "To do"} />
  ),
  img: ({ src, alt }) => <SafeImage src={src} alt={alt} />,
  pre: ({ children }) => <Preformatted>{children}</Preformatted>,
  table: ({ children }) => (
    // A wide table is scrolled by keyboard too.
    <div data-scroll tabIndex={0} className="overflow-x-auto">
      <table>{children}</table>
    </div>
  ),
};

const SafeLink = ({ href, children }: { href: string | undefined; children: ReactNode }) => {
  const target = linkTarget(href);
  switch (target.kind) {
    case "outside":
      return (
        <a href={target.href} target="_blank" rel="noopener noreferrer nofollow">
          {children}
        </a>
      );
    case "mail":
      return <a href={target.href}>{children}</a>;
    default:
      return <span title={href}>{children}</span>;
  }
};

const SafeImage = ({ src, alt }: { src: unknown; alt: string | undefined }) => {
  const source = imageSource(src);
  if (source.kind === "inline") {
    // The picture is in the text itself: there is nothing for an image service to do.
    return (
      <img src={source.src} alt={alt ?? ""} className="my-3 max-h-96 max-w-full rounded-card border border-line" />
    );
  }
  return (
    <span className="inline-flex max-w-full items-center gap-2 rounded-base border border-line bg-sunken px-2.5 py-1 text-small text-ink-soft">
      <ImageOff aria-hidden className="size-4 shrink-0 text-ink-faint" />
      <span className="truncate">
        {alt || "Image"}
        <span className="text-ink-faint"> blocked{source.host ? `, from ${source.host}` : ""}</span>
      </span>
    </span>
  );
};

/** A fenced block arrives as `<pre><code class="language-x">`. */
const Preformatted = ({ children }: { children: ReactNode }) => {
  if (!isValidElement<{ className?: string; children?: ReactNode }>(children)) return <pre>{children}</pre>;
  const { className, children: content } = children.props;
  const code = typeof content === "string" ? content.replace(/\n$/, "") : "";
  return <CodeBlock code={code} language={/language-([\w+#.-]+)/.exec(className ?? "")?.[1]?.toLowerCase()} />;
};
