/** First lines of the welcome screen. */
export const WELCOME_LINES = [
	'Answer questions while lookups and checks run in the background; nothing changes.',
	'Review each plan before it is applied; exactly that plan is applied.',
	'Questions take about 10 minutes, the installation 25 to 40, mostly the database.',
	'Press ctrl-c to quit at any time; progress is saved and the next run resumes.',
	'The result is plain Terraform in your own directory that you can manage yourself.',
] as const;
