import { describe, expect, it } from "vitest";

import { ORIGIN } from "../../../testing/scene.ts";
import { redirects, sends, webSite, type Handler } from "../../../testing/web-site.ts";
import type { SearchProviderName } from "./search-provider.ts";
import { createWebSearchTool } from "./web-search-tool.ts";

const PATHS = { brave: "/res/v1/web/search", searxng: "/search", duckduckgo: "/html/" } as const;

const search = async (provider: SearchProviderName, answer: Handler | string, input: object = {}, apiKey = "key_1") => {
  const site = await webSite({ [PATHS[provider]]: answer });
  const tool = createWebSearchTool({ provider, apiKey, baseUrl: `${site.origin}/`, timeoutMs: 2_000 });
  const context = { run: ORIGIN, toolCallId: "c", signal: new AbortController().signal, update: () => undefined };
  return { site, ...(await tool.execute({ query: "koi & carp", ...input }, context)) };
};

const json = (value: unknown, status = 200) => sends("application/json", JSON.stringify(value), status);

/** Shapes as the services send them, shortened. */
const BRAVE = json({
  type: "search",
  query: { original: "koi & carp" },
  web: {
    type: "search",
    results: [
      {
        title: "Koi - Wikipedia",
        url: "https://en.wikipedia.org/wiki/Koi",
        description: "<strong>Koi</strong> are carp &amp; more",
        age: "May 1, 2026",
      },
      { title: "No address" },
      { title: "A script", url: "javascript:alert(1)" },
      ...Array.from({ length: 20 }, (_, index) => ({
        title: `T${index}`,
        url: `https://x.example/${index}`,
        description: "d".repeat(5_000),
      })),
    ],
  },
});
const SEARXNG = json({
  query: "koi & carp",
  number_of_results: 0,
  results: [
    {
      url: "https://koi.example/",
      title: "Koi",
      content: "Fish",
      engine: "brave",
      score: 1,
      publishedDate: "2026-05-01T00:00:00",
    },
  ],
});
const DUCKDUCKGO = `<!DOCTYPE html><html><body><div id="links" class="results">
  <div class="result results_links results_links_deep result--ad"><h2><a class="result__a" href="https://duckduckgo.com/y.js?ad=1">Ad</a></h2></div>
  <div class="result results_links results_links_deep web-result"><div class="links_main links_deep result__body">
    <h2 class="result__title"><a rel="nofollow" class="result__a" href="//duckduckgo.com/l/?uddg=https%3A%2F%2Fkoi.example%2F%3Fa%3D1&amp;rut=abc">Koi &amp; carp</a></h2>
    <a class="result__snippet" href="//duckduckgo.com/l/?uddg=x">All about <b>koi</b></a></div></div>
</div></body></html>`;

describe("web_search", () => {
  it("asks Brave with its key and gives a short, marked list", async () => {
    const { site, text, isError } = await search("brave", BRAVE);
    expect(isError).toBe(false);
    expect(site.requests[0]).toMatchObject({ path: "/res/v1/web/search?q=koi+%26+carp&count=5" });
    expect(site.requests[0]?.headers["x-subscription-token"]).toBe("key_1");
    expect(text).toContain(
      "1. Koi - Wikipedia\n   https://en.wikipedia.org/wiki/Koi\n   Koi are carp & more — May 1, 2026",
    );
    expect(text).toMatch(/^<untrusted id="\w+" source="web search by Brave Search">/);
    expect(text).not.toMatch(/javascript|6\. /);
    expect(text.length).toBeLessThan(3_000);
  });

  it("asks SearXNG where the configuration says, with and without a key", async () => {
    const { site, text } = await search("searxng", SEARXNG, {}, "");
    expect(site.requests[0]?.path).toBe("/search?q=koi+%26+carp&format=json");
    expect(site.requests[0]?.headers.authorization).toBeUndefined();
    expect(text).toContain("1. Koi\n   https://koi.example/\n   Fish — 2026-05-01");
    expect((await search("searxng", SEARXNG)).site.requests[0]?.headers.authorization).toBe("Bearer key_1");
  });

  it("reads DuckDuckGo's page, without its advertisements and detours", async () => {
    const { text } = await search("duckduckgo", DUCKDUCKGO);
    expect(text).toContain("1. Koi & carp\n   https://koi.example/?a=1\n   All about koi");
    expect(text).not.toContain("Ad");
  });

  it("gives as many results as were asked for", async () => {
    expect((await search("brave", BRAVE, { count: 10 })).text).toMatch(/\n10\. T8\n/);
    expect(await search("brave", BRAVE, { count: 11 })).toMatchObject({ isError: true });
  });

  it.each([
    ["brave", json({}, 401), "check tools.web.search.apiKey"],
    ["brave", json({}, 429), "is limiting requests"],
    ["brave", json({}, 500), "HTTP status 500"],
    ["brave", sends("text/html", "<p>"), "did not answer with JSON"],
    ["brave", redirects("https://elsewhere.example/"), "Redirected more than 0 times"],
    ["searxng", json({}, 403), "search.formats"],
    ["duckduckgo", '<div class="anomaly-modal__title">Bots use DuckDuckGo too</div>', "prove that a person"],
    ["duckduckgo", sends("text/html", "", 202), "prove that a person"],
  ] as const)("says what is wrong with an answer of %s", async (provider, answer, words) => {
    expect(await search(provider, answer)).toMatchObject({ isError: true, text: expect.stringContaining(words) });
  });

  it("says when nothing was found", async () => {
    expect(await search("searxng", json({ results: [] }))).toMatchObject({
      isError: false,
      text: 'SearXNG found nothing for "koi & carp".',
    });
  });

  it("names the setting that is missing", async () => {
    const context = { run: ORIGIN, toolCallId: "c", signal: new AbortController().signal, update: () => undefined };
    const ask = (provider: SearchProviderName) =>
      createWebSearchTool({ provider, apiKey: "", baseUrl: "" }).execute({ query: "koi" }, context);
    expect(await ask("brave")).toMatchObject({
      isError: true,
      text: expect.stringContaining("set tools.web.search.apiKey"),
    });
    expect(await ask("searxng")).toMatchObject({
      isError: true,
      text: expect.stringContaining("set tools.web.search.baseUrl"),
    });
  });
});
