// A network behind a router that translates addresses, in network namespaces of its own: outside, the router, inside.
// As root only; nothing of the machine's own network is touched.

import { spawnSync } from 'node:child_process';

export const PUBLIC_ADDRESS = '198.18.0.1';
export const CLIENT_ADDRESS = '198.18.0.2';
export const GATEWAY = '10.77.0.1';
export const INSIDE_ADDRESS = '10.77.0.2';

export interface RouterNetwork extends Disposable {
  readonly outside: string;
  readonly inside: string;
  /** What comes to the router's port 25 goes on to that loopback port inside: so far only does a server of tests listen. */
  forward(port: number): void;
  /** From now on, all that comes seems to come from the router. */
  hideClients(): void;
}

/** `undefined` where the system does not let us. */
export function openNetwork(): RouterNetwork | undefined {
  const [outside, router, inside] = ['o', 'r', 'i'].map((place) => `vlj${process.pid}${place}`) as [
    string,
    string,
    string,
  ];
  const remove = () => {
    for (const name of [outside, router, inside]) run('netns', 'del', name);
  };
  const inRouter = (...words: string[]) => run('netns', 'exec', router, ...words);
  const made =
    [outside, router, inside].every(
      (name) => run('netns', 'add', name) && run('-n', name, 'link', 'set', 'lo', 'up'),
    ) &&
    join(outside, `${CLIENT_ADDRESS}/24`, router, `${PUBLIC_ADDRESS}/24`, 'out') &&
    join(inside, `${INSIDE_ADDRESS}/24`, router, `${GATEWAY}/24`, 'in') &&
    run('-n', outside, 'route', 'add', 'default', 'via', PUBLIC_ADDRESS) &&
    run('-n', inside, 'route', 'add', 'default', 'via', GATEWAY) &&
    inRouter('sysctl', '-qw', 'net.ipv4.ip_forward=1') &&
    run('netns', 'exec', inside, 'sysctl', '-qw', 'net.ipv4.conf.all.route_localnet=1') &&
    inRouter('iptables', '-t', 'nat', '-L');
  if (!made) {
    remove();
    return undefined;
  }
  return {
    ...{ outside, inside },
    forward(port) {
      const divert = ['-t', 'nat', '-A', 'PREROUTING', '-p', 'tcp', '--dport', '25', '-j', 'DNAT', '--to'];
      inRouter('iptables', ...divert, INSIDE_ADDRESS);
      run('netns', 'exec', inside, 'iptables', ...divert, `127.0.0.1:${port}`);
    },
    hideClients: () => void inRouter('iptables', '-t', 'nat', '-A', 'POSTROUTING', '-o', 'in', '-j', 'MASQUERADE'),
    [Symbol.dispose]: remove,
  };
}

/** A cable between two namespaces, with an address at each end; the router's end has the name. */
function join(here: string, address: string, router: string, routerAddress: string, name: string): boolean {
  return (
    run('-n', here, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', name, 'netns', router) &&
    run('-n', here, 'addr', 'add', address, 'dev', 'eth0') &&
    run('-n', here, 'link', 'set', 'eth0', 'up') &&
    run('-n', router, 'addr', 'add', routerAddress, 'dev', name) &&
    run('-n', router, 'link', 'set', name, 'up')
  );
}

function run(...words: string[]): boolean {
  return spawnSync('ip', words).status === 0;
}
