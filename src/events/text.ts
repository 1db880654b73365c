const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes as text: UTF-8, or else Supervisor's word for what is none, with Python's notation of the bytes. */
export function textOf(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    // The decoder's way to say that it is no UTF-8.
    return `Undecodable: ${pythonBytes(bytes)}`;
  }
}

/** How many characters a text has, as Python counts: one outside of the basic plane is one, not two. */
export function characters(text: string): number {
  let pairs = 0;
  for (let at = 0; at < text.length; at++) if ((text.codePointAt(at) ?? 0) > 0xffff) pairs++;
  return text.length - pairs;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** Bytes as Python prints them: `b'caf\xe9'`. */
function pythonBytes(bytes: Uint8Array): string {
  const quote = bytes.includes(0x27) && !bytes.includes(0x22) ? '"' : "'";
  const inner = Array.from(bytes, byte => {
    const char = String.fromCharCode(byte);
    if (char === quote) return `\\${char}`;
    if (byte >= 0x20 && byte < 0x7f) return ESCAPES[char] ?? char;
    return ESCAPES[char] ?? `\\x${byte.toString(16).padStart(2, '0')}`;
  });
  return `b${quote}${inner.join('')}${quote}`;
}
