import { crc32 } from 'node:zlib';

/** Eight characters that tell one name from another in a file's name. (node:crypto takes 4 ms to load, node:zlib one.) */
export const digest = (text: string): string => crc32(text).toString(16).padStart(8, '0');
