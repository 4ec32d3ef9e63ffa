import type { StoredProfile, StoredVersion } from '#main/store/profiles.ts';
import type { Profile } from '#shared/model/profile.ts';
import type { ProfileView } from '#shared/protocol/profiles.ts';

/** A profile that people keep, as the API shows it. */
export function keptView({ id, recipe, createdAtMs, updatedAtMs, deletedAtMs }: StoredProfile): ProfileView {
  return {
    id,
    name: recipe.name,
    builtIn: false,
    version: recipe.version,
    recipe,
    createdAt: isoTime(createdAtMs),
    updatedAt: isoTime(updatedAtMs),
    deletedAt: deletedAtMs === null ? null : isoTime(deletedAtMs),
  };
}

/** A profile that comes with Encrew, as the API shows it. */
export function builtInView(recipe: Profile): ProfileView {
  const { name, version } = recipe;
  return { id: name, name, builtIn: true, version, recipe, createdAt: null, updatedAt: null, deletedAt: null };
}

/** One version, as the API shows it. */
export function versionView({ createdAtMs, ...rest }: StoredVersion) {
  return { ...rest, createdAt: isoTime(createdAtMs) };
}

/** An answer with one profile and its ETag. */
export function profileAnswer(body: ProfileView): { body: ProfileView; headers: { ETag: string } } {
  return { body, headers: { ETag: profileTag(body) } };
}

/** RFC 9110 8.8.3, strong: deleting and restoring change what is shown without a new version. */
export function profileTag({ version, updatedAt, builtIn }: ProfileView): string {
  return builtIn ? `"built-in-${version}"` : `"${version}-${Date.parse(updatedAt ?? '')}"`;
}

function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}
