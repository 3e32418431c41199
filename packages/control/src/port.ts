/** The domain's words and services, as the API, the relay and the provisioner use them. */

/** Who is asking: every request and every query goes through one. */
export interface Actor {
  readonly userId: string;
  readonly orgId: string;
  readonly role: Role;
  readonly email: string;
  readonly name: string;
}

export interface OrganizationRecord {
  readonly id: string; // org_…
  readonly name: string;
}

export type Role = "OWNER" | "ADMIN" | "MEMBER" | "VIEWER";

/** What a person can do; the matrix from role to action is one table in `access/`. */
export type Action = "agent.see" | "agent.chat" | "agent.create" | "agent.configure" | "agent.delete";

/** Observed life of an instance. `ready` is only ever said after a real `health`. */
export type Phase =
  | "requested"
  | "launching"
  | "booting"
  | "enrolling"
  | "verifying"
  | "ready"
  | "degraded"
  | "stopping"
  | "stopped"
  | "starting"
  | "terminating"
  | "terminated"
  | "failed";

export type DesiredState = "running" | "stopped" | "terminated";

export interface AgentRecord {
  readonly id: string; // agt_…
  readonly orgId: string;
  readonly name: string;
  readonly purpose: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly desired: DesiredState;
  /** Counts changes of the desired state. */
  readonly generation: number;
  readonly instance: InstanceRecord;
}

export interface InstanceRecord {
  readonly id: string; // ins_…
  readonly agentId: string;
  readonly orgId: string;
  readonly phase: Phase;
  /** When the phase began. */
  readonly phaseSince: Date;
  readonly observedGeneration: number;
  /** For compare-and-swap: every write names the version it read. */
  readonly version: number;
  /** Launches of this generation so far. */
  readonly attempt: number;
  /** The driver's own id: an EC2 instance id, or `pid:port` of a local process. */
  readonly externalId: string | null;
  /** ws:// or wss:// address of the gateway, once known. */
  readonly gatewayUrl: string | null;
  readonly certificateFingerprint: string | null;
  readonly gatewayVersion: string | null;
  readonly enrolledAt: Date | null;
  readonly lastHealthyAt: Date | null;
  readonly lastError: PublicError | null;
  /** Not before this time does the reconciler look again; null: when something changes. */
  readonly nextCheckAt: Date | null;
}

export interface PublicError {
  readonly code: string;
  readonly message: string;
}

/** One step of the timeline that a person watches. */
export interface TimelineEvent {
  /** Increases within an agent, without meaning beyond order; the SSE event id. */
  readonly seq: number;
  readonly instanceId: string;
  readonly at: Date;
  /** The phase or stage this event is about. */
  readonly step: string;
  readonly state: "started" | "done" | "failed" | "info";
  readonly title: string;
  readonly detail: string | null;
  /** Set when state is done or failed. */
  readonly durationMs: number | null;
}

export type NewTimelineEvent = Pick<TimelineEvent, "step" | "state" | "title"> &
  Partial<Pick<TimelineEvent, "detail" | "durationMs">>;

/** How to reach a gateway; holds a secret, never leaves the process. */
export interface GatewayAddress {
  readonly agentId: string;
  readonly instanceId: string;
  readonly url: string;
  readonly token: string;
  readonly certificateFingerprint: string | null;
}

export interface IssuedTicket {
  readonly ticket: string; // tkt_…
  readonly expiresAt: Date;
}

export interface RedeemedTicket {
  readonly agentId: string;
  readonly userId: string;
  readonly orgId: string;
  readonly role: Role;
  /** Gateway scopes by role: VIEWER reads, MEMBER writes, ADMIN and OWNER administer. */
  readonly scopes: readonly string[];
}

/** What an instance receives in exchange for its enrolment token. */
export interface EnrolmentGrant {
  readonly instanceId: string;
  readonly agent: { readonly id: string; readonly name: string; readonly purpose: string };
  readonly owner: { readonly name: string };
  readonly gatewayToken: string;
  /** Driver settings saved at launch: port, directories, bind. */
  readonly placement: Readonly<Record<string, unknown>>;
}

