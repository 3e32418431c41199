/** What in a configuration opens the gateway further than it should be. */

import type { SkykoiConfig } from "@skykoi/config";

import type { Finding } from "./finding.ts";

export interface AuditedHost {
  /** Whether the gateway's user is root. */
  readonly isRoot: boolean;
}

export const auditConfig = (config: SkykoiConfig, host: AuditedHost): Finding[] => [
  ...gatewayToken(config),
  ...tickets(config),
  ...network(config),
  ...http(config),
  ...commands(config, host),
  ...web(config, host),
];

/** Characters of 32 random bytes in base64url are 43; half of that cannot be guessed either. */
const MIN_TOKEN_CHARACTERS = 24;
const MIN_DIFFERENT_CHARACTERS = 10;

const isWeak = (token: string): boolean =>
  token.length < MIN_TOKEN_CHARACTERS || new Set(token).size < MIN_DIFFERENT_CHARACTERS;

const gatewayToken = ({ gateway }: SkykoiConfig): Finding[] => {
  const { token } = gateway.auth;
  if (!isWeak(token)) return [];
  return [
    {
      level: token === "" || gateway.bind === "lan" ? "critical" : "warn",
      subject: "gateway.auth.token",
      meaning: token === "" ? "There is no token." : "The token is short or simple enough to be guessed.",
      fix: 'koi config set gateway.auth.token "gwt_$(openssl rand -base64 32 | tr +/ -_ | tr -d =)"',
    },
  ];
};

const tickets = ({ gateway }: SkykoiConfig): Finding[] => {
  const { publicKey, audience } = gateway.auth.tickets;
  if ((publicKey === "") === (audience === "")) return [];
  return [
    {
      level: "warn",
      subject: "gateway.auth.tickets",
      meaning: "Of publicKey and audience only one is set, so every ticket is refused.",
      fix: "Set both, or take both out.",
    },
  ];
};

const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.)/;

const network = ({ gateway }: SkykoiConfig): Finding[] => {
  const findings: Finding[] = [];
  if (gateway.bind === "lan") {
    findings.push({
      level: "warn",
      subject: "gateway.bind",
      meaning: "The port is open to every network of this machine, without encryption: tokens can be read on the way.",
      fix: "koi config set gateway.bind loopback, and put a proxy with TLS or an SSH tunnel in front.",
    });
  }
  for (const proxy of gateway.trustedProxies.filter((address) => !LOOPBACK.test(address))) {
    findings.push({
      level: "warn",
      subject: "gateway.trustedProxies",
      meaning: `${proxy} is believed whom it speaks for: from there the limit of wrong tokens can be dodged.`,
      fix: "Keep only proxies that nobody else can speak through.",
    });
  }
  for (const origin of gateway.allowedOrigins.filter(isOpenOrigin)) {
    findings.push({
      level: "warn",
      subject: "gateway.allowedOrigins",
      meaning: `Pages of ${origin} come without encryption: whoever is on the way can put code into them.`,
      fix: "Name the page's https address.",
    });
  }
  return findings;
};

const isOpenOrigin = (origin: string): boolean =>
  URL.canParse(origin) &&
  new URL(origin).protocol === "http:" &&
  !["localhost", "127.0.0.1", "[::1]"].includes(new URL(origin).hostname);

const http = ({ gateway }: SkykoiConfig): Finding[] => {
  const { hooks, openai, webchat } = gateway.http;
  const findings: Finding[] = [];
  if (hooks.enabled && (isWeak(hooks.token) || hooks.token === gateway.auth.token)) {
    findings.push({
      level: "critical",
      subject: "gateway.http.hooks.token",
      meaning: "Senders of hooks could be guessed, or hold the gateway's own token.",
      fix: "Give hooks a long random token of their own, or switch gateway.http.hooks.enabled off.",
    });
  }
  const open = [
    ...(openai.enabled ? ["gateway.http.openai"] : []),
    ...(webchat.enabled ? ["gateway.http.webchat"] : []),
  ];
  for (const subject of open) {
    findings.push({
      level: gateway.bind === "lan" ? "warn" : "info",
      subject,
      meaning: "Programs and pages that hold the gateway's token can use the agent over HTTP.",
      fix: `Switch ${subject}.enabled off when nobody uses it.`,
    });
  }
  return findings;
};

const commands = ({ tools }: SkykoiConfig, { isRoot }: AuditedHost): Finding[] => {
  const { security, runAs, ask } = tools.exec;
  if (security === "deny" || runAs !== "") return [];
  const meaning =
    "Commands of the agent run as the gateway's own user: they can read its token, the keys of models and every conversation";
  return [
    {
      level: isRoot && security === "full" && ask !== "always" ? "critical" : "warn",
      subject: "tools.exec.runAs",
      meaning: isRoot ? `${meaning}, and that user is root.` : `${meaning}.`,
      fix: "Make a Unix user for commands and name it in tools.exec.runAs (docs/operations.md, Another user).",
    },
  ];
};

/** Where clouds hand out the machine's credentials. */
const METADATA = /^(?:\*|169\.254\.|fd00:ec2::254|metadata\.google\.internal)/;

const web = ({ tools }: SkykoiConfig, { isRoot }: AuditedHost): Finding[] => {
  const findings: Finding[] = tools.web.fetch.allowPrivateHosts
    .filter((host) => METADATA.test(host))
    .map((host) => ({
      level: "critical",
      subject: "tools.web.fetch.allowPrivateHosts",
      meaning: `${host} lets the agent read the machine's cloud credentials.`,
      fix: "Name only the hosts it needs.",
    }));
  if (tools.browser.enabled && isRoot) {
    findings.push({
      level: "warn",
      subject: "tools.browser.enabled",
      meaning: "The gateway is root, and Chromium then runs without its sandbox: a page that breaks out of it is root.",
      fix: "Run the gateway as a user of its own, or koi config set tools.browser.enabled false.",
    });
  }
  return findings;
};
