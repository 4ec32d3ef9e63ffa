import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import compression from 'compression';
import express, { type RequestHandler, type Response, Router } from 'express';
import { assetsPolicy, noncePlaceholder, screensPolicy } from './security-headers.ts';

const notBuilt =
  'The screens of Encrew are not built here. Run: npm run build\nThe interface for programs works: /api/docs\n';

/**
 * The screens: files whose names hold their hash are kept for good, and every address that is a screen's gets the one page.
 * `folder` is what `npm run build` made; it may come and go.
 */
export function pages(folder: string): RequestHandler {
  const router = Router();
  // Nothing that is served here holds a secret (BREACH).
  router.use(compression());
  router.use(
    '/assets',
    express.static(join(folder, 'assets'), {
      ...{ index: false, redirect: false, dotfiles: 'allow', fallthrough: true },
      setHeaders: (response) => {
        // What all other answers say would stay otherwise (create-api.ts), and each file be asked about at each visit.
        response.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
        response.setHeader('Content-Security-Policy', assetsPolicy);
      },
    }),
  );
  router.get('/{*path}', (request, response, next) => {
    if (isScreen(request.path) && request.accepts(['json', 'html']) === 'html') void sendPage(folder, response);
    else next();
  });
  return router;
}

async function sendPage(folder: string, response: Response): Promise<void> {
  const page = await readPage(folder);
  if (page === null) {
    response.status(503).type('text').send(notBuilt);
    return;
  }
  const nonce = randomBytes(16).toString('base64');
  response.set('Content-Security-Policy', screensPolicy(nonce));
  response.type('html').send(page.replaceAll(noncePlaceholder, nonce));
}

/** Programs that ask for what isn't there are told so, and get no page. */
function isScreen(path: string): boolean {
  return !/^\/(api|assets|nodes\/v\d|socket\.io|metrics)(\/|$)/.test(path) && !/\.[a-z0-9]+$/i.test(path);
}

/** Null where nothing was built. */
async function readPage(folder: string): Promise<string | null> {
  try {
    return await readFile(join(folder, 'index.html'), 'utf8');
  } catch {
    return null;
  }
}
