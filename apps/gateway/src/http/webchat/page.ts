/** `GET /`: the built-in chat for a gateway without a dashboard, one page that loads nothing else. */

import { createHash } from "node:crypto";

import { sendText } from "../problem.ts";
import type { HttpHandler } from "../route.ts";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";

export const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1,interactive-widget=resizes-content">
<title>Koi</title>
<style>${STYLE}</style>
<section id="gate" hidden>
<h1>Koi</h1>
<p>Enter the token of this gateway. It stays in this tab.</p>
<form id="enter"><input id="token" type="password" aria-label="Gateway token" autocomplete="off" spellcheck="false" required><button>Connect</button></form>
<p id="wrong" role="alert"></p>
</section>
<section id="chat" hidden>
<header><b>Koi</b><span id="state" role="status"></span><button id="leave" class="plain">Disconnect</button></header>
<main id="log" tabindex="0" aria-label="Conversation" aria-live="polite"><p id="empty">Say something to begin.</p></main>
<footer><form id="compose"><textarea id="text" rows="1" aria-label="Message" placeholder="Message Koi" autocomplete="off"></textarea>
<button id="stop" type="button" hidden>Stop</button><button id="send">Send</button></form></footer>
</section>
<script>${SCRIPT}</script>
</html>
`;

const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text, "utf8").digest("base64")}'`;

const HEADERS = {
  "content-security-policy": [
    "default-src 'none'",
    `script-src ${hashOf(SCRIPT)}`,
    `style-src ${hashOf(STYLE)}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
};

export const webChat: HttpHandler = ({ response }) => {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  sendText(response, 200, "text/html; charset=utf-8", PAGE);
};
