import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { rayJobs } from '../../../trainers/executors/ray-jobs.ts';

test('a cluster that does not answer is told apart from one that refuses', async () => {
  const server = createServer((_request, response) => response.writeHead(404).end('no such job')).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  const { isOver } = rayJobs(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await expect(isOver('job')).rejects.toThrow(/does not do what it is asked for[\s\S]*404 no such job/);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await expect(isOver('job')).rejects.toThrow(/does not answer[\s\S]*executor\.ray\.address/);
});
