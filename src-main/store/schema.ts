import type { Generated, GeneratedAlways } from 'kysely';

/*
 * The tables of S1 3.5 under our words, as `migrations/` make them. Times are milliseconds since 1970 (UTC) and end in
 * `AtMs`; columns named `...Json` hold JSON that its reader parses with a schema; 0 and 1 are no and yes.
 */

export type BatchTable = {
  id: string;
  name: string;
  createdBy: string | null;
  createdAtMs: number;
};

export type ProfileTable = {
  id: string;
  name: string;
  currentVersion: number;
  createdAtMs: number;
  updatedAtMs: number;
  /** Soft delete: versions and jobs keep pointing at it. */
  deletedAtMs: number | null;
};

export type ProfileVersionTable = {
  profileId: string;
  version: number;
  recipeJson: string;
  note: string | null;
  createdBy: string | null;
  createdAtMs: number;
};

/** What jobs keep of their profile: by content, since a thousand jobs share one recipe. */
export type ProfileSnapshotTable = { hash: string; recipeJson: string };

export type JobTable = {
  /** SQLite's own key, for `jobSearch`: nobody is told it. */
  number: Generated<number>;
  id: string;
  batchId: string | null;
  state: string;
  priority: number;
  /** 1 where a person put it before others: it takes no turns with them. */
  placed: Generated<number>;
  /** One for each batch, or user, and the disks of its jobs, and whether they were placed: within a lane, jobs begin by their rank. Worked out by SQLite. */
  lane: GeneratedAlways<string>;
  /** Where it stands in the queue, smallest first: milliseconds, see queue/rank.ts. */
  rank: number;
  input: string;
  /** Of the source; null where it could not be read when the job was added. */
  sourceFingerprint: string | null;
  sourceBytes: number | null;
  profileId: string | null;
  profileName: string;
  profileVersion: number;
  profileHash: string;
  outputDir: string;
  optionsJson: string;
  progress: number;
  fps: number | null;
  speed: number | null;
  etaSec: number | null;
  output: string | null;
  errorCode: string | null;
  errorMessage: string | null;
  findingsJson: string;
  /** Who moves it on, and by when; every state that is not final has both once it has begun. */
  owner: string | null;
  deadlineAtMs: number | null;
  /** Grows with each owner: the fencing token of probing. */
  attempt: number;
  /** A queued job is left alone until then. */
  notBeforeMs: number | null;
  /** Why it waits, where the queue itself knows: `{code, message}`. */
  waitJson: string | null;
  /** Where input and output were mounted when it was added: an unmounted disk is offline, not empty. */
  mountsJson: string;
  /** The state to which a paused job goes back. */
  pausedFrom: string | null;
  createdBy: string | null;
  createdAtMs: number;
  updatedAtMs: number;
  startedAtMs: number | null;
  finishedAtMs: number | null;
  expiresAtMs: number | null;
};

/** What probing and planning found: large, and read only by who works on the job. */
export type JobPlanTable = {
  jobId: string;
  planJson: string;
  factsJson: string;
  choiceJson: string;
  passedOverJson: string;
  /** Identity of the source when it was planned. */
  sourceJson: string;
  /** Name of the job's work and staging folders. */
  folderKey: string;
  /** How it was laid out over the crew, and what the other ways would have taken. */
  spreadJson: string | null;
};

export type TaskTable = {
  /** `{jobId}.{key}`. */
  id: string;
  jobId: string;
  key: string;
  type: string;
  state: string;
  /** The job's. */
  rank: number;
  priority: number;
  weight: number;
  resource: string;
  plannedJson: string;
  nodeId: string | null;
  /** The fencing token: grows with each lease, never goes back. */
  attempt: number;
  /** How many attempts were its own fault; the third is the last. */
  failures: number;
  /** How often its node was lost while it had the task. */
  losses: number;
  leaseUntilMs: number | null;
  /** A second node that does the same, when the first is the last that a job waits for: the first result counts. */
  twinNodeId: string | null;
  twinAttempt: number | null;
  twinLeaseUntilMs: number | null;
  twinStartedAtMs: number | null;
  notBeforeMs: number | null;
  progress: number;
  fps: number | null;
  speed: number | null;
  bitrateBps: number | null;
  errorCode: string | null;
  errorMessage: string | null;
  stderrTailJson: string;
  resultJson: string | null;
  createdAtMs: number;
  /** Since when it could be leased; kept while it is. */
  readyAtMs: number | null;
  startedAtMs: number | null;
  finishedAtMs: number | null;
};

/** Who had a task when, and what came of it. */
export type AssignmentTable = {
  id: Generated<number>;
  taskId: string;
  nodeId: string;
  attempt: number;
  claimedAtMs: number;
  endedAtMs: number | null;
  /** `completed`, `failed`, `released`, `expired`, `revoked`. */
  outcome: string | null;
  errorCode: string | null;
  errorMessage: string | null;
};

