import { runCommand } from './program.ts';
import { createTerminal } from './terminal.ts';

/** The `posthouse` command. */
process.exitCode = await runCommand(process.argv, createTerminal(process.argv, process.env));
