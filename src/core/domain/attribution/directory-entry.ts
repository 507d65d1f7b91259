/** Who a caller is, as the tenant's directory says. Every text in it was chosen by somebody else. */
export interface DirectoryEntry {
  readonly displayName: string | undefined;
  readonly jobTitle: string | undefined;
  readonly department: string | undefined;
  readonly manager: string | undefined;
  readonly mail: string | undefined;
  /** `Member` or `Guest`; of software what kind it is, `Application` or `ManagedIdentity`. */
  readonly userType: string | undefined;
  readonly accountEnabled: boolean | undefined;
  /** Of software: who answers for it. */
  readonly owner?: string | undefined;
}