/** Written in the transaction of the change it tells of; its ids never repeat, so it is also the outbox of live news and webhooks. */
export type JobEventTable = {
  id: Generated<number>;
  jobId: string;
  taskKey: string | null;
  kind: string;
  fromState: string | null;
  toState: string | null;
  nodeId: string | null;
  message: string | null;
  atMs: number;
};

export type NodeTable = {
  id: string;
  name: string;
  /** 1 for the server's own machine. */
  isLocal: number;
  version: string;
  protocol: number;
  offerJson: string;
  /** SHA-256 of the public key (SubjectPublicKeyInfo) that it was paired with, in hex; null for the server's own. */
  keyHash: string | null;
  /** What people call it; its own name otherwise. */
  givenName: string | null;
  limitsJson: Generated<string>;
  tagsJson: Generated<string>;
  pathMapsJson: Generated<string>;
  /** Measured on its transfers, bits a second. */
  linkBps: number | null;
  draining: number;
  failuresInRow: number;
  breakerUntilMs: number | null;
  createdAtMs: number;
  pairedAtMs: number | null;
  revokedAtMs: number | null;
  connectedAtMs: number | null;
  disconnectedAtMs: number | null;
  lastSeenAtMs: number;
};

/** How fast a node does one kind of work (its encoders), measured. */
export type NodeSpeedTable = {
  nodeId: string;
  /** Encoders of the task's renditions, sorted and joined by `+`. */
  work: string;
  /** Task weight (megapixel-minutes) a second of wall time. */
  weightPerSec: number;
  samples: number;
  updatedAtMs: number;
};

/** A one-time code for a node that can't be clicked on. */
export type InviteTable = {
  /** The part of the code that is no secret. */
  id: string;
  /** SHA-256 of the rest of it, in hex. */
  secretHash: string;
  createdBy: string | null;
  createdAtMs: number;
  expiresAtMs: number;
  /** How often somebody came with it, rightly or wrongly. */
  tries: Generated<number>;
  usedAtMs: number | null;
  /** Who came with it. */
  nodeId: string | null;
};

export type UserTable = {
  id: string;
  name: string;
  role: string;
  passwordHash: string;
  createdAtMs: number;
  updatedAtMs: number;
  disabledAtMs: number | null;
};

export type SessionTable = {
  /** SHA-256 of the cookie's value. */
  idHash: string;
  userId: string;
  createdAtMs: number;
  lastUsedAtMs: number;
  expiresAtMs: number;
  userAgent: string | null;
};

export type ApiTokenTable = {
  id: string;
  name: string;
  /** It never may more than its user; null for one from the command line. */
  userId: string | null;
  /** The token with which it was made: it goes when that one is revoked. */
  madeWith: string | null;
  role: string;
  /** SHA-256: a token has 256 random bits, which no dictionary holds. */
  hash: string;
  /** The first characters, to tell tokens apart. */
  hint: string;
  createdAtMs: number;
  lastUsedAtMs: number | null;
  expiresAtMs: number | null;
  revokedAtMs: number | null;
};

export type AuditTable = {
  id: Generated<number>;
  atMs: number;
  actorKind: string;
  actorId: string | null;
  actorName: string;
  action: string;
  resourceType: string;
  resourceId: string | null;
  result: string;
  requestId: string | null;
  address: string | null;
  detailsJson: string;
};

/** S3 2.5. */
export type ErrorEventTable = {
  id: string;
  sourceComponent: string;
  severity: string;
  message: string;
  stackTrace: string | null;
  contextJson: string;
  /** How often it came, the last time at `lastAtMs`: the same within a minute is one event. */
  occurrences: number;
  createdAtMs: number;
  lastAtMs: number;
  resolved: number;
};

export type WebhookTable = {
  id: string;
  url: string;
  eventsJson: string;
  /** Sealed with the key of the data folder. */
  secretSealed: string;
  enabled: number;
  /** Why the server itself switched it off; null otherwise. */
  disabledBecause: string | null;
  description: string;
  createdBy: string | null;
  createdAtMs: number;
  updatedAtMs: number;
};

export type WebhookDeliveryTable = {
  id: string;
  webhookId: string;
  /** The same for every delivery of one event. */
  eventId: string;
  eventType: string;
  /** The body, byte by byte as each attempt sends it. */
  payloadJson: string;
  /** `pending`, `delivered`, `failed`. */
  state: string;
  attempts: number;
  nextAtMs: number | null;
  lastAtMs: number | null;
  lastDurationMs: number | null;
  lastStatus: number | null;
  lastError: string | null;
  /** How the receiver's answer began. */
  lastAnswer: string | null;
  /** The delivery that somebody wanted to be made again; null otherwise. */
  againOf: string | null;
  createdAtMs: number;
  finishedAtMs: number | null;
};

/** How far a reader of `jobEvent` has come (`webhooks`). */
export type CursorTable = { name: string; value: number };

