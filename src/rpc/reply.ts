import { type OutgoingHttpHeaders, type ServerResponse, STATUS_CODES } from 'node:http';

/** Ends a request with a status instead of an answer. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;

  constructor(status: number, detail?: string) {
    super(detail ?? STATUS_CODES[status] ?? 'Error');
    this.status = status;
  }
}

/** Answers with a whole body; sent in one piece, with its length. */
export function reply(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Uint8Array,
  headers: OutgoingHttpHeaders = {},
): void {
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': length, ...headers });
  response.end(body);
}

/** Answers with a page that says the status and nothing that came from the client. */
export function replyStatus(
  response: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders = {},
): void {
  const title = `${status} ${STATUS_CODES[status] ?? ''}`;
  const page = `<!DOCTYPE html>\n<title>${title}</title>\n<h1>${title}</h1>\n`;
  reply(response, status, 'text/html', page, headers);
}
