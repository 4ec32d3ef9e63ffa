import { z } from 'zod';

/*
 * What a page of the desktop app may ask its shell, by `window.desktop`: one table, parsed on both sides. Everything else is
 * asked of the server, as in a browser.
 */

/** `both`: the server is here, and this machine is lent to another one as well. */
export const desktopMode = z.enum(['server', 'node', 'both']);
export type DesktopMode = z.infer<typeof desktopMode>;

/** `{data}/desktop.json`: what people chose for this machine. */
export const desktopSettings = z.strictObject({
  /** Null until people were asked. */
  mode: desktopMode.nullable().default(null),
  /** Starts with the session, without a window. */
  autostart: z.boolean().default(false),
  /** The machine does not fall asleep while it encodes. */
  keepAwake: z.boolean().default(true),
  notifications: z.boolean().default(true),
  /** "Encode with Encrew" in the file manager's menu, where the app has to put it there; null is as it is usual there. */
  fileMenu: z.boolean().nullable().default(null),
  /** New versions are fetched, and put in place when nothing runs. */
  updates: z.boolean().default(true),
  /** Secrets are sealed with a key that the system's keychain keeps, where it has one. */
  keychain: z.boolean().default(true),
  /** While it is lent: takes nothing new, whatever its server allows. */
  pauseOnBattery: z.boolean().default(true),
  pauseInFullScreen: z.boolean().default(true),
});
export type DesktopSettings = z.infer<typeof desktopSettings>;

/** What people change in a page; the mode is chosen by a call of its own. */
export const desktopSettingsChange = desktopSettings.omit({ mode: true }).partial();
export type DesktopSettingsChange = z.infer<typeof desktopSettingsChange>;

/** A film or folder on this machine. */
export const pickedPath = z.strictObject({
  isFolder: z.boolean(),
  /** Absolute. */
  path: z.string(),
  name: z.string(),
  /** Null for a folder. */
  sizeBytes: z.number().int().nonnegative().nullable(),
});
export type PickedPath = z.infer<typeof pickedPath>;

/** How the machine stands as a node of another server. */
export const lentStanding = z.strictObject({
  /** What people see of it over there. */
  name: z.string(),
  /** Port on which servers pair with it; null until it listens. */
  port: z.number().int().nullable(),
  /** The server's pages; null while it has no server. */
  serverUrl: z.string().nullable(),
  /** A server asks to be paired: people compare the six digits and confirm over there. */
  pairing: z.strictObject({ name: z.string(), address: z.string(), digits: z.string() }).nullable(),
});
export type LentStanding = z.infer<typeof lentStanding>;

/** How one of the two works stands: the server, or the node of another server. */
export const workState = z.enum(['off', 'starting', 'running', 'broken']);
export type WorkState = z.infer<typeof workState>;

/**
 * How this machine's secrets (its identity, the key of those in the database) lie on the disk. `kept`: sealed, by way of the system's
 * keychain. `off`: people don't want that; `unavailable`: there is no keychain; then they lie in files for their owner alone.
 * `locked`: they are sealed, and the keychain does not open them.
 */
export const secretsStanding = z.enum(['kept', 'off', 'unavailable', 'locked']);
export type SecretsStanding = z.infer<typeof secretsStanding>;

export const desktopStanding = z.strictObject({
  settings: desktopSettings,
  /** Null until the keychain was asked, which may ask people. */
  secrets: secretsStanding.nullable(),
  /** Whether the app puts itself into the file manager's menu; null where its package does. */
  fileMenu: z.boolean().nullable(),
  server: z.strictObject({ state: workState, url: z.string().nullable(), problem: z.string().nullable() }),
  node: z.strictObject({ state: workState, problem: z.string().nullable(), lent: lentStanding.nullable() }),
  /** Null while this machine works; `untilMs` is null until people resume, else the wall clock's time. */
  pause: z.strictObject({ untilMs: z.number().nullable() }).nullable(),
});
export type DesktopStanding = z.infer<typeof desktopStanding>;

const nothing = z.null();
/** Windows' longest, in its own counting; no system has longer ones that people could choose. */
const path = z.string().min(1).max(32_767);
const mostPaths = 2_000;

/** Every call, with what goes there and what comes back. */
export const desktopCalls = {
  about: {
    ask: nothing,
    answer: z.strictObject({ version: z.string(), electron: z.string(), platform: z.string(), canUpdate: z.boolean() }),
  },
  standing: { ask: nothing, answer: desktopStanding },
  'choose-mode': { ask: z.strictObject({ mode: desktopMode }), answer: nothing },
  'change-settings': { ask: desktopSettingsChange, answer: desktopSettings },
  'pick-films': { ask: nothing, answer: z.array(pickedPath) },
  'pick-folders': { ask: nothing, answer: z.array(pickedPath) },
  /** What lies at paths that were dropped; what can't be read is left out. */
  'look-at': { ask: z.strictObject({ paths: z.array(path).max(mostPaths) }), answer: z.array(pickedPath) },
  /** Films that came from outside of the page (file manager, dock, link), each given once. */
  'take-films': { ask: nothing, answer: z.array(pickedPath) },
  /** Shows what came of a job in the file manager; false where there is nothing, or it is gone. Where it lies, the server knows. */
  'show-output': { ask: z.strictObject({ jobId: z.string().min(1).max(100) }), answer: z.boolean() },
  /** Shows the app's own log in the file manager; false where it is gone. */
  'show-log': { ask: nothing, answer: z.boolean() },
  pause: { ask: z.strictObject({ forMs: z.number().int().positive().nullable() }), answer: nothing },
  resume: { ask: nothing, answer: nothing },
  /** Opens the pages of the server that this machine is lent to, in the browser. */
  'open-server': { ask: nothing, answer: z.boolean() },
  /** Belongs to no other server any more. */
  unpair: { ask: nothing, answer: nothing },
  /** Begins with new secrets where the old ones are locked, which are kept under other names. Every node has to be paired anew. */
  'renew-secrets': { ask: nothing, answer: nothing },
  restart: { ask: nothing, answer: nothing },
} as const satisfies Record<string, { ask: z.ZodType; answer: z.ZodType }>;

export type DesktopCall = keyof typeof desktopCalls;
export type DesktopAsk<Call extends DesktopCall> = z.infer<(typeof desktopCalls)[Call]['ask']>;
export type DesktopAnswer<Call extends DesktopCall> = z.infer<(typeof desktopCalls)[Call]['answer']>;

/** One call, as it travels. */
export const desktopCallMessage = z.strictObject({ call: z.string().max(100), ask: z.unknown() });

/** What came of it: `fault` is one sentence for people. */
export const desktopReply = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), answer: z.unknown() }),
  z.strictObject({ ok: z.literal(false), fault: z.string() }),
]);
export type DesktopReply = z.infer<typeof desktopReply>;

/** What the shell tells its page. */
export const desktopNews = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('standing'), standing: desktopStanding }),
  /** Films wait to be taken (`take-films`). */
  z.strictObject({ kind: z.literal('films') }),
  /** A screen's address on this page's own origin. */
  z.strictObject({ kind: z.literal('go'), to: z.string().regex(/^\/(?!\/)/) }),
]);
export type DesktopNews = z.infer<typeof desktopNews>;