export type IdempotencyTable = {
  actor: string;
  key: string;
  /** SHA-256 of method, path and body. */
  requestHash: string;
  /** Null while the first request is still being answered. */
  status: number | null;
  responseJson: string | null;
  createdAtMs: number;
};

export type WatchFolderTable = {
  id: string;
  path: string;
  name: string;
  enabled: number;
  profileId: string | null;
  profileName: string;
  outputDir: string;
  /** What happens to a source after its package was published: `keep`, `move`, `trash`. */
  afterwards: string;
  /** Where `move` puts it. */
  moveDir: string | null;
  /** Where the disk of `moveDir` was mounted when the rule was saved. */
  moveMount: string | null;
  rulesJson: string;
  /** `online`, `offline`, `unknown`. */
  rootState: string;
  /** Why it is offline; null while it is not. */
  rootNote: string | null;
  /** Device id of the disk it was last seen on. */
  rootDevice: string | null;
  /** Why changes are found by scans only; null while the system tells of them, or nobody watches. */
  watchNote: string | null;
  /** 1 where somebody asked for a scan that has not begun. */
  scanWanted: number;
  /** Path of the last file that an unfinished scan came to: there the next one goes on. */
  scanCursor: string | null;
  /** Files that the scan, or the last one, came past. */
  scanFiles: number;
  scanStartedAtMs: number | null;
  scanFinishedAtMs: number | null;
  createdBy: string | null;
  createdAtMs: number;
  updatedAtMs: number;
};

export type KnownFileTable = {
  id: Generated<number>;
  watchFolderId: string;
  /** Relative to the watch folder, `/` between its parts. */
  path: string;
  sizeBytes: number;
  modifiedMs: number;
  fingerprint: string | null;
  /** `growing`, `ready`, `added`, `done`, `skipped`, `unusable`, `missing`. */
  state: string;
  jobId: string | null;
  /** 1 where the job is of another file with the same content: what is done to originals is not done to this one. */
  isCopy: number;
  /** Why it is as it is: one sentence for people. */
  note: string | null;
  /** When its state, size or time was last found to have changed. */
  seenAtMs: number;
  /** Since when it has had this size and time; for files that are `growing`. */
  stableSinceMs: number | null;
};

/** Full-text index of the paths of `knownFile`, kept by triggers; `rowid` is the file's id. */
export type KnownFileSearchTable = { rowid: number; path: string };

/** Full-text index of the inputs of `job`, kept by triggers; `rowid` is the job's number. */
export type JobSearchTable = { rowid: number; input: string };

/** What became of a source after its package was published; see stages/originals/. */
export type OriginalTable = {
  id: string;
  jobId: string;
  /** `quarantine` or `replace`, `move` or `trash`. */
  policy: string;
  sourcePath: string;
  fingerprint: string;
  outputPath: string;
  /** Where the original lies now, or is being brought to while `pending`; null while it is in its place. */
  heldPath: string | null;
  /** `pending`, `held`, `replaced`, `restored`, `expired`, `failed`. */
  state: string;
  error: string | null;
  /** When a held original may be deleted; null never. */
  keptUntilMs: number | null;
  createdAtMs: number;
  updatedAtMs: number;
};

/** What a completed job came to; written soon after, since the sizes are on a disk that may be slow. */
export type MadePackageTable = {
  jobId: string;
  /** The job's. */
  finishedAtMs: number;
  /** Of the film; null where its plan is gone. */
  mediaSec: number | null;
  /** Of the package; null where it could not be looked at. */
  outputBytes: number | null;
};

/** A film that somebody sends, or has sent, to `{data}/uploads/{id}`. */
export type UploadTable = {
  id: string;
  /** Of the file, made safe. */
  name: string;
  sizeBytes: number;
  /** What its sender says it is; null where he does not. */
  sha256: string | null;
  /** Who sends it: `user:{id}`. */
  createdBy: string;
  createdAtMs: number;
  /** Null until all of it is there and found to be right. */
  finishedAtMs: number | null;
};

export type Database = {
  batch: BatchTable;
  profile: ProfileTable;
  profileVersion: ProfileVersionTable;
  profileSnapshot: ProfileSnapshotTable;
  job: JobTable;
  jobPlan: JobPlanTable;
  task: TaskTable;
  assignment: AssignmentTable;
  jobEvent: JobEventTable;
  node: NodeTable;
  nodeSpeed: NodeSpeedTable;
  invite: InviteTable;
  user: UserTable;
  session: SessionTable;
  apiToken: ApiTokenTable;
  audit: AuditTable;
  errorEvent: ErrorEventTable;
  webhook: WebhookTable;
  webhookDelivery: WebhookDeliveryTable;
  cursor: CursorTable;
  idempotency: IdempotencyTable;
  watchFolder: WatchFolderTable;
  knownFile: KnownFileTable;
  knownFileSearch: KnownFileSearchTable;
  jobSearch: JobSearchTable;
  original: OriginalTable;
  madePackage: MadePackageTable;
  upload: UploadTable;
};
