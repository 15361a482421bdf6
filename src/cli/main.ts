import { runCommand } from './program.ts';
import { createTerminal } from './terminal.ts';

// Whoever reads us has seen enough (`posthouse people list | head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

/** The `posthouse` command. */
process.exitCode = await runCommand(process.argv, createTerminal(process.argv, process.env));
