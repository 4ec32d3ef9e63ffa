import { createContext, type ReactNode, useContext, useState, useSyncExternalStore } from 'react';
import { type SentFilm, type UploadDesk, uploadDesk } from './uploads.ts';

const UploadContext = createContext<UploadDesk | null>(null);

/** Films go on being sent while its children are shown. */
export function UploadProvider({ children }: { children: ReactNode }) {
  const [desk] = useState(uploadDesk);
  return <UploadContext value={desk}>{children}</UploadContext>;
}

/** Takes films to send. */
export function useUploadDesk(): UploadDesk {
  const desk = useContext(UploadContext);
  if (desk === null) throw new Error('there is no UploadProvider above');
  return desk;
}

/** The films that are sent, or were. */
export function useSentFilms(): readonly SentFilm[] {
  const desk = useUploadDesk();
  return useSyncExternalStore(desk.subscribe, desk.films);
}
