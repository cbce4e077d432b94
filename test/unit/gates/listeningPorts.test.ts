import assert from 'node:assert/strict';
import { parseListening } from '../../../src/gates/listeningPorts';

describe('ports that programs listen on', () => {
  it('[G11] are read from the kernel’s list, without connections and without what it prints else', () => {
    const text = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1 1 0',
      '   1: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 1',
      '   2: 0100007F:1F91 0100007F:C001 01 00000000:00000000 00:00000000 00000000  1000        0 1 1 0',
      '   3: broken',
      '',
    ].join('\n');
    assert.deepEqual(parseListening(text), [8080, 22]);
  });
});
