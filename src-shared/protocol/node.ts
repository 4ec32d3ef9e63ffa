import { z } from 'zod';
import { mediaFacts } from '../model/facts.ts';
import { jobErrorCode } from '../model/failure.ts';
import { finding } from '../model/finding.ts';
import { nodeLimits, type NodeOffer, nodeOffer, pathMap } from '../model/node.ts';
import { ffmpegName, partName } from '../model/plain-names.ts';
import { encodePlan, plannedTask } from '../model/plan.ts';

/*
 * The conversation of a server with its nodes, on the Socket.IO namespace `/nodes`. The node opens it. Messages that change
 * something are answered; one that wasn't answered is sent again, and the attempt number makes that harmless.
 *
 * A word more than these schemas have is passed over, since it is of a newer version, which can do without it; a wrong value is
 * refused. Only plans are strict: who passed over a word there would make other pictures than the machine next to him.
 */

/** Versions one apart work together. */
export const nodeProtocol = 1;

/** The least that every greeting has, whatever else a version puts into it. */
export const helloProtocol = z.object({ protocol: z.number().int() });

/** What fences a lease off from earlier and later ones of the same task. */
export const leaseRef = z.object({ taskId: z.string(), attempt: z.number().int().positive() });
export type LeaseRef = z.infer<typeof leaseRef>;

/** What comes with a refused connection. One that could only not be looked at is tried again. */
export const connectionRefused = z.object({ isFinal: z.boolean() });

/** Node to server, first of all and after each reconnection. */
export const hello = z.object({
  protocol: z.number().int(),
  nodeId: z.string(),
  name: z.string().min(1).max(100),
  version: z.string(),
  offer: nodeOffer,
  /** What it still works on. */
  running: z.array(leaseRef),
});
export type Hello = z.infer<typeof hello>;

/** What people have set for a node: sent with the welcome, and again when it changes. */
export const nodeOrders = z.object({
  limits: nodeLimits.strip(),
  /** Tried first, before the node looks for the source itself. */
  pathMaps: z.array(pathMap.strip()),
});
export type NodeOrders = z.infer<typeof nodeOrders>;

export const helloAnswer = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    heartbeatMs: z.number().int().positive(),
    progressMs: z.number().int().positive(),
    /** Of `running`: to be stopped and thrown away. */
    lost: z.array(leaseRef),
    orders: nodeOrders,
  }),
  z.object({ ok: z.literal(false), message: z.string() }),
]);
export type HelloAnswer = z.infer<typeof helloAnswer>;

/** Server to node: a leased task with all that is needed for it. */
export const assignment = z.object({
  lease: leaseRef,
  jobId: z.string(),
  /** Names the job's folders. */
  folderKey: partName,
  task: plannedTask,
  plan: encodePlan,
  /** Encoder of each rendition. */
  choice: z.record(z.string(), ffmpegName),
  source: z.object({
    path: z.string(),
    sizeBytes: z.number(),
    modifiedMs: z.number(),
    fingerprint: z.string(),
  }),
  /** For package, validate and publish. */
  packaging: z
    .strictObject({
      facts: mediaFacts,
      outDir: z.string(),
      /** Where its disk was mounted when the job was added; null where that can't be told. */
      outMount: z.string().nullable(),
      overwrite: z.boolean(),
      /** When the work on the job began: a package of it that is younger is its own. */
      startedAtMs: z.number(),
      /** All that was found so far: it goes into the certificate. */
      findings: z.array(finding.strip()),
    })
    .nullable(),
});
export type Assignment = z.infer<typeof assignment>;

/** Whether the node took it; one that is full or leaving says no, and the server gives it to another. */
export const assignAnswer = z.object({ accepted: z.boolean(), reason: z.string().nullable() });
export type AssignAnswer = z.infer<typeof assignAnswer>;

/** Node to server, every `heartbeatMs`: prolongs leases. */
export const beat = z.object({ running: z.array(leaseRef) });
export type Beat = z.infer<typeof beat>;
export const beatAnswer = z.object({ lost: z.array(leaseRef) });
export type BeatAnswer = z.infer<typeof beatAnswer>;

/** Node to server, not answered. Numbers FFmpeg did not give are null. */
export const progressUpdate = z.object({
  taskId: z.string(),
  attempt: z.number().int().positive(),
  ratio: z.number().min(0).max(1).nullable(),
  fps: z.number().nonnegative().nullable(),
  speed: z.number().nonnegative().nullable(),
  bitrateBps: z.number().nonnegative().nullable(),
});
export type ProgressUpdate = z.infer<typeof progressUpdate>;
export const progressNews = z.object({ updates: z.array(progressUpdate).max(100) });

const fault = {
  /** One of a newer version says less here, but no more is known of it. */
  code: jobErrorCode.catch('unknown'),
  message: z.string(),
  stderrTail: z.array(z.string()),
};

/** What a task took, for the measured speed of its node. */
export const taskPace = z.object({
  /** Wall time of FFmpeg. */
  encodeSec: z.number().nonnegative(),
  /** How the source got there, and how fast; null where nothing travelled. */
  reading: z
    .strictObject({
      way: z.enum(['path', 'stream', 'copy']),
      bytes: z.number().nonnegative(),
      sec: z.number().nonnegative(),
    })
    .nullable(),
  /** Parts that were brought to the server. */
  sending: z.object({ bytes: z.number().nonnegative(), sec: z.number().nonnegative() }).nullable(),
});
export type TaskPace = z.infer<typeof taskPace>;

/** How a task ended on the node. */
export const taskEnding = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('done'),
    findings: z.array(finding.strip()),
    output: z.string().nullable(),
    pace: taskPace.nullable(),
  }),
  /** `findings` are of a package that its check rejected. */
  z.object({ kind: z.literal('failed'), ...fault, findings: z.array(finding.strip()) }),
  /** An earlier task's parts are unusable. */
  z.object({ kind: z.literal('redo'), task: z.string(), message: z.string() }),
  /** Nothing was done and nobody is at fault. */
  z.object({ kind: z.literal('released'), message: z.string(), delayMs: z.number().int().nonnegative() }),
]);
export type TaskEnding = z.infer<typeof taskEnding>;

export const taskEnded = z.object({ lease: leaseRef, ending: taskEnding });
export type TaskEnded = z.infer<typeof taskEnded>;
/** `again`: the server could not write it down; tell it later. */
export const endedAnswer = z.object({ state: z.enum(['accepted', 'lost', 'again']) });
export type EndedAnswer = z.infer<typeof endedAnswer>;

/** Server to node: the job needs no folder any more, or not for a while. */
export const forget = z.object({ folderKey: partName, keepParts: z.boolean() });
export type Forget = z.infer<typeof forget>;

/** Event names, each with what it carries. */
export type NodeToServer = {
  hello(message: Hello, answer: (answer: HelloAnswer) => void): void;
  beat(message: Beat, answer: (answer: BeatAnswer) => void): void;
  progress(message: { updates: ProgressUpdate[] }): void;
  ended(message: TaskEnded, answer: (answer: EndedAnswer) => void): void;
  /** The whole offer anew, after it changed. Not answered: the next greeting says it again. */
  offer(message: NodeOffer): void;
};
export type ServerToNode = {
  assign(message: Assignment, answer: (answer: AssignAnswer) => void): void;
  stop(message: LeaseRef): void;
  forget(message: Forget): void;
  orders(message: NodeOrders): void;
  /** Finishes or gives back what it has, and starts its process anew. */
  restart(): void;
  /** Tries again now what failed its trial. An older node passes it over. */
  prove(): void;
};
