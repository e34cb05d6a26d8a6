// The users of the machine, looked up through the system (NSS), so that LDAP and the like are seen as every program
// sees them. The answer's name must be the question's: NSS modules that fold case would let one user have two mailboxes.

export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly fullName: string;
  readonly home: string;
  readonly shell: string;
}

export interface SystemUsers {
  /** Throws WorldError when the system cannot be asked. */
  find(name: string): Promise<SystemUser | undefined>;
}
