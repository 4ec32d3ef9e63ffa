import type { Fetches } from '#main/intake/fetch/fetches.ts';
import { plainAddress } from '#main/intake/fetch/kept-fetch.ts';
import type { FilmOnItsWay } from '#main/intake/fetch/bring-film.ts';
import { newId } from '#main/platform/ids.ts';
import { fetchWish, type UploadView, uploadView } from '#shared/protocol/uploads.ts';
import { demandActor } from '../demand-actor.ts';
import { type Actor, RequestRefused, type Route, route } from '../route.ts';
import { uploadRefusals } from '../upload-refusals.ts';

/** Films that the server fetches by their addresses: each is an upload as soon as it has come. */
export function uploadFetchRoutes(fetches: Fetches): Route[] {
  return [
    route({
      method: 'post',
      path: '/uploads/fetch',
      tag: 'uploads',
      summary: 'Fetches a film by its web address; GET /uploads/{id} tells how far it is, DELETE cancels',
      role: 'operator',
      body: fetchWish,
      status: 202,
      answer: uploadView,
      problems: ['ENC-AUTH-003', 'ENC-SYS-008'],
      handle: async ({ body, actor }) => {
        const { kind, id: actorId, role } = demandActor(actor);
        const id = newId();
        const begun = await fetches.begin({
          ...{ id, url: new URL(body.url), name: body.name ?? null, createdBy: `${kind}:${actorId}` },
          // Whoever runs the house may look into its rooms.
          reach: role === 'admin' ? 'lan' : 'public',
        });
        if (!begun.ok) throw new RequestRefused(refusals[begun.because], begun.message);
        const film = fetches.find(id);
        if (film === null) throw new Error(`the film ${id} has gone before anybody was told of it`);
        return { status: 202, body: fetchView(fetches, film) };
      },
    }),
  ];
}

/** The film that this one may see; null where it is none that is being fetched. */
export function findFetch(fetches: Fetches, id: string, actor: Actor | null): FilmOnItsWay | null {
  const film = fetches.find(id);
  const { kind, id: actorId, role } = demandActor(actor);
  return film !== null && (role === 'admin' || film.kept.createdBy === `${kind}:${actorId}`) ? film : null;
}

/** RequestRefused for a film that is still being fetched: no job can read it yet. */
export function demandFetched(fetches: Fetches, id: string, actor: Actor): void {
  const film = findFetch(fetches, id, actor);
  if (film === null) return;
  throw new RequestRefused('ENC-SYS-008', `The film ${id} has not come from its address: wait for it.`);
}

/** As an upload, with where it comes from. */
export function fetchView(fetches: Fetches, { kept, receivedBytes }: FilmOnItsWay): UploadView {
  const { id, name, sizeBytes, createdAtMs, fault } = kept;
  return {
    ...{ id, name, sizeBytes, receivedBytes, sha256: null },
    input: `upload:${id}`,
    state: fault === null ? 'receiving' : 'failed',
    createdAt: new Date(createdAtMs).toISOString(),
    finishedAt: null,
    expiresAt: new Date(fetches.expiresAtMs(kept)).toISOString(),
    fetched: { from: plainAddress(kept), fault },
  };
}

const refusals = { ...uploadRefusals, off: 'ENC-AUTH-003' } as const;
