/**
 * The behaviour of the built-in chat, as the browser gets it: no framework, no build, only text nodes for what others wrote.
 * It speaks the gateway's own protocol over the socket of this address.
 */

export const SCRIPT =
  String.raw`
"use strict";
const $ = (id) => document.getElementById(id);
const log = $("log"), box = $("text"), KEY = "koi.token", SESSION = "main";
let socket, token = sessionStorage.getItem(KEY) || "", waiting = new Map(), lastId = 0, runs = new Map(), retry = 0, cursor;

const el = (tag, cls, text) => {
  const node = document.createElement(tag);
  if (cls) node.className = cls;
  if (text !== undefined) node.textContent = text;
  return node;
};
const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 80;
const add = (node) => {
  const follow = atEnd();
  $("empty").hidden = true;
  log.append(node);
  if (follow) log.scrollTop = log.scrollHeight;
  return node;
};
const state = (name, text) => {
  document.body.dataset.state = name;
  $("state").textContent = text;
};
// Bold words; text nodes for everything else.
const words = (text) => text.split(/\*\*([^*\n]+)\*\*/).map((part, i) => (i % 2 ? el("b", "", part) : part));
// Code blocks, inline code and bold words; everything else stays as it was written.
const render = (node, text) => {
  node.replaceChildren();
  text.split("` +
  "```" +
  String.raw`").forEach((part, i, parts) => {
    if (i % 2) return node.append(el("pre", "", part.replace(/^[\w+-]*\n/, "").replace(/\n$/, "")));
    if (i > 0) part = part.replace(/^\n+/, "");
    if (i < parts.length - 1) part = part.replace(/\n+$/, "");
    part.split("` +
  "`" +
  String.raw`").forEach((piece, j, all) =>
      node.append(...(j % 2 && j < all.length - 1 ? [el("code", "", piece)] : words(j % 2 ? "` +
  "`" +
  String.raw`" + piece : piece))));
  });
};
const request = (method, params) => new Promise((resolve, reject) => {
  if (!socket || socket.readyState !== 1) return reject(new Error("Not connected."));
  const id = String(++lastId);
  waiting.set(id, { resolve, reject });
  socket.send(JSON.stringify({ type: "req", id, method, params }));
});
const runOf = (id) => {
  if (!runs.has(id)) runs.set(id, { text: "", tools: new Map() });
  return runs.get(id);
};
const busy = () => {
  $("stop").hidden = runs.size === 0;
  $("send").hidden = runs.size > 0 && !box.value.trim();
};
const answerNode = (run) => (run.node ??= add(el("div", "m wait")));
const settle = (run) => {
  if (!run.node) return;
  run.node.classList.remove("wait");
  if (!run.text) run.node.remove();
  run.node = undefined;
  run.text = "";
};
const tool = (title, result, failed) => {
  const node = el("details", "tool");
  node.append(el("summary", "", (failed ? "✗ " : "⚙ ") + title));
  if (result !== undefined) node.append(el("pre", "", result));
  return node;
};
const onChat = (e) => {
  const run = runOf(e.runId);
  if (e.state === "delta") {
    run.text += e.deltaText;
    const follow = atEnd();
    render(answerNode(run), run.text);
    if (follow) log.scrollTop = log.scrollHeight;
  } else if (e.state === "status") {
    if (e.phase !== "queued") answerNode(run);
    if (e.detail) state("open", e.detail);
  } else {
    settle(run);
    runs.delete(e.runId);
    if (e.state === "error") add(el("div", "m note", e.errorMessage));
    if (e.state === "aborted") add(el("div", "m note", "Stopped."));
    state("open", e.usage?.outputTokens ? e.usage.outputTokens + " tokens" : model);
  }
  busy();
};
const onTool = ({ runId, data }) => {
  const run = runOf(runId);
  if (data.phase === "start") {
    settle(run);
    run.tools.set(data.toolCallId, add(tool(data.title)));
    answerNode(run);
  } else {
    const node = run.tools.get(data.toolCallId);
    const text = data.phase === "result" ? data.result : data.partialResult;
    if (!node) return;
    if (data.isError) node.firstChild.textContent = node.firstChild.textContent.replace("⚙", "✗");
    node.querySelector("pre")?.remove();
    node.append(el("pre", "", text));
  }
};
const show = (m, results) => {
  if (m.role === "user") add(el("div", "m user", m.content.map((c) => c.text || "").join("\n")));
  if (m.role === "notice") add(el("div", "m note", m.content.map((c) => c.text || "").join("\n")));
  if (m.role !== "assistant") return;
  for (const c of m.content) {
    if (c.type === "text" && c.text) render(add(el("div", "m")), c.text);
    if (c.type === "toolCall") {
      const result = results.get(c.id);
      add(tool(c.title, result && result.content.map((p) => p.text || "").join("\n"), result && result.isError));
    }
  }
  if (m.errorMessage) add(el("div", "m note", m.errorMessage));
};
const history = async () => {
  const page = await request("chat.history", { sessionKey: SESSION, limit: 100 });
  log.replaceChildren($("empty"));
  $("empty").hidden = page.messages.length > 0;
  runs = new Map();
  const results = new Map(page.messages.filter((m) => m.role === "toolResult").map((m) => [m.toolCallId, m]));
  for (const m of page.messages) show(m, results);
  for (const p of page.pendingInputs) add(el("div", "m user", p.text));
  if (page.activeRunId) answerNode(runOf(page.activeRunId));
  log.scrollTop = log.scrollHeight;
  busy();
};
const onEvent = ({ event, payload, cursor: at }) => {
  if (at) cursor = at;
  if (event === "connect.challenge") return hello();
  if (event === "shutdown") return state("closed", "Restarting");
  if (!payload || payload.sessionKey !== mainKey) return;
  if (event === "chat") onChat(payload);
  if (event === "agent" && payload.stream === "tool") onTool(payload);
  if (event === "session.message" && !mine.has(payload.runId)) add(el("div", "m user", payload.message.content.map((c) => c.text || "").join("\n")));
};
let mainKey = "", model = "", mine = new Set();
const hello = async () => {
  try {
    const params = {
      minProtocol: 3, maxProtocol: 4, auth: { token },
      client: { id: "koi-webchat", version: "1", platform: "web", mode: "webchat" },
    };
    if (cursor) params.resume = { cursor };
    const ok = await request("connect", params);
    mainKey = ok.snapshot.sessionDefaults.mainSessionKey;
    sessionStorage.setItem(KEY, token);
    $("gate").hidden = true;
    $("chat").hidden = false;
    const { health } = ok.snapshot;
    model = health.model.primary;
    state("open", health.ok ? model : health.reasons[0]);
    if (!cursor || ok.cursorExpired) await history();
    cursor = ok.cursor;
    retry = 0;
    box.focus();
  } catch (error) {
    if (error.code !== "UNAUTHENTICATED" && error.code !== "RATE_LIMITED") return;
    token = "";
    sessionStorage.removeItem(KEY);
    gate(error.message);
  }
};
const gate = (message) => {
  $("chat").hidden = true;
  $("gate").hidden = false;
  $("wrong").textContent = message || "";
  $("token").focus();
};
const open = () => {
  state("closed", "Connecting…");
  socket = new WebSocket(location.origin.replace(/^http/, "ws") + "/ws");
  socket.onmessage = ({ data }) => {
    const frame = JSON.parse(data);
    if (frame.type === "event") return onEvent(frame);
    const entry = waiting.get(frame.id);
    waiting.delete(frame.id);
    if (frame.ok) entry?.resolve(frame.payload);
    else entry?.reject(Object.assign(new Error(frame.error.message), frame.error));
  };
  socket.onclose = () => {
    for (const { reject } of waiting.values()) reject(new Error("The connection was lost."));
    waiting.clear();
    if (!token) return;
    state("closed", "Reconnecting…");
    setTimeout(open, Math.min(10000, 500 * 2 ** retry++));
  };
};
const send = async () => {
  const message = box.value.trim();
  if (!message) return;
  const idempotencyKey = crypto.randomUUID ? crypto.randomUUID() : String(Date.now()) + Math.random();
  mine.add(idempotencyKey);
  const node = add(el("div", "m user", message));
  log.scrollTop = log.scrollHeight;
  box.value = "";
  grow();
  try {
    await request("chat.send", { sessionKey: SESSION, message, idempotencyKey });
  } catch (error) {
    node.remove();
    box.value = message;
    grow();
    add(el("div", "m note", error.message));
  }
};
const grow = () => {
  box.style.height = "auto";
  box.style.height = box.scrollHeight + "px";
  busy();
};
box.addEventListener("input", grow);
box.addEventListener("keydown", (e) => {
  if (e.key === "Enter" && !e.shiftKey && !e.isComposing) { e.preventDefault(); send(); }
  if (e.key === "Escape" && runs.size) stop();
});
const stop = () => request("chat.abort", { sessionKey: SESSION }).catch(() => {});
$("stop").addEventListener("click", stop);
$("compose").addEventListener("submit", (e) => { e.preventDefault(); send(); });
$("enter").addEventListener("submit", (e) => {
  e.preventDefault();
  token = $("token").value.trim();
  $("token").value = "";
  if (token) open();
});
$("leave").addEventListener("click", () => {
  token = "";
  cursor = undefined;
  sessionStorage.removeItem(KEY);
  socket?.close();
  gate("");
});
if (token) open(); else gate("");
`.trim();
