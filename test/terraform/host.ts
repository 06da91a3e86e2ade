// The parent process of the crash tests: applies the plan `p` of the given directory.

import { Terraform } from '../../source/terraform/driver.ts';
import { drainEvents, driverDefaults } from './drain-events.ts';

const [folder = '', logFolder = ''] = process.argv.slice(2);
await drainEvents(new Terraform({ ...driverDefaults, folder, logFolder }).apply('p'));
