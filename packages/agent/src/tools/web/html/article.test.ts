import { describe, expect, it } from "vitest";

import { readArticle } from "./article.ts";
import { createArticleReader } from "./article-reader.ts";

const markdown = (html: string) => readArticle(html, "https://x.example/dir/page").markdown;
const PROSE = "A sentence, with a comma, that says something about fish and ponds and water. ".repeat(4).trim();
const signal = new AbortController().signal;

describe("a page as Markdown", () => {
  it.each([
    [
      "headings and marks",
      "<h2>A <em>b</em></h2><p>c <b> d </b>e <code>f`g</code></p>",
      "## A _b_\n\nc **d** e `` f`g ``",
    ],
    [
      "links of every kind",
      '<a href="/a">A</a> <a href="b">B</a> <a href="#c">C</a> <a href="javascript:x">D</a>',
      "[A](https://x.example/a) [B](https://x.example/dir/b) C D",
    ],
    [
      "nested lists",
      "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul><ol start=3><li>d<li>e</ol>",
      "- a\n  - b\n- c\n\n3. d\n4. e",
    ],
    [
      "code with its language and its blanks",
      '<pre><code class="language-ts">if (a) {\n\n\n  b();\n}</code></pre>',
      "```ts\nif (a) {\n\n\n  b();\n}\n```",
    ],
    [
      "a table",
      "<table><thead><tr><th>a<th>b</thead><tr><td>1|2<td>3</table>",
      "| a | b |\n| --- | --- |\n| 1\\|2 | 3 |",
    ],
    ["a table for layout", "<table><tr><td><p>a</p><p>b</p></td><td>c</td></tr></table>", "a\n\nb\n\nc"],
    ["a quotation", "<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"],
    ["white space as a browser shows it", "<p>  a\n\n  b <span> c</span><br>d</p>\n<p>e</p>", "a b c\nd\n\ne"],
    ["entities", "<p>&lt;b&gt; &amp; &eacute;&#8212;</p>", "<b> & é—"],
    ["broken markup", "<p>a<div>b</p></span><b>c", "a\n\nb\n\n**c**"],
    ["nothing", "", ""],
  ])("has %s", (_, html, expected) => {
    expect(markdown(html)).toBe(expected);
  });

  it.each([
    ["the article of a page", `<nav>menu</nav><article><p>${PROSE}</p></article><aside>other</aside>`],
    [
      "an unmarked column",
      `<div class="sidebar"><a href=x>other other other other</a></div><div class="post"><p>${PROSE}</p><p>${PROSE}</p></div><div id="comments">other</div>`,
    ],
    ["an article within main", `<main><div class="share">other</div><article><p>${PROSE}</p></article></main>`],
  ])("is %s, without what stands around it", (_, html) => {
    expect(markdown(html)).toContain(PROSE);
    expect(markdown(html)).not.toMatch(/menu|other/);
  });

  it("is all of a page that has no article", () => {
    expect(markdown("<ul><li><a href=/a>One</a><li><a href=/b>Two</a></ul><div class=sidebar>Three</div>")).toMatch(
      /One[^]*Two[^]*Three/,
    );
  });

  it("keeps a large part although its name says it were none", () => {
    expect(markdown(`<main><div class="sidebar"><p>${PROSE}</p></div></main>`)).toContain(PROSE);
  });

  it("survives a page that nests without end", () => {
    const { cut, markdown: text } = readArticle(`<p>seen</p>${"<div>".repeat(100_000)}deep`, "https://x.example/");
    expect(cut).toBe(true);
    expect(text).toBe("seen");
  });
});

describe("the thread that reads pages", () => {
  it("reads several pages at once", async () => {
    const reader = createArticleReader();
    const articles = await Promise.all(
      ["a", "b", "c"].map((name) => reader.read(`<title>${name}</title>`, "https://x/", signal)),
    );
    expect(articles.map(({ title }) => title)).toEqual(["a", "b", "c"]);
    await reader.close();
  });

  it("says that a page takes too long or too much memory, and reads the next one", async () => {
    const slow = createArticleReader({ timeoutMs: 1 });
    await expect(slow.read("<p>x</p>".repeat(10_000), "https://x/", signal)).rejects.toThrow("within 0.001 seconds");
    await slow.close();
    const small = createArticleReader({ maxMemoryMb: 16 });
    await expect(small.read("<i>x</i>".repeat(390_000), "https://x/", signal)).rejects.toThrow("more memory");
    expect((await small.read("<p>next</p>", "https://x/", signal)).markdown).toBe("next");
    await small.close();
  });
});
