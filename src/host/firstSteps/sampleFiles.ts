/** The sample project: it needs git and nothing else to be built or proven, and Node only for its agent. */
export const SAMPLE_FILES: Readonly<Record<string, string>> = {
  'README.md': `# Greetings

One greeting in each file of \`greetings/\`. The gate looks for \`Hello\` in \`greetings/english.txt\`.

## Try it

1. Open the Switchyard view and choose **New Story**. Give it a title, such as "Greet in French".
2. Choose **Start** on its row. With no agent you do the work: **Open Worktree**, add \`greetings/french.txt\`, commit.
3. Choose **Ready for QA**. The gate runs on your commit, the story is merged, the gate runs again, and it lands.
`,
  'greetings/english.txt': 'Hello\n',
  '.switchyard/config.yaml': `# The commands that prove a story. They are read from this branch, never from a story's.
gates:
  - name: greets
    command: git grep -q Hello -- greetings/english.txt
`,
  '.vscode/settings.json': `{
  "switchyard.agents": []
}
`,
};
