import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { ORIGIN } from "../../testing/scene.ts";
import { browserScene, type BrowserScene } from "../../testing/browser-scene.ts";

const FORM = `<!doctype html><title>Order</title><h1>Order</h1><form action="/ordered" method="post">
  <label>Name <input name="name" required></label>
  <label>Fish <select name="fish"><option value="k">Koi</option><option value="c">Carp</option></select></label>
  <label><input type="checkbox" name="wrap" value="yes"> Wrap it</label>
  <label>Notes <textarea name="remark"></textarea></label><button>Send order</button></form>`;

const ref = (text: string, pattern: RegExp): string => {
  const line = text.split("\n").find((candidate) => pattern.test(candidate)) ?? "";
  const [, found] = /\[ref=(\w+)\]/.exec(line) ?? [];
  if (found === undefined) throw new Error(`no element ${pattern} in:\n${text}`);
  return found;
};

// oxlint-disable-next-line max-lines-per-function -- its tests share one browser
describe("the browser tool", { timeout: 60_000 }, () => {
  let scene: BrowserScene;
  beforeAll(async () => {
    scene = await browserScene({ navigationTimeoutMs: 2_000, actionTimeoutMs: 2_000 });
  });
  afterAll(() => scene.close());

  const act = (input: object) => scene.act(input);
  const open = async (path: string): Promise<string> =>
    (await act({ action: "navigate", url: scene.origin + path })).text;

  it("fills in a form and sends it", async () => {
    scene.serve("/form", FORM);
    scene.serve("/ordered", (_, response, body) => {
      response.writeHead(200, { "content-type": "text/html" }).end(`<h1>Thank you</h1><p>${body}</p>`);
    });
    const page = await open("/form");
    expect(page).toContain(`<untrusted id=`);
    expect(page).toContain("title: Order");
    await act({ action: "fill", ref: ref(page, /textbox "Name"/), text: "Ada Ü" });
    await act({ action: "select", ref: ref(page, /combobox "Fish"/), values: ["Carp"] });
    await act({ action: "click", ref: ref(page, /checkbox "Wrap it"/) });
    await act({ action: "type", ref: ref(page, /textbox "Notes"/), text: "quick" });
    const { text, isError } = await act({ action: "click", ref: ref(page, /button "Send order"/) });
    expect(isError).toBe(false);
    expect(text).toContain("Thank you");
    expect(text).toContain("name=Ada+%C3%9C&fish=c&wrap=yes&remark=quick");
  });

  it("logs in and downloads a file into the workspace", async () => {
    scene.serve(
      "/login",
      `<form method="post" action="/session"><label>User <input name="u"></label><label>Password <input type="password" name="p"></label><button>Log in</button></form>`,
    );
    scene.serve("/session", (_, response, body) => {
      const right = body === "u=ada&p=s3cret-koi";
      response
        .writeHead(302, {
          location: right ? "/inside" : "/login",
          ...(right ? { "set-cookie": "sid=1; HttpOnly" } : {}),
        })
        .end();
    });
    scene.serve("/inside", (request, response) => {
      const inside = request.headers.cookie?.includes("sid=1") === true;
      response
        .writeHead(200, { "content-type": "text/html" })
        .end(inside ? `<h1>Inside</h1><a href="/report">Report</a>` : "Outside");
    });
    scene.serve("/report", (request, response) => {
      response.writeHead(200, {
        "content-type": "text/csv",
        "content-disposition": 'attachment; filename="../../re port;.csv"',
      });
      response.end(request.headers.cookie?.includes("sid=1") === true ? "a,b\n1,2\n" : "no");
    });
    const page = await open("/login");
    await act({ action: "fill", ref: ref(page, /textbox "User"/), text: "ada" });
    const filled = await act({ action: "fill", ref: ref(page, /textbox "Password"/), text: "s3cret-koi" });
    expect(filled.text).not.toContain("s3cret-koi");
    const inside = await act({ action: "press", ref: ref(page, /textbox "Password"/), key: "Enter" });
    expect(inside.text).toContain("Inside");
    const { text } = await act({ action: "download", ref: ref(inside.text, /link "Report"/) });
    const [, path = ""] = /Downloaded (downloads\/[^(]+) \(8 bytes\)/.exec(text) ?? [];
    expect(readFileSync(join(scene.workspace, path), "utf8")).toBe("a,b\n1,2\n");
    const again = await act({ action: "download", url: `${scene.origin}/report` });
    expect(again.text).toMatch(/Downloaded downloads\/.*-2\.csv/);
  });

  it("follows a page that changes itself", async () => {
    scene.serve(
      "/live",
      `<button onclick="let n=0;const t=setInterval(()=>{document.getElementById('o').textContent='step '+(++n);if(n===3){clearInterval(t);document.body.insertAdjacentHTML('beforeend','<button onclick=&quot;this.remove();document.title=String.fromCharCode(68)&quot;>Finish</button>')}},30)">Start</button><p id="o">idle</p>`,
    );
    const page = await open("/live");
    await act({ action: "click", ref: ref(page, /button "Start"/) });
    const ready = await act({ action: "wait", text: "step 3" });
    const done = await act({ action: "click", ref: ref(ready.text, /button "Finish"/) });
    expect(done.text).toContain("title: D");
    const gone = await act({ action: "click", ref: ref(ready.text, /button "Finish"/) });
    expect(gone).toMatchObject({ isError: true, text: expect.stringMatching(/no such element|no element/) });
    expect(gone.text).toContain("step 3");
  });

  it("takes screenshots, prints, evaluates, uploads and goes back", async () => {
    scene.serve(
      "/one",
      `<title>One</title><h1 style="height:9000px">One</h1><input type="file" aria-label="File" onchange="document.title=this.files[0].name">`,
    );
    scene.serve("/two", "<title>Two</title><p>Two</p>");
    const page = await open("/one");
    const shot = await act({ action: "screenshot" });
    expect(shot.images?.[0]?.mimeType).toBe("image/jpeg");
    expect(
      Buffer.from(shot.images?.[0]?.bytes ?? [])
        .subarray(0, 3)
        .toString("hex"),
    ).toBe("ffd8ff");
    const whole = await act({ action: "screenshot", fullPage: true });
    expect(whole.isError).toBe(false);
    const pdf = /downloads\/page-\w+\.pdf/.exec((await act({ action: "pdf" })).text)?.[0] ?? "";
    expect(readFileSync(join(scene.workspace, pdf)).subarray(0, 4).toString()).toBe("%PDF");
    expect((await act({ action: "evaluate", expression: "({ a: 1 + 1 })" })).text).toContain('"a": 2');
    expect(await act({ action: "evaluate", expression: "nothing.at.all" })).toMatchObject({ isError: true });
    expect(await act({ action: "evaluate", expression: "new Promise(() => {})" })).toMatchObject({
      text: expect.stringContaining("not done within 2 seconds"),
    });
    writeFileSync(join(scene.workspace, "koi.txt"), "x");
    expect((await act({ action: "upload", ref: ref(page, /button "File"/), paths: ["koi.txt"] })).text).toContain(
      "title: koi.txt",
    );
    expect(
      await act({ action: "upload", ref: ref(page, /button "File"/), paths: [scene.protectedPath] }),
    ).toMatchObject({ isError: true, text: expect.stringContaining("not open to tools") });
    await open("/two");
    expect((await act({ action: "back" })).text).toContain("title: One");
    expect((await act({ action: "forward" })).text).toContain("title: Two");
  });

  it("keeps the tabs of two conversations apart, and lists, opens and closes them", async () => {
    scene.serve("/a", "<title>A</title>");
    scene.serve("/b", "<title>B</title>");
    await open("/a");
    const other = { run: { ...ORIGIN, sessionKey: "agent:main:other" } };
    await scene.act({ action: "navigate", url: `${scene.origin}/b` }, other);
    expect((await act({ action: "snapshot" })).text).toContain("title: A");
    expect((await scene.act({ action: "snapshot" }, other)).text).toContain("title: B");
    const list = (await act({ action: "tabs", tab: "new" })).text;
    expect(list).toMatch(/about:blank \(this one\)/);
    const [, number = ""] = /(\d+)\. about:blank \(this one\)/.exec(list) ?? [];
    expect((await act({ action: "tabs", tab: number, close: true })).text).toContain("Closed tab");
    expect(await act({ action: "tabs", tab: "99" })).toMatchObject({
      isError: true,
      text: expect.stringContaining("There is no tab 99"),
    });
  });

  it("reaches no private network by any way a page has", async () => {
    const hits: string[] = [];
    const secret = createServer((request, response) => {
      hits.push(request.url ?? "");
      response.end("secret");
    });
    secret.on("upgrade", (request, socket) => {
      hits.push(`upgrade ${request.url}`);
      socket.destroy();
    });
    await new Promise<void>((resolve) => secret.listen(0, "127.0.0.1", resolve));
    const address = secret.address();
    const port = typeof address === "object" ? address?.port : 0;
    const inside = `http://127.0.0.1:${port}`;
    scene.serve("/redirect", (_, response) => response.writeHead(302, { location: `${inside}/redirected` }).end());
    scene.serve("/sw.js", (_, response) => {
      response
        .writeHead(200, { "content-type": "text/javascript" })
        .end(
          `self.addEventListener("install",(e)=>e.waitUntil(fetch("${inside}/worker",{mode:"no-cors"}).catch(()=>0)))`,
        );
    });
    scene.serve(
      "/attack",
      `<img src="${inside}/img"><iframe src="${inside}/frame"></iframe><link rel=preconnect href="${inside}"><script>
      const tries = [fetch("${inside}/fetch",{mode:"no-cors"}), fetch("http://localhost:${port}/name",{mode:"no-cors"}), fetch("http://[::1]:${port}/six",{mode:"no-cors"}),
        fetch("http://169.254.169.254/latest/meta-data/",{mode:"no-cors"}), fetch("/redirect",{mode:"no-cors"}), navigator.serviceWorker.register("/sw.js").then(()=>navigator.serviceWorker.ready),
        new Promise((done)=>{const s=new WebSocket("ws://127.0.0.1:${port}/socket");s.onclose=s.onerror=done}), new Promise((done)=>{const e=new EventSource("${inside}/events");e.onerror=done})];
      navigator.sendBeacon("${inside}/beacon","x"); Promise.allSettled(tries).then(()=>document.title="done")</script>`,
    );
    await open("/attack");
    await expect
      .poll(async () => (await act({ action: "evaluate", expression: "document.title" })).text, { timeout: 10_000 })
      .toContain("done");
    expect(await act({ action: "navigate", url: `${scene.origin}/redirect` })).toMatchObject({
      text: expect.stringContaining("private network"),
    });
    for (const url of [
      `${inside}/typed`,
      "http://2130706433:1/",
      "file:///etc/passwd",
      "chrome://version",
      "view-source:http://example.org",
    ]) {
      expect((await act({ action: "navigate", url })).isError).toBe(true);
    }
    expect(hits).toEqual([]);
    secret.close();
  });

  it("says what is wrong with a page that never loads, redirects without end, is huge, opens windows or dialogs without end", async () => {
    scene.serve(
      "/never",
      (_, response) => void response.writeHead(200, { "content-type": "text/html" }).write("<p>so far</p>"),
    );
    scene.serve("/silent", () => undefined);
    scene.serve("/round", (_, response) => void response.writeHead(302, { location: "/round" }).end());
    scene.serve("/storm", `<button onclick="for(let i=0;i<30;i++)window.open('/b'+i)">Storm</button>`);
    scene.serve("/alerts", `<button onclick="for(;;)alert('again')">Alerts</button>`);
    scene.serve("/ask", `<button onclick="document.title=String(confirm('Sure?'))+prompt('Name?')">Ask</button>`);
    scene.serve("/huge", `<ul>${"<li>item of a long list</li>".repeat(30_000)}</ul>`);
    scene.serve("/busy", "<p>Busy</p><script>setTimeout(()=>{for(;;);},50)</script>");
    expect(await open("/never")).toContain("did not load completely within 2 seconds");
    expect(await open("/silent")).toContain("did not load completely within 2 seconds");
    expect(await open("/round")).toMatch(/redirects without end|redirected you too many times/);
    const huge = await open("/huge");
    expect(huge.length).toBeLessThan(10_000);
    expect(huge).toContain("continue with action snapshot, offset 8000");

    const storm = await act({ action: "click", ref: ref(await open("/storm"), /button "Storm"/) });
    expect(storm.text).toMatch(/more pop-ups were closed/);
    expect(
      (await act({ action: "tabs" })).text.split("\n").filter((line) => /^\d+\. /.test(line)).length,
    ).toBeLessThanOrEqual(8);

    const ask = ref(await open("/ask"), /button "Ask"/);
    await act({ action: "dialog", accept: true });
    const asked = (await act({ action: "click", ref: ask })).text;
    expect(asked).toContain('dialog (confirm), which was accepted: "Sure?"');
    expect(asked).toContain('dialog (prompt), which was dismissed: "Name?"');
    expect(asked).toContain("title: truenull");

    const alerts = await act({ action: "click", ref: ref(await open("/alerts"), /button "Alerts"/) });
    expect(alerts.text).toContain("more than 10 dialogs in a row; its tab was closed");
    expect(await open("/form")).toContain("Order");
  });

  it("starts anew after the browser was killed", async () => {
    scene.serve("/a", "<title>A</title>");
    await open("/a");
    execFileSync("pkill", ["-KILL", "-f", `user-data-dir=${scene.profile}`]);
    await expect
      .poll(() => act({ action: "snapshot" }).then(({ text }) => text), { timeout: 10_000 })
      .toContain("started anew");
    expect(await open("/a")).toContain("title: A");
  });
});

describe("the life of the browser", { timeout: 60_000 }, () => {
  it("is restarted with a message when it needs too much memory, and closed when nobody uses it", async () => {
    let bytes = 1;
    const scene = await browserScene({
      memory: async () => bytes,
      memoryCheckMs: 50,
      maxMemoryBytes: 100,
      idleMs: 300,
    });
    scene.serve("/a", "<title>A</title>");
    await scene.act({ action: "navigate", url: `${scene.origin}/a` });
    bytes = 200;
    await expect.poll(() => scene.processes(), { timeout: 10_000 }).toBe(0);
    bytes = 1;
    expect((await scene.act({ action: "snapshot" })).text).toContain("was restarted; open the page again");
    await expect.poll(() => scene.processes(), { timeout: 10_000 }).toBe(0);
    expect((await scene.act({ action: "snapshot" })).text).not.toContain("restarted");
    await scene.close();
  });

  it("says that there is no browser, and where to name one", async () => {
    const scene = await browserScene({ executablePath: "/nowhere/chromium" });
    expect(await scene.act({ action: "snapshot" })).toEqual({
      isError: true,
      text: "tools.browser.executablePath is /nowhere/chromium, and there is no program.",
    });
    const file = join(scene.workspace, "not-a-browser");
    mkdirSync(scene.workspace, { recursive: true });
    writeFileSync(file, "#!/bin/sh\nexit 3\n", { mode: 0o755 });
    const broken = await browserScene({ executablePath: file });
    expect(await broken.act({ action: "snapshot" })).toMatchObject({
      isError: true,
      text: expect.stringContaining("did not start"),
    });
    await Promise.all([scene.close(), broken.close()]);
  });

  it("answers for missing fields and stops with the run", async () => {
    const scene = await browserScene({});
    expect(await scene.act({ action: "click" })).toMatchObject({ isError: true, text: "This action needs ref." });
    const controller = new AbortController();
    const waiting = scene.act({ action: "wait", timeMs: 20_000 }, { signal: controller.signal });
    controller.abort();
    expect(await waiting).toMatchObject({ isError: true, text: "Stopped before it was finished." });
    await scene.close();
  });
});
