import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";

import { Markdown } from "./markdown.tsx";

const render = (text: string) => renderToStaticMarkup(<Markdown text={text} />);

describe("an agent's Markdown", () => {
  it("loads nothing from elsewhere", () => {
    const html = render("![chart](https://tracker.example/p.png) <img src='https://tracker.example/q.png'>");
    expect(html).not.toContain("<img");
    expect(html).toContain("from tracker.example");
  });

  it("cannot bring HTML or scripts of its own", () => {
    const html = render("<script>alert(1)</script>\n\n<b onclick=x>hi</b>\n\n[a](javascript:alert(1))");
    expect(html).not.toMatch(/<script|<b|onclick|href/);
  });

  it("opens links outside without telling where from", () => {
    expect(render("[docs](https://example.com/)")).toContain(
      '<a href="https://example.com/" target="_blank" rel="noopener noreferrer nofollow">docs</a>',
    );
  });

  it("shows code with its language and a way to copy it", () => {
    const html = render("```ts\nconst a = 1 < 2;\n```");
    expect(html).toContain("const a = 1 &lt; 2;");
    expect(html).toContain('aria-label="Copy code"');
  });

  it("understands tables, and task lists whose boxes have a name", () => {
    expect(render("| a | b |\n|---|---|\n| 1 | 2 |")).toContain("<td>1</td>");
    expect(render("- [x] clean")).toMatch(/<input (?=[^>]*type="checkbox")(?=[^>]*checked)(?=[^>]*aria-label="Done")/);
    expect(render("- [ ] measure")).toContain('aria-label="To do"');
  });
});
