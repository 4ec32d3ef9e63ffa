import { type BackendModule, createInstance, type ReadCallback } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { z } from 'zod';
import shell from '../texts/en/shell.json';

/** S3 19.6. */
export const languages = {
  en: 'English',
  de: 'Deutsch',
  es: 'Español',
  fr: 'Français',
  ja: '日本語',
} as const;

const keptAs = 'encrew-language';

const texts = createInstance();

/** A file a screen and language, read when the screen is opened. */
const fileTexts: BackendModule = {
  type: 'backend',
  init: () => {},
  read: (language, namespace, done) => void readWords(language, namespace, done),
};

const words = z.object({ default: z.record(z.string(), z.json()) });

async function readWords(language: string, namespace: string, done: ReadCallback): Promise<void> {
  try {
    // English is read only where it is needed: all languages have the same words.
    done(null, await wordsIn(language, namespace).catch(() => wordsIn('en', namespace)));
  } catch (error) {
    done(String(error), null);
  }
}

async function wordsIn(language: string, namespace: string): Promise<z.output<typeof words>['default']> {
  const file: unknown = await import(`../texts/${language}/${namespace}.json`);
  return words.parse(file).default;
}

/** Reads the words of the language that this person chose, else the browser's, else English. */
export async function startTexts(): Promise<void> {
  await texts
    .use(fileTexts)
    .use(initReactI18next)
    .init({
      lng: firstLanguage(),
      fallbackLng: false,
      supportedLngs: Object.keys(languages),
      ns: ['shell'],
      defaultNS: 'shell',
      partialBundledLanguages: true,
      resources: { en: { shell } },
      // React escapes.
      interpolation: { escapeValue: false },
    });
  tellDocument();
  // What the server says is English; other languages have words of their own for it, wanted once something fails.
  if (texts.language !== 'en') void texts.loadNamespaces('server');
  texts.on('languageChanged', tellDocument);
}

/** Reads words before the screen that shows them is drawn; left out, they are read while it waits. Once texts are started. */
export async function readTexts(...namespaces: readonly string[]): Promise<void> {
  await texts.loadNamespaces(namespaces);
}

/** Changes the language, also for the next visit. */
export async function chooseLanguage(language: string): Promise<void> {
  localStorage.setItem(keptAs, language);
  await texts.changeLanguage(language);
}

function firstLanguage(): string {
  const wanted = [localStorage.getItem(keptAs) ?? '', ...navigator.languages].map((one) => one.split('-')[0] ?? '');
  return wanted.find((one) => one in languages) ?? 'en';
}

/** Screen readers and hyphenation go by it. */
function tellDocument(): void {
  document.documentElement.lang = texts.language;
}
