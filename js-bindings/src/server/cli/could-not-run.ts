/** What whoever typed the command can mend: said in one sentence, without a stack. */
export class CouldNotRun extends Error {
  override readonly name = 'CouldNotRun';
}
