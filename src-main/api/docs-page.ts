import { fileURLToPath } from 'node:url';
import express, { type Router } from 'express';

/*
 * Swagger UI from our own packages: it works without the internet, and no script of it stands in the page itself.
 */

const files: Readonly<Record<string, string>> = {
  'swagger-ui.css': fileURLToPath(import.meta.resolve('swagger-ui-dist/swagger-ui.css')),
  'swagger-ui-bundle.js': fileURLToPath(import.meta.resolve('swagger-ui-dist/swagger-ui-bundle.js')),
};

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Encrew API</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/api/docs/swagger-ui.css">
  </head>
  <body>
    <div id="docs"></div>
    <script src="/api/docs/swagger-ui-bundle.js"></script>
    <script src="/api/docs/start.js"></script>
  </body>
</html>
`;

/** No validator: it is a service on the internet. */
const start = `SwaggerUIBundle({
  url: '/api/v1/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  docExpansion: 'list',
  validatorUrl: null,
});
`;

/** The page for people about `/api/v1/openapi.json`, and its files. */
export function docsPage(): Router {
  const router = express.Router();
  router.get('/', (_request, response) => {
    response.type('html').send(page);
  });
  router.get('/start.js', (_request, response) => {
    response.type('js').send(start);
  });
  for (const [name, path] of Object.entries(files)) {
    router.get(`/${name}`, (_request, response) => {
      // The folder of packages may lie below one whose name begins with a dot.
      response.sendFile(path, { cacheControl: false, dotfiles: 'allow' });
    });
  }
  return router;
}
