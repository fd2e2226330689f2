import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const fn = (name: string, description: string, parameters = {}) => ({
  name,
  description,
  parameters: { type: 'dict', properties: parameters },
});

const QUESTIONS = ['simple_python', 'multiple', 'parallel', 'parallel_multiple', 'live_simple', 'live_multiple'].concat(
  'live_parallel',
  'live_parallel_multiple',
);
const APIS = ['gorilla_file_system', 'math_api', 'message_api', 'posting_api', 'ticket_api', 'trading_bot'].concat(
  'travel_booking',
  'vehicle_control',
);
const said = (...turns: string[]) => turns.map((content) => [{ role: 'user', content }]);

/** A folder as BFCL's, with one question of two calls, one by a user, and one conversation. */
export async function writeBfclFolder(folder: string): Promise<void> {
  const write = (path: string, rows: readonly object[]) =>
    writeFile(join(folder, path), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await mkdir(join(folder, 'possible_answer'), { recursive: true });
  await mkdir(join(folder, 'multi_turn_func_doc'));
  for (const name of QUESTIONS)
    for (const place of ['.', 'possible_answer']) await write(join(place, `BFCL_v4_${name}.json`), []);
  for (const name of APIS) await write(join('multi_turn_func_doc', `${name}.json`), [fn(`${name}_start`, 'Starts.')]);
  const [weather, taxi] = [
    fn('api.weather', 'Forecast.'),
    fn('Rides_2_Book', 'Books a taxi.', { to: { type: 'string' } }),
  ];
  await write('BFCL_v4_parallel_multiple.json', [
    { id: 'p0', question: said('rain in Oslo? and a taxi home'), function: [weather, taxi] },
  ]);
  await write('possible_answer/BFCL_v4_parallel_multiple.json', [
    { id: 'p0', ground_truth: [{ 'api.weather': {} }, { Rides_2_Book: {} }, { Rides_2_Book: {} }] },
  ]);
  const question = [[{ role: 'system', content: 'Be brief.' }, ...said('will it be sunny')[0]!]];
  await write('BFCL_v4_live_simple.json', [
    { id: 'l0', question, function: [{ ...weather, description: 'The same in other words.' }] },
    { id: 'l1', question, function: [fn('alone', 'Nobody has an answer.')] },
  ]);
  await write('possible_answer/BFCL_v4_live_simple.json', [{ id: 'l0', ground_truth: [{ 'api.weather': {} }] }]);
  await write('BFCL_v4_multi_turn_base.json', [
    { id: 'm0', question: said('start both', 'thanks', 'again'), involved_classes: ['MathAPI', 'TicketAPI'] },
  ]);
  const calls = ['math_api_start(a=1)', "ticket_api_start('x')", 'travel_booking_start()'];
  await write('possible_answer/BFCL_v4_multi_turn_base.json', [{ id: 'm0', ground_truth: [calls, [], [calls[0]]] }]);
}
