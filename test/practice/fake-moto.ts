import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFakeCommand } from './helpers.ts';

/** Responds like moto on the port after `-p`, and logs requests as moto does. */
const SERVER = `
const port = Number(process.argv[process.argv.indexOf('-p') + 1]);
require('node:http').createServer((request, response) => {
  console.log(request.url);
  response.end('a fake');
}).listen(port, '127.0.0.1');
`;

/** A shell line that starts the fake server with the arguments of the script. */
export async function writeFakeServer(folder: string): Promise<string> {
	const path = join(folder, 'fake-server.cjs');
	await writeFile(path, SERVER);
	return `exec '${process.execPath}' '${path}' "$@"`;
}

/** A fake python3 that creates fake virtual environments and logs its arguments. */
export async function writeFakePython(folder: string, version = '5.2.1'): Promise<string> {
	const server = await writeFakeServer(folder);
	const log = join(folder, 'python.log');
	const python = await writeFakeCommand(
		folder,
		'python3',
		`echo "$1 $2 $3" >> '${log}'
case "$1 $2" in
'-m venv') mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
'-m pip') touch "$(dirname "$0")/installed" ;;
'-m moto.server') ${server} ;;
*) test -e "$(dirname "$0")/installed" && echo ${version} ;;
esac`,
	);
	await writeFile(log, '');
	return python;
}
