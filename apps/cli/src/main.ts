#!/usr/bin/env node
import { runCommandLine } from './cli.js';

// A reader that closes the pipe early (`| head`) has what it wants: what is printed after that goes nowhere, and the
// run, whose record is its folder, goes on.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await runCommandLine(process.argv.slice(2), { stdout: process.stdout, stderr: process.stderr });
