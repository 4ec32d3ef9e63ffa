import type { Router } from 'express';
import { type NodeWorkDeps, nodeWorkRouter } from '#main/api/node-work/router.ts';
import { partDesk, type PartDeskOptions } from './part-desk.ts';

export type NodeWork = {
  /** To be mounted at `/nodes/v1`. */
  router: Router;
  /** Deletes what has come of attempts that nobody holds any more: for every few minutes. */
  sweep: () => Promise<void>;
};

export type NodeWorkOptions = PartDeskOptions & Pick<NodeWorkDeps, 'nodeOf' | 'takeUp'>;

/** What a server offers its far nodes beside the conversation: sources to read, and a place for parts. */
export function nodeWork({ nodeOf, takeUp, ...options }: NodeWorkOptions): NodeWork {
  const parts = partDesk(options);
  const { db, log } = options;
  return { router: nodeWorkRouter({ db, parts, log, nodeOf, takeUp }), sweep: async () => parts.sweep(null) };
}
