// Answers that are a line of text, and the page of what is not there.

import type { WebContext } from './visitor.ts';

const RETRY_SECONDS = 60;

export function plainText(status: number, text: string): Response {
  return new Response(`${text}\n`, { status, headers: { 'Content-Type': 'text/plain; charset=utf-8' } });
}

export function unavailable(): Response {
  const response = plainText(503, 'Service Unavailable');
  response.headers.set('Retry-After', String(RETRY_SECONDS));
  return response;
}

export function notFound(context: WebContext): Response | Promise<Response> {
  return context.html(PAGE, 404);
}

const PAGE = `<!doctype html>
<html lang="en">
<title>Not found</title>
<h1>Not found</h1>
<p>This is a mail server. There is nothing at this address.
<p lang="es">Esto es un servidor de correo. No hay nada en esta dirección.
</html>
`;