/** Services for a person (or a key acting for one). Each checks the actor's role; what is not theirs is NOT_FOUND. */
export interface AgentService {
  /** One transaction: authorize, entitlement, agent row, instance row, change row, first timeline event. */
  create(actor: Actor, input: { name: string; purpose?: string; idempotencyKey?: string }): Promise<AgentRecord>;
  list(actor: Actor): Promise<AgentRecord[]>;
  get(actor: Actor, agentId: string): Promise<AgentRecord>;
  /** Sets the desired state to terminated. */
  remove(actor: Actor, agentId: string): Promise<void>;
  /** After a failure: clears the error and starts a new attempt. */
  retry(actor: Actor, agentId: string): Promise<AgentRecord>;
  timeline(actor: Actor, agentId: string, options: { afterSeq: number; limit: number }): Promise<TimelineEvent[]>;
  /** Median time from requested to ready of the last instances of this installation, in ms; null without any. */
  typicalReadyMs(): Promise<number | null>;
  /** Checks that the actor may do this to the agent and that it can be reached. Throws AGENT_NOT_READY. */
  gateway(actor: Actor, agentId: string, action: "agent.see" | "agent.chat"): Promise<GatewayAddress>;
}

export interface TicketService {
  issue(actor: Actor, agentId: string): Promise<IssuedTicket>;
  /** Single use. Throws TICKET_REFUSED. */
  redeem(ticket: string): Promise<RedeemedTicket>;
}

export interface EnrolmentService {
  /** A new one-time token for this attempt; only its hash is stored. Valid 15 minutes. */
  issue(instanceId: string, placement: Readonly<Record<string, unknown>>): Promise<string>;
  /** Single use. Creates the gateway token. Throws ENROLMENT_REFUSED. */
  exchange(token: string): Promise<EnrolmentGrant>;
  /** After the exchange the same token still signs progress, until `complete`. */
  progress(token: string, event: NewTimelineEvent): Promise<void>;
  complete(
    token: string,
    report: { gatewayVersion: string; gatewayUrl: string; certificateFingerprint?: string },
  ): Promise<void>;
}

/** The provisioner's view: all organizations, no actor. */
export interface FleetService {
  /** Ids of instances that need a look now: changed, due by `nextCheckAt`, or generation behind. */
  due(now: Date, limit: number): Promise<string[]>;
  load(instanceId: string): Promise<{ agent: AgentRecord; instance: InstanceRecord } | undefined>;
  /**
   * Compare-and-swap: writes the patch and the timeline events in one transaction if the version is still the one
   * read. Returns the new record, or undefined when somebody else was faster.
   */
  record(
    instance: InstanceRecord,
    patch: Partial<
      Pick<
        InstanceRecord,
        | "phase"
        | "observedGeneration"
        | "attempt"
        | "externalId"
        | "gatewayUrl"
        | "gatewayVersion"
        | "certificateFingerprint"
        | "enrolledAt"
        | "lastHealthyAt"
        | "lastError"
        | "nextCheckAt"
      >
    >,
    events: readonly NewTimelineEvent[],
  ): Promise<InstanceRecord | undefined>;
  /** The address whether ready or not, for the health check. Undefined before enrolment. */
  address(instanceId: string): Promise<GatewayAddress | undefined>;
  /** All instances that should exist at the driver, for the sweep. */
  known(): Promise<{ instanceId: string; externalId: string | null; phase: Phase }[]>;
}

/** Hints that something changed. Only makes things fast: every reader also polls slowly. */
export interface Changes {
  /** `listener` gets the agent id. Returns the function that ends the subscription. */
  subscribe(listener: (agentId: string) => void): () => void;
}

export interface Control {
  readonly agents: AgentService;
  readonly tickets: TicketService;
  readonly enrolment: EnrolmentService;
  readonly fleet: FleetService;
  readonly changes: Changes;
  /** The actor of a signed-in user: creates the personal organization on first sight, idempotently. */
  actorFor(user: { userId: string; email: string; name: string }): Promise<Actor>;
  /** The organization the actor acts in. */
  organization(actor: Actor): Promise<OrganizationRecord>;
}
