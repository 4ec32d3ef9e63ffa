import type { IncomingMessage } from 'node:http';
import type { Router } from 'express';
import { nodeWorkRouter } from '#main/api/node-work/router.ts';
import { partDesk, type PartDeskOptions } from './part-desk.ts';

export type NodeWork = {
  /** To be mounted at `/nodes/v1`. */
  router: Router;
  /** Deletes what has come of attempts that nobody holds any more: for every few minutes. */
  sweep: () => Promise<void>;
};

export type NodeWorkOptions = PartDeskOptions & {
  /** Who asks, by the key of its TLS certificate; null for a stranger and for a node that was revoked. */
  nodeOf: (request: IncomingMessage) => Promise<string | null>;
};

/** What a server offers its far nodes beside the conversation: sources to read, and a place for parts. */
export function nodeWork({ nodeOf, ...options }: NodeWorkOptions): NodeWork {
  const parts = partDesk(options);
  const { db, log } = options;
  return { router: nodeWorkRouter({ db, parts, log, nodeOf }), sweep: async () => parts.sweep(null) };
}
