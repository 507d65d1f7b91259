/** What a VM is for and whose it is, by its tags: hostile text, for people to read and never to judge by. */
export interface VmTags {
  readonly env: string | undefined;
  readonly owner: string | undefined;
}

/** By lower-case id, of each VM that has either tag. */
export type TagsByVm = ReadonlyMap<string, VmTags>;
