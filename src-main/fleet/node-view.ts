import type { Kysely, Selectable } from 'kysely';
import { instant } from '#main/queue/job-view.ts';
import type { Database, NodeTable } from '#main/store/schema.ts';
import { nodeOffer } from '#shared/model/node.ts';
import type { NodeView } from '#shared/protocol/nodes.ts';
import type { Crew } from './crew.ts';
import { ordersOf, tagsOf } from './node-rows.ts';

/** Nodes with what they do now. */
export async function nodeViews(
  db: Kysely<Database>,
  crew: Crew,
  rows: readonly Selectable<NodeTable>[],
): Promise<NodeView[]> {
  const leased = await db
    .selectFrom('task')
    .innerJoin('job', 'job.id', 'task.jobId')
    .select(['task.id', 'task.jobId', 'job.input', 'task.key', 'task.nodeId', 'task.twinNodeId'])
    .select(['task.progress', 'task.fps', 'task.speed'])
    .where('task.state', '=', 'leased')
    .orderBy('task.id')
    .execute();
  const speeds = await db.selectFrom('nodeSpeed').select(['nodeId', 'work', 'weightPerSec']).orderBy('work').execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.givenName ?? row.name,
    ownName: row.name,
    isLocal: row.isLocal === 1,
    state: crew.find(row.id) === null ? 'offline' : row.draining === 1 ? 'draining' : 'online',
    version: row.version,
    protocol: row.protocol,
    offer: nodeOffer.nullable().parse(JSON.parse(row.offerJson)),
    ...ordersOf(row),
    tags: tagsOf(row),
    running: leased
      .filter(({ nodeId, twinNodeId }) => nodeId === row.id || twinNodeId === row.id)
      .map(({ id: taskId, jobId, input, key, progress, fps, speed }) => ({
        ...{ taskId, jobId, input, key, progress, fps, speed },
      })),
    speeds: speeds.filter(({ nodeId }) => nodeId === row.id).map(({ work, weightPerSec }) => ({ work, weightPerSec })),
    linkBps: row.linkBps,
    failuresInRow: row.failuresInRow,
    setAsideUntil: row.breakerUntilMs === null ? null : instant(row.breakerUntilMs),
    lastSeenAt: instant(row.lastSeenAtMs),
    connectedAt: row.connectedAtMs === null ? null : instant(row.connectedAtMs),
    pairedAt: row.pairedAtMs === null ? null : instant(row.pairedAtMs),
  }));
}
