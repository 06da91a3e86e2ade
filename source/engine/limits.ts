/**
 * Time and size limits of everything external. One table, so that no wait and no read is unlimited.
 * Names end in their unit. Protocol limits (SSH login, Vault requests) are in the drivers.
 */
export const limits = {
	/**
	 * A named pipe or standard input, from open to end of file. The same as for a secret command,
	 * because a process substitution (`<(op read …)`) may also wait for a touch of a hardware key.
	 */
	pipeMs: 60_000,
	/** A command that prints a secret. It may wait for a touch of a hardware key. */
	secretCommandMs: 60_000,
	/** For descendants of a command to close the output after it has exited. */
	openOutputMs: 10_000,
	/** A local helper such as ssh -V, ssh -G, ps, prlimit or fallocate, on a very busy computer. */
	helperMs: 10_000,
	/** `terraform version`, which checks for a newer release over the network. */
	terraformVersionMs: 30_000,
	/** A terraform command that reads state from its backend or reads provider schemas. */
	terraformReadMs: 10 * 60_000,
	/** From the last SIGINT to SIGKILL for a read-only terraform command. */
	terraformGraceMs: 10_000,
	/** Downloads for practice mode by pip or uvx over a slow network. */
	fetchMs: 15 * 60_000,
	/** For the process to exit by itself after a run, before remaining work is dropped. */
	exitGraceMs: 1_000,
	/** TCP and TLS to an AWS endpoint. */
	awsConnectMs: 5_000,
	/** Without data on a connection to AWS. */
	awsSilenceMs: 20_000,
	/** One attempt of an AWS request, including the response. */
	awsAttemptMs: 60_000,
	/** An AWS request with credentials and all attempts. Within it the SDK retries up to four times. */
	awsCallMs: 150_000,
	/** The minimum speed of an AWS response that takes longer than `awsAttemptMs`. */
	awsLeastBytesPerSecond: 1024,
	/** A wait that lasts longer is shown to the operator. */
	firstHeartbeatMs: 5_000,
	/** Between two heartbeats of a wait. */
	heartbeatMs: 30_000,

	/** An answers file. */
	answersBytes: 1024 * 1024,
	/** A terraform.tfvars of the 2018 modules. */
	tfvarsBytes: 1024 * 1024,
	/** A password, key or license. Rejects a log or disk image that was given by mistake. */
	secretBytes: 64 * 1024,
	/** An IAM policy document; AWS accepts 10 KiB (IAM quotas, inline role policy). */
	policyBytes: 256 * 1024,
	/** An OpenPGP certificate with many user ids, photos and signatures. */
	openPgpKeyBytes: 1024 * 1024,
	/** A small file written by this program: a lock, a manifest, a process record. */
	ownFileBytes: 1024 * 1024,
	/** session.json: answers, facts and the records of steps. */
	sessionBytes: 64 * 1024 * 1024,
	/** The journal, which only grows. Below the maximum string length of Node.js. */
	journalBytes: 256 * 1024 * 1024,
	/**
	 * The event log of a session. A larger file is rotated when the next run starts. An installation
	 * writes about 1 MiB.
	 */
	eventLogBytes: 32 * 1024 * 1024,
	/** A Terraform state or plan. Below the maximum string length of Node.js. */
	stateBytes: 400_000_000,
	/** A configuration file of another program: .terraformrc, CA certificates. */
	configBytes: 16 * 1024 * 1024,
	/** The body of an AWS response other than a backup; the longest list has 1,000 entries. */
	awsBodyBytes: 64 * 1024 * 1024,
	/** The output of a helper. */
	helperOutputBytes: 1024 * 1024,

	/** One line of Terraform's JSON messages. The longest contains a whole state. */
	logLineBytes: 64 * 1024 * 1024,
	/** The part of a longer line that is kept to identify it. */
	cutLineBytes: 4 * 1024,
	/** The end of a Terraform command's standard error that is kept in memory to explain a failure. */
	stderrTailBytes: 1024 * 1024,
	/** Terraform's standard error in one log (TF_LOG=trace); older output is dropped. */
	stderrLogBytes: 128 * 1024 * 1024,
	/** The number of Terraform command logs kept for a stack. */
	logRuns: 50,
	/** The size of the Terraform command logs kept for a stack. */
	logsBytes: 512 * 1024 * 1024,
} as const;
