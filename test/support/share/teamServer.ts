import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { projectRoot } from '../projectRoot';

export interface TeamServerOptions {
  readonly token?: string;
  readonly idleMs?: number;
  readonly origin?: string;
  /** The port of one that was ended; a free one for null. */
  readonly port?: number | null;
}

/** A real Hocuspocus server in a process of its own. */
export class TeamServer {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  /** `folder` keeps the documents; another server on it goes on with them. */
  static async start(folder: string, { token = 'secret', idleMs = 60_000, origin = '-', port = null }: TeamServerOptions = {}): Promise<TeamServer> {
    const script = path.join(projectRoot, 'test', 'support', 'share', 'hocuspocus.mjs');
    const args = [script, folder, token, String(idleMs), origin, String(port ?? 0)];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const said = await new Promise<string>((resolve, reject) => {
      child.stdout.once('data', (data: Buffer) => resolve(data.toString()));
      child.once('exit', (code) => reject(new Error(`The server ended with ${code}.`)));
    });
    return new TeamServer(child, Number(said));
  } // prettier-ignore

  get url(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const over = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await over;
  }
}
