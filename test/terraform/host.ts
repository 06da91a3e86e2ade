// The parent process of the crash tests: applies the plan `p` of the given directory.

import { Terraform } from '../../source/terraform/driver.ts';
import { drainEvents } from './drain-events.ts';

const [folder = '', logFolder = ''] = process.argv.slice(2);
await drainEvents(new Terraform({ folder, logFolder, environment: process.env }).apply('p'));
