/** What a gateway is started with and what its starter gets. */

import type { TranscriptFiles } from "@skykoi/agent";
import type { ConfigFlags, SkykoiConfig } from "@skykoi/config";
import type { Logger } from "@skykoi/log";
import type { ModelCatalog } from "@skykoi/model";
import type { TransportLimits } from "@skykoi/protocol";

import type { LogBook } from "./logs/log-book.ts";
import type { ChannelRegistry } from "./outbox/channel.ts";

export interface GatewayOptions {
  /** Directory of all state: the lock, the sessions. The agent's tools may not touch it. */
  readonly home: string;
  readonly config: SkykoiConfig;
  /** The flags that were laid over the file; they are laid over each edit of it, too. */
  readonly configFlags?: ConfigFlags | undefined;
  /** Of the text of skykoi.json at the start; what is written later is an edit. */
  readonly configHash?: string;
  /** Called with each configuration that comes into force later. */
  readonly onConfig?: (config: SkykoiConfig) => void;
  /** Why this configuration is not the one that was asked for; reported as health until the file is corrected. */
  readonly degraded?: readonly string[];
  readonly version: string;
  readonly log: Logger;
  /** Where `log` writes, so that clients can read it. Default: an empty one. */
  readonly logBook?: LogBook;
  /** Credentials of model providers and the few names commands see. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  readonly limits?: Partial<GatewayLimits>;
  /** Default: the catalogue of `config.models`. */
  readonly catalog?: ModelCatalog;
  /** Default: none is connected. */
  readonly channels?: ChannelRegistry;
  /** Default: the disk. */
  readonly transcriptFiles?: TranscriptFiles;
}

export interface GatewayLimits extends TransportLimits {
  /** Durable events kept in memory for clients that resume. */
  readonly maxLoggedEvents: number;
  readonly maxLoggedCharacters: number;
  /** Events on disk, for clients that resume after a restart. */
  readonly maxJournalBytes: number;
  /** Transcripts held open; those with unfinished runs do not count. */
  readonly maxOpenSessions: number;
  readonly maxAuthFailures: number;
  readonly authFailureWindowMs: number;
  /** Connections one peer may open in `connectionWindowMs`. */
  readonly maxConnectionAttempts: number;
  readonly connectionWindowMs: number;
  /** Requests one connection may make in `requestWindowMs`. */
  readonly maxRequests: number;
  readonly requestWindowMs: number;
  /** How long a person may take to allow a command; silence refuses it. */
  readonly approvalMs: number;
  /** How long running turns may go on when the gateway stops. */
  readonly finishRunsMs: number;
}

export interface Gateway {
  /** `ws://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  readonly version: string;
  /** Lets running turns finish for a moment, marks the others as interrupted, says goodbye. Safe to call twice. */
  close(reason?: string): Promise<void>;
}
