import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Backlog, type Refusal } from '../../src/output/backlog.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A disk that takes so many bytes, and then refuses by an errno. */
function diskWith(room: number, code: string) {
  const disk = { room, code, content: '', tries: 0 };
  const reports: string[] = [];
  const append = async (bytes: Buffer): Promise<Refusal | undefined> => {
    disk.tries++;
    const taken = bytes.subarray(0, disk.room);
    disk.content += taken.toString();
    disk.room -= taken.length;
    if (taken.length === bytes.length) return undefined;
    return {
      rest: bytes.subarray(taken.length),
      error: Object.assign(new Error(disk.code), { code: disk.code }),
    };
  };
  const backlog = new Backlog('x.log', append, (level, text) => reports.push(`${level} ${text}`));
  return { disk, reports, backlog };
}

it('holds a copy of what a full disk refused, and writes it when there is room again', async () => {
  const { disk, reports, backlog } = diskWith(3, 'ENOSPC');
  const bytes = Buffer.from('abcdef');
  await backlog.write(bytes);
  bytes.fill('z');
  expect(backlog.holding).toBe(true);
  const settled = backlog.settled();
  await vi.advanceTimersByTimeAsync(3000);
  disk.room = 100;
  await vi.advanceTimersByTimeAsync(1000);
  await settled;
  expect(disk.content).toBe('abcdef');
  expect(backlog).toMatchObject({ holding: false, dropped: 0 });
  expect(reports).toEqual([
    'error x.log: cannot be written: ENOSPC; trying again each second',
    'info x.log: is written again',
  ]);
});

it('reports a disk that fills again and again once a minute at most', async () => {
  const { disk, reports, backlog } = diskWith(0, 'ENOSPC');
  for (let time = 0; time < 30; time++) {
    await backlog.write(Buffer.from('abc'));
    disk.room = 3;
    await vi.advanceTimersByTimeAsync(1000);
    await backlog.settled();
  }
  expect(reports.filter(report => report.startsWith('error'))).toHaveLength(1);
});

it('tries a terminal that is full soon again, and says nothing', async () => {
  const { disk, reports, backlog } = diskWith(0, 'EAGAIN');
  await backlog.write(Buffer.from('abc'));
  disk.room = 3;
  await vi.advanceTimersByTimeAsync(20);
  expect([disk.content, backlog.holding, reports]).toEqual(['abc', false, []]);
});

it('drops and counts what nobody will ever read', async () => {
  const { reports, backlog } = diskWith(0, 'EPIPE');
  await backlog.write(Buffer.from('abc'));
  await backlog.write(Buffer.from('de'));
  expect(backlog).toMatchObject({ holding: false, dropped: 5 });
  expect(reports).toEqual(['error x.log: cannot be written: EPIPE; its output is dropped']);
});

it('gives up what it holds when it is closed', async () => {
  const { disk, backlog } = diskWith(0, 'ENOSPC');
  await backlog.write(Buffer.from('abc'));
  const settled = backlog.settled();
  backlog.close();
  await settled;
  await vi.advanceTimersByTimeAsync(5000);
  expect([disk.tries, backlog.dropped]).toEqual([1, 3]);
});
