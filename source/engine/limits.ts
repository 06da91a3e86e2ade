/**
 * The limits of everything that comes from outside: how long it may take and how large it may be.
 * One table, so that no wait and no read is without one. Names end in their unit. Limits of a
 * protocol (the steps of an SSH login, a call of Vault) stay with the driver that knows the protocol.
 */
export const limits = {
	/**
	 * A named pipe or standard input, from the open to its end. As long as a secret's command: a
	 * process substitution (`<(op read …)`) is one, and may ask for a touch of a hardware key.
	 */
	pipeMs: 60_000,
	/** A command that prints a secret or a share. It may ask for a touch of a hardware key. */
	secretCommandMs: 60_000,
	/** After a command has exited, for what it started to close the output. */
	openOutputMs: 10_000,
	/** A local helper that answers at once, on a very busy computer: ssh -V, ssh -G, ps, prlimit, fallocate. */
	helperMs: 10_000,
	/** `terraform version`. It checks for a newer release over the network, with a limit of its own. */
	terraformVersionMs: 30_000,
	/** A terraform command that reads a state from its backend or asks the providers' schemas. */
	terraformReadMs: 10 * 60_000,
	/** Between the last SIGINT and SIGKILL for a terraform command that changes nothing. */
	terraformGraceMs: 10_000,
	/** pip, uvx, pipx or docker, which fetch what practice mode needs over a slow network. */
	fetchMs: 15 * 60_000,
	/** After a run is over, for the process to end by itself before what still runs in it is dropped. */
	exitGraceMs: 1_000,
	/** TCP and TLS to an AWS endpoint. */
	awsConnectMs: 5_000,
	/** Of silence on a connection to AWS. */
	awsSilenceMs: 20_000,
	/** One attempt of a call to AWS, answer included. */
	awsAttemptMs: 60_000,
	/** A call to AWS with its credentials and all its attempts. Below it the SDK may repeat four times. */
	awsCallMs: 150_000,
	/** An answer of AWS that is still coming after `awsAttemptMs` must come at this speed. */
	awsLeastBytesPerSecond: 1024,
	/** A wait that lasts longer is named to the operator. */
	firstHeartbeatMs: 5_000,
	/** Between two heartbeats of one wait. */
	heartbeatMs: 30_000,

	/** An answers file: far more than any, far less than would slow the reading. */
	answersBytes: 1024 * 1024,
	/** A terraform.tfvars of the 2018 modules. */
	tfvarsBytes: 1024 * 1024,
	/** More than any password, key or licence; a log or disk image named by mistake is refused. */
	secretBytes: 64 * 1024,
	/** An IAM policy document; AWS takes 10 KiB (IAM quotas, inline role policy). */
	policyBytes: 256 * 1024,
	/** An OpenPGP certificate, with many user ids, photos and signatures. */
	openPgpKeyBytes: 1024 * 1024,
	/** A small file that this program wrote itself: a lock, a manifest, a process record. */
	ownFileBytes: 1024 * 1024,
	/** session.json: answers, facts and the record of a ceremony. */
	sessionBytes: 64 * 1024 * 1024,
	/** The journal, which only grows. Below the longest string Node can hold. */
	journalBytes: 256 * 1024 * 1024,
	/**
	 * The events of a session's runs. A larger file is set aside when the next run starts. An
	 * installation writes about 1 MiB.
	 */
	eventLogBytes: 32 * 1024 * 1024,
	/** A Terraform state or plan. Below the longest string Node can hold. */
	stateBytes: 400_000_000,
	/** A configuration file of another program: .terraformrc, certificate authorities. */
	configBytes: 16 * 1024 * 1024,
	/** The body of one answer of AWS, other than a backup: the longest list has 1,000 entries. */
	awsBodyBytes: 64 * 1024 * 1024,
	/** What a helper may print. */
	helperOutputBytes: 1024 * 1024,

	/** One line of Terraform's messages. The longest holds a whole state. */
	logLineBytes: 64 * 1024 * 1024,
	/** Kept of a longer line, for the operator to see what it was. */
	cutLineBytes: 4 * 1024,
	/** Kept in memory of what a Terraform command printed to standard error; its last words tell why. */
	stderrTailBytes: 1024 * 1024,
	/** Terraform's standard error in one log (TF_LOG=trace); what is older is dropped. */
	stderrLogBytes: 128 * 1024 * 1024,
	/** Logs of Terraform commands kept for a stack. */
	logRuns: 50,
	/** Logs of Terraform commands kept for a stack, in bytes. */
	logsBytes: 512 * 1024 * 1024,
} as const;
